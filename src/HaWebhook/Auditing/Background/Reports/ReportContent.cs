using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Survivability;
using Outcome = HaWebhook.Policy.Survivability.Outcome;

namespace HaWebhook.Auditing.Background.Reports;

/// <summary>Makes the report of an object. The same findings make the same report.</summary>
/// <param name="kind">The kind of report.</param>
/// <param name="service">The installation that reports.</param>
internal sealed class ReportContent(ReportKind kind, string service)
{
    /// <summary>The label that tells who made an object, and its value.</summary>
    public const string ManagedBy = "app.kubernetes.io/managed-by";

    /// <summary>Who reports.</summary>
    public const string Source = "ha-webhook";

    /// <summary>The label that tells installations apart.</summary>
    public const string Instance = "app.kubernetes.io/instance";

    private const int LongestMessage = 1000;

    /// <summary>What is past these is only counted: an object of thousands of containers must not make a report that no API server takes.</summary>
    private const int MostResults = 100;

    private static readonly (Failure Failure, string Name, string Words)[] _failures =
    [
        (Failure.Rollout, "rollout", "its own rollout takes it down"),
        (Failure.Drain, "drain", "the drain of one node takes it down"),
        (Failure.NodeLoss, "node-loss", "the loss of one node takes it down"),
        (Failure.ZoneLoss, "zone-loss", "the loss of one zone takes it down"),
    ];

    /// <summary>Selects the reports of an installation.</summary>
    public static string SelectorOf(string service) => $"{ManagedBy}={Source},{Instance}={service}";

    /// <summary>The report of an object; null where there is nothing to report, or no object that could own it.</summary>
    public WorkloadReport? Of(AuditedObject item)
    {
        if (item.Uid.Length == 0 || item.Namespace.Length == 0)
        {
            return null;
        }

        ReportResult[] results =
        [
            .. item.Findings.Select(found => Of(found.Finding)),
            .. _failures
                .Where(each => item.Survival?[each.Failure].Outcome == Outcome.Down)
                .Select(each => Of(each.Name, each.Words, item.Survival![each.Failure].Mend)),
            .. item.Exempt.Select(exempt => Skip(exempt.Rule, $"exempt: {exempt.Exemption}")),
            .. item.Skipped.Select(skipped => Skip(skipped.Rule, skipped.Reason)),
        ];
        return results.Length == 0
            ? null
            : new(
                kind.ApiVersion,
                kind.Kind,
                new(
                    NameOf(item.Uid),
                    item.Namespace,
                    Uid: null,
                    new SortedDictionary<string, string>(StringComparer.Ordinal) { [ManagedBy] = Source, [Instance] = service },
                    [new(item.ApiVersion, item.Kind, Namespace: null, item.Name, item.Uid)]),
                kind.HasSource ? Source : null,
                new(item.ApiVersion, item.Kind, item.Namespace, item.Name, item.Uid),
                new(0, Count(results, "fail"), Count(results, "warn"), 0, Count(results, "skip")),
                results.Length <= MostResults ? results : [.. results.Take(MostResults)]);
    }

    /// <summary>The name of an object's report: other tools name theirs by the uid alone.</summary>
    public string NameOf(string uid) => $"{service}-{uid}";

    private static ReportResult Of(Finding finding)
    {
        // By what the rule is about, not by the mode: whoever tries it out in Audit wants to see what Enforce will mean.
        var (result, severity) = finding.Intended switch
        {
            ValidationAction.Deny => ("fail", "high"),
            ValidationAction.Warn => ("warn", "medium"),
            _ => ("warn", "low"),
        };
        return new(
            Source,
            finding.Rule,
            Rule: null,
            severity,
            result,
            SingleLine.Of($"{finding.Field} {finding.Message}. {finding.Fix}".TrimEnd(), LongestMessage),
            new(StringComparer.Ordinal) { ["action"] = finding.Action.ToString(), ["field"] = SingleLine.Of(finding.Field, LongestMessage) });
    }

    /// <summary>Without the names of nodes and the numbers of pods, which change while nothing becomes better or worse.</summary>
    private static ReportResult Of(string failure, string words, Mend? mend)
    {
        var message = SingleLine.Of(mend is null ? $"{words}." : $"{words}. {mend.Fix}", LongestMessage);
        return new(Source, "survivability", failure, "medium", "warn", message, Properties: null);
    }

    private static ReportResult Skip(string rule, string reason) =>
        new(Source, rule, Rule: null, Severity: null, "skip", SingleLine.Of(reason, LongestMessage), Properties: null);

    private static int Count(ReportResult[] results, string result) => results.Count(each => each.Result == result);
}
