using System.Text;

namespace HaWebhook.Benchmarks.Reliability;

/// <summary>A section of the page about reliability: what it was made with, what was found, what was required.</summary>
internal sealed class Report
{
    private readonly ReportFile? _file;
    private readonly string _commandLine;

    // On all cores, before anything is pinned.
    private readonly string _machine = Machine.Describe();

    /// <param name="path">The page; null for none.</param>
    /// <param name="name">The section's name.</param>
    /// <param name="commandLine">The command that makes it.</param>
    /// <exception cref="InvalidOperationException">The page has no place for the section: better told before the measuring.</exception>
    public Report(string? path, string name, string commandLine)
    {
        _commandLine = commandLine;
        _file = path is null ? null : new ReportFile(path, name);
        _file?.Check();
    }

    /// <summary>Writes it.</summary>
    /// <param name="findings">What was found, as Markdown.</param>
    /// <param name="requirements">What was required.</param>
    /// <returns>The exit code: whether all requirements hold.</returns>
    public int End(string findings, IReadOnlyList<Requirement> requirements)
    {
        var text = new StringBuilder();
        text.Append($"Machine: {_machine}.\n");
        text.Append($"Made by `{_commandLine}`.\n");
        text.Append(findings);
        text.Append("\n| required | found | |\n| --- | --- | --- |\n");
        foreach (var requirement in requirements)
        {
            text.Append($"| {requirement.Text} | {requirement.Found} | {(requirement.Holds ? "holds" : "**missed**")} |\n");
        }

        Console.Write(text);
        _file?.Write(text.ToString());
        return requirements.All(requirement => requirement.Holds) ? 0 : Commands.Missed;
    }
}
