namespace HaWebhook.Commands;

/// <summary>A command cannot run, for a reason that its user can mend.</summary>
internal sealed class CommandException(IReadOnlyList<string> lines) : Exception(string.Join(Environment.NewLine, lines))
{
    public CommandException(string line)
        : this([line])
    {
    }

    /// <summary>What to tell the user, a line for each thing that is wrong.</summary>
    public IReadOnlyList<string> Lines { get; } = lines;

    /// <summary>The command whose help tells more; null where it does not.</summary>
    public string? Command { get; init; }
}
