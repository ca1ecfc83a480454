namespace HaWebhook.Commands;

/// <summary>What the process tells its caller.</summary>
internal static class ExitCode
{
    /// <summary>Nothing to object to.</summary>
    public const int Success = 0;

    /// <summary>There are findings at or above the level asked for.</summary>
    public const int Findings = 1;

    /// <summary>The command could not do all of its work: bad arguments, or input that cannot be read or is invalid.</summary>
    public const int CouldNotRun = 2;
}
