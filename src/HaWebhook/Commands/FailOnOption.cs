using System.CommandLine;
using HaWebhook.Policy.Configuration;

namespace HaWebhook.Commands;

/// <summary>The option that says from which action on findings make the exit code 1.</summary>
internal static class FailOnOption
{
    private static readonly string[] _levels = ["deny", "warn", "audit", "never"];

    public static Option<string> Create()
    {
        var failOn = new Option<string>("--fail-on")
        {
            Description = "The least action that makes the exit code 1: deny, warn, audit or never.",
            HelpName = "ACTION",
            DefaultValueFactory = _ => _levels[0],
        };
        failOn.Validators.Add(result =>
        {
            if (result.Tokens is [.., { Value: var level }] && !_levels.Contains(level, StringComparer.OrdinalIgnoreCase))
            {
                result.AddError($"--fail-on must be deny, warn, audit or never, not '{level}'");
            }
        });
        return failOn;
    }

    /// <summary>The action of a level; <see cref="ValidationAction.Off"/> where nothing fails.</summary>
    public static ValidationAction ActionOf(string level) =>
        level.Equals("never", StringComparison.OrdinalIgnoreCase) ? ValidationAction.Off : Enum.Parse<ValidationAction>(level, ignoreCase: true);
}
