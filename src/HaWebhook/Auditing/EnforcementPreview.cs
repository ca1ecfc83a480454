using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Evaluation;

namespace HaWebhook.Auditing;

/// <summary>What a mode would refuse or warn about, were each object created anew, restored from a backup, or made worse.</summary>
/// <param name="Mode">The mode. A namespace's label counts as it would then.</param>
/// <param name="RefusesUpdates">
/// Whether updates that leave what is wrong as it is would be refused as well (<c>existingViolations: Deny</c>); else they pass with a warning.
/// </param>
/// <param name="Objects">The objects that would be refused or warned about, in the order of the report.</param>
/// <param name="ByNamespace">The same in numbers, by namespace, the most refused first.</param>
/// <param name="ByTeam">The same in numbers, by team, the most refused first; an empty name for objects without a team.</param>
internal sealed record EnforcementPreview(
    Mode Mode,
    bool RefusesUpdates,
    IReadOnlyList<PreviewedObject> Objects,
    IReadOnlyList<PreviewTotal> ByNamespace,
    IReadOnlyList<PreviewTotal> ByTeam);

/// <summary>An object that would be refused or warned about.</summary>
/// <param name="Object">The object.</param>
/// <param name="Findings">
/// What for, with the action that would follow: <see cref="ValidationAction.Deny"/> or <see cref="ValidationAction.Warn"/>. What admission would
/// fill in is not among it.
/// </param>
internal sealed record PreviewedObject(AuditedObject Object, IReadOnlyList<Finding> Findings)
{
    /// <summary>Whether it would be refused, and not only warned about.</summary>
    public bool IsRefused => Findings.Any(finding => finding.Action == ValidationAction.Deny);
}

/// <summary>A preview in numbers.</summary>
/// <param name="Name">The namespace or the team.</param>
/// <param name="Objects">The objects that are judged there.</param>
/// <param name="Refused">Those that would be refused.</param>
/// <param name="Warned">Those that would pass with a warning.</param>
internal sealed record PreviewTotal(string Name, int Objects, int Refused, int Warned);
