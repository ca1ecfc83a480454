using HaWebhook.Checking;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Survivability;

namespace HaWebhook.Auditing.Background;

/// <summary>What the metrics tell of a report: bounded, however large the cluster is.</summary>
internal sealed record AuditFigures
{
    /// <summary>The namespaces with most findings have figures of their own.</summary>
    public const int MostNamespaces = 100;

    /// <summary>Stands for all other namespaces. One that is called so is counted among them.</summary>
    public const string OtherNamespaces = "other";

    private static readonly (ValidationAction Action, string Name)[] _actions =
        [(ValidationAction.Deny, "deny"), (ValidationAction.Warn, "warn"), (ValidationAction.Audit, "audit")];

    private static readonly (Failure Failure, string Name)[] _failures =
        [(Failure.Rollout, "rollout"), (Failure.Drain, "drain"), (Failure.NodeLoss, "node"), (Failure.ZoneLoss, "zone")];

    private AuditFigures()
    {
    }

    /// <summary>The most series that <see cref="Violations"/> can have.</summary>
    public static int MostViolations => RuleSelection.Judges.Count * (MostNamespaces + 1) * _actions.Length;

    /// <summary>The findings by rule, namespace and what follows from them.</summary>
    public required IReadOnlyList<(string Rule, string Namespace, string Action, int Count)> Violations { get; init; }

    /// <summary>The workloads that a failure takes down.</summary>
    public required IReadOnlyList<(string Failure, int Workloads)> NotSurviving { get; init; }

    /// <summary>The objects that were audited.</summary>
    public required int Objects { get; init; }

    /// <summary>Whether something could not be read.</summary>
    public required bool IsPartial { get; init; }

    /// <summary>The figures of a report.</summary>
    public static AuditFigures Of(AuditReport report)
    {
        var shown = Worst(report);
        var counts = new SortedDictionary<(string Rule, string Namespace, string Action), int>();
        foreach (var item in report.Objects)
        {
            var name = shown.Contains(item.Namespace) ? item.Namespace : OtherNamespaces;
            foreach (var (finding, _) in item.Findings)
            {
                var key = (finding.Rule, name, NameOf(finding.Action));
                counts[key] = counts.GetValueOrDefault(key) + 1;
            }
        }

        return new()
        {
            Violations = [.. counts.Select(entry => (entry.Key.Rule, entry.Key.Namespace, entry.Key.Action, entry.Value))],
            NotSurviving = [.. _failures.Select(each => (each.Name, report.Summary.Outcomes[each.Failure].Down))],
            Objects = report.Summary.Objects,
            IsPartial = report.IsPartial,
        };
    }

    /// <summary>Those with most that is denied, then most of all; the same for the same cluster.</summary>
    private static HashSet<string> Worst(AuditReport report) =>
    [
        .. report.Objects
            .Where(item => item.Findings.Count > 0)
            .GroupBy(item => item.Namespace, StringComparer.Ordinal)
            .OrderByDescending(group => group.Sum(item => item.Findings.Count(found => found.Finding.Action == ValidationAction.Deny)))
            .ThenByDescending(group => group.Sum(item => item.Findings.Count))
            .ThenBy(group => group.Key, StringComparer.Ordinal)
            .Take(MostNamespaces)
            .Select(group => group.Key),
    ];

    private static string NameOf(ValidationAction action) => Array.Find(_actions, each => each.Action == action).Name ?? "off";
}
