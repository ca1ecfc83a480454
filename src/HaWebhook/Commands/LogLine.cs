using HaWebhook.Policy.Evaluation;

namespace HaWebhook.Commands;

/// <summary>Makes lines fit for the log of a pipeline, where services look for commands that they then carry out.</summary>
internal static class LogLine
{
    /// <summary>Text from outside as one line that is text to terminals and to services.</summary>
    public static string Of(string text) => WithoutCommands(SingleLine.Of(text));

    /// <summary>
    /// The line with a space in whatever would be a command. To GitHub Actions that is a line that starts with two colons; to it, to
    /// Azure Pipelines and to TeamCity also what two number signs start, anywhere.
    /// </summary>
    public static string WithoutCommands(string line)
    {
        // Twice, for three in a row.
        var inert = line.Replace("##", "# #", StringComparison.Ordinal).Replace("##", "# #", StringComparison.Ordinal);
        var start = inert.Length - inert.AsSpan().TrimStart().Length;
        return inert.AsSpan(start).StartsWith("::") ? inert.Insert(start + 1, " ") : inert;
    }
}
