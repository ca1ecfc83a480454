using HaWebhook.Policy.Configuration;

namespace HaWebhook.Commands;

/// <summary>Reads policy files from disk.</summary>
internal static class PolicyLoader
{
    /// <summary>The largest policy file that is read. A ConfigMap holds no more (Kubernetes, ConfigMap: 1 MiB).</summary>
    private const int LargestFile = 1 << 20;

    /// <summary>The most errors that are told; whoever mends these sees the next.</summary>
    private const int MostErrors = 50;

    /// <summary>The policy of a file, or without one the default policy.</summary>
    /// <param name="path">The file; null for none.</param>
    /// <param name="mode">A mode that goes before those of the file; null for none.</param>
    /// <exception cref="CommandException">The file cannot be read, or is no valid policy.</exception>
    public static PolicyOptions Load(string? path, Mode? mode)
    {
        var options = path is null ? PolicyOptions.Default : Parse(path, ReadText(path));
        return mode is { } given ? options.WithMode(given) : options;
    }

    /// <summary>The policy in a file's text.</summary>
    /// <exception cref="CommandException">It is no valid policy.</exception>
    public static PolicyOptions Parse(string path, string text)
    {
        if (PolicyFile.Read(text, out var errors) is { } options)
        {
            return options;
        }

        var told = errors.Take(MostErrors).Select(error => $"{path}:{error.Line}: {error.Message}");
        throw new CommandException([.. errors.Count > MostErrors ? told.Append($"{path}: and {errors.Count - MostErrors} errors more") : told]);
    }

    /// <exception cref="CommandException">The file cannot be read.</exception>
    public static string ReadText(string path) => GivenFile.ReadText(path, LargestFile, "a policy");
}
