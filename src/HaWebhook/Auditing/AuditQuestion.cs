using HaWebhook.Checking;
using HaWebhook.Policy.Configuration;

namespace HaWebhook.Auditing;

/// <summary>What an audit is asked, whatever it looks at.</summary>
internal sealed record AuditQuestion
{
    /// <summary>The policy, with the rules switched off that it is not about.</summary>
    public required PolicyOptions Policy { get; init; }

    /// <summary>The mode that is previewed; null for none.</summary>
    public Mode? AsIf { get; init; }

    /// <summary>The label that tells whose an object is.</summary>
    public required string TeamLabel { get; init; }

    /// <summary>The rules whose findings are wanted.</summary>
    public required RuleSelection Rules { get; init; }

    /// <summary>Tells the time of the audit, and the day on which exemptions end.</summary>
    public required TimeProvider Clock { get; init; }
}
