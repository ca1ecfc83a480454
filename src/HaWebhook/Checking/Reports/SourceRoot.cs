namespace HaWebhook.Checking.Reports;

/// <summary>
/// The folder that paths in reports are relative to: the repository, because that is what the services that show a report know. It
/// is found by its <c>.git</c> (in a worktree that is a file); without one it is the working directory.
/// </summary>
/// <param name="directory">The folder, as an absolute path.</param>
internal sealed class SourceRoot(string directory)
{
    private readonly string _prefix = directory.TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar;

    /// <summary>The root around a folder.</summary>
    public static SourceRoot Around(string directory)
    {
        for (var folder = new DirectoryInfo(directory); folder is not null; folder = folder.Parent)
        {
            if (Path.Exists(Path.Combine(folder.FullName, ".git")))
            {
                return new(folder.FullName);
            }
        }

        return new(Path.GetFullPath(directory));
    }

    /// <summary>A file's path from the root, with forward slashes; as it was given where the file lies elsewhere.</summary>
    public string PathOf(string file) => Below(file) ?? file;

    /// <summary>A file as a URI reference: relative to the root where it lies below it, else absolute.</summary>
    public (string Uri, bool IsRelative) UriOf(string file) =>
        Below(file) is { } relative ? (Encode(relative), true) : ("file://" + Encode(Slashes(Path.GetFullPath(file))), false);

    private string? Below(string file)
    {
        if (file == ManifestFile.StandardInput)
        {
            return file;
        }

        var full = Path.GetFullPath(file);
        return full.StartsWith(_prefix, StringComparison.Ordinal) ? Slashes(full[_prefix.Length..]) : null;
    }

    /// <summary>Only a separator becomes a slash: on Unix a backslash is a character like any other.</summary>
    private static string Slashes(string path) => path.Replace(Path.DirectorySeparatorChar, '/');

    private static string Encode(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));
}
