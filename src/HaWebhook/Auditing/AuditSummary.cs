using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Survivability;

namespace HaWebhook.Auditing;

/// <summary>An audit in numbers.</summary>
/// <param name="Objects">Objects that are judged or keep pods running.</param>
/// <param name="Workloads">Those of them that have a survival.</param>
/// <param name="Deny">Findings that deny.</param>
/// <param name="Warn">Findings that warn.</param>
/// <param name="Audit">Findings that are recorded.</param>
/// <param name="Exempt">Rules that an object is exempt from and would violate.</param>
/// <param name="Skipped">Rules that could not judge an object, and documents that hold none.</param>
/// <param name="Errors">What could not be read.</param>
/// <param name="DownNow">Workloads of which fewer pods serve now than their minimum.</param>
/// <param name="Outcomes">What becomes of the workloads, by failure.</param>
/// <param name="BlockedDrains">Nodes whose drain never ends until somebody changes something.</param>
internal sealed record AuditSummary(
    int Objects,
    int Workloads,
    int Deny,
    int Warn,
    int Audit,
    int Exempt,
    int Skipped,
    int Errors,
    int DownNow,
    IReadOnlyDictionary<Failure, OutcomeCounts> Outcomes,
    int BlockedDrains)
{
    /// <summary>Whether there are findings at this level or above.</summary>
    public bool Reaches(ValidationAction level) => level switch
    {
        ValidationAction.Deny => Deny > 0,
        ValidationAction.Warn => Deny + Warn > 0,
        ValidationAction.Audit => Deny + Warn + Audit > 0,
        _ => false,
    };
}

/// <summary>What becomes of the workloads in one failure.</summary>
/// <param name="Survives">Those that survive it.</param>
/// <param name="Degraded">Those that keep their minimum, but no more than that.</param>
/// <param name="Unknown">Those of which it cannot be told.</param>
/// <param name="Down">Those that are down.</param>
internal sealed record OutcomeCounts(int Survives, int Degraded, int Unknown, int Down);
