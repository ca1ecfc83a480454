using HaWebhook.Checking;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Objects;
using HaWebhook.Policy.Survivability;

namespace HaWebhook.Auditing;

/// <summary>Puts what was judged and what survives together to a report.</summary>
/// <param name="question">What was asked.</param>
internal sealed class AuditAssembly(AuditQuestion question)
{
    private static readonly Failure[] _failures = Enum.GetValues<Failure>();

    private readonly List<(AuditedObject Object, IReadOnlyList<Finding> AsIf)> _judged = [];
    private readonly HashSet<ObjectKey> _keys = [];

    /// <summary>Adds an object.</summary>
    /// <param name="item">The object.</param>
    /// <param name="asIf">What would be found in the mode that is previewed, with its actions.</param>
    public void Add(AuditedObject item, IReadOnlyList<Finding> asIf)
    {
        _judged.Add((item, asIf));
        _keys.Add(item.Key);
    }

    /// <summary>Adds what survives and is no object that was judged: what only its pods tell of.</summary>
    /// <param name="survival">What survives.</param>
    /// <param name="labelsOf">The labels of a namespace.</param>
    public void AddOthers(ClusterSurvival survival, Func<string, IReadOnlyDictionary<string, string>> labelsOf)
    {
        foreach (var workload in survival.Workloads.Where(workload => !_keys.Contains(KeyOf(workload))))
        {
            Add(
                new()
                {
                    ApiVersion = workload.ApiVersion,
                    Kind = workload.Kind,
                    Namespace = workload.Namespace,
                    Name = workload.Name,
                    Team = labelsOf(workload.Namespace).GetValueOrDefault(question.TeamLabel, ""),
                    Survival = workload,
                },
                []);
        }
    }

    /// <summary>The report.</summary>
    public AuditReport Report(
        AuditSource source,
        DateTimeOffset time,
        ClusterSurvival survival,
        IReadOnlyList<AuditGap> gaps,
        IReadOnlyList<CheckError> errors,
        IReadOnlyList<SkippedDocument> skipped)
    {
        var ordered = _judged
            .OrderBy(entry => entry.Object.Namespace, StringComparer.Ordinal)
            .ThenBy(entry => entry.Object.Kind, StringComparer.Ordinal)
            .ThenBy(entry => entry.Object.Name, StringComparer.Ordinal)
            .ThenBy(entry => entry.Object.ApiVersion, StringComparer.Ordinal)
            .ToList();
        List<AuditedObject> objects = [.. ordered.Select(entry => entry.Object)];
        var today = DateOnly.FromDateTime(time.UtcDateTime);
        return new()
        {
            Source = source,
            Time = time,
            PolicyHash = question.Policy.Hash,
            Mode = question.Policy.Mode,
            TeamLabel = question.TeamLabel,
            Gaps = gaps,
            Objects = objects,
            Nodes = survival.Nodes,
            Zones = survival.Zones,
            SwitchedOff = survival.SwitchedOff,
            Exemptions = Exemptions(objects, today),
            Preview = question.AsIf is { } mode ? Preview(mode, ordered) : null,
            Errors = errors,
            SkippedDocuments = skipped,
            Summary = Summarize(objects, survival, errors, skipped),
        };
    }

    /// <summary>Whose an object is.</summary>
    /// <param name="subject">The object.</param>
    /// <param name="namespaceLabels">The labels of its namespace.</param>
    public string TeamOf(KubernetesObject subject, IReadOnlyDictionary<string, string> namespaceLabels) =>
        subject.Metadata.Labels.GetValueOrDefault(question.TeamLabel)
        ?? (subject as PodOwner)?.Template.Metadata.Labels.GetValueOrDefault(question.TeamLabel)
        ?? namespaceLabels.GetValueOrDefault(question.TeamLabel, "");

    /// <summary>The fewest pods that an object runs with; null for what has no count, or several.</summary>
    public static EffectiveReplicas? ReplicasOf(KubernetesObject subject, RelatedObjects related) => subject switch
    {
        Workload workload => EffectiveReplicas.Of(workload, related),
        ReplicatedResource { Counts: [var (field, count)] } => new(count, field, null),
        _ => null,
    };

    /// <summary>Tells a workload from others as the objects of the report do.</summary>
    public static ObjectKey KeyOf(WorkloadSurvival workload) =>
        new(workload.Namespace, KubernetesObject.GroupOf(workload.ApiVersion), workload.Kind, workload.Name);

    private static List<AuditedExemption> Exemptions(List<AuditedObject> objects, DateOnly today) =>
    [
        .. from item in objects
           from exempt in item.Exempt

           // Equal annotations of two objects are two promises; an exemption of the policy is one, whatever relies on it.
           let holder = exempt.Exemption.Source == "policy" ? null : item
           group (item, exempt) by (Text: exempt.Exemption.ToString(), Holder: holder) into same
           let exemption = same.First().exempt.Exemption
           let daysLeft = exemption.Until is { } until ? until.DayNumber - today.DayNumber : (int?)null
           orderby daysLeft ?? int.MaxValue
           select new AuditedExemption(
               exemption,
               exemption.Source == "policy" ? "policy" : same.First().item.Team,
               daysLeft,
               [.. same.Select(entry => entry.exempt.Rule).Distinct().Order(StringComparer.Ordinal)],
               [.. same.Select(entry => entry.item).Distinct()]),
    ];

    private EnforcementPreview Preview(Mode mode, List<(AuditedObject Object, IReadOnlyList<Finding> AsIf)> judged)
    {
        List<PreviewedObject> previewed =
        [
            .. judged.Select(entry => new PreviewedObject(entry.Object, [.. entry.AsIf.Where(finding => finding.Action >= ValidationAction.Warn)]))
                .Where(entry => entry.Findings.Count > 0),
        ];
        return new(
            mode,
            question.Policy.ExistingViolations == Policy.Configuration.Outcome.Deny,
            previewed,
            Totals(judged, previewed, item => item.Namespace),
            Totals(judged, previewed, item => item.Team));
    }

    private static List<PreviewTotal> Totals(
        List<(AuditedObject Object, IReadOnlyList<Finding> AsIf)> judged, List<PreviewedObject> previewed, Func<AuditedObject, string> nameOf)
    {
        var found = previewed.ToLookup(entry => nameOf(entry.Object), StringComparer.Ordinal);
        return
        [
            .. judged.GroupBy(entry => nameOf(entry.Object), StringComparer.Ordinal)
                .Select(group => new PreviewTotal(
                    group.Key, group.Count(), found[group.Key].Count(entry => entry.IsRefused), found[group.Key].Count(entry => !entry.IsRefused)))
                .OrderByDescending(total => total.Refused)
                .ThenByDescending(total => total.Warned)
                .ThenBy(total => total.Name, StringComparer.Ordinal),
        ];
    }

    private static AuditSummary Summarize(
        List<AuditedObject> objects, ClusterSurvival survival, IReadOnlyList<CheckError> errors, IReadOnlyList<SkippedDocument> skipped)
    {
        int Count(ValidationAction action) => objects.Sum(item => item.Findings.Count(found => found.Finding.Action == action));
        return new(
            objects.Count,
            survival.Workloads.Count,
            Count(ValidationAction.Deny),
            Count(ValidationAction.Warn),
            Count(ValidationAction.Audit),
            objects.Sum(item => item.Exempt.Count),
            objects.Sum(item => item.Skipped.Count) + skipped.Count,
            errors.Sum(error => error.Count),
            survival.Workloads.Count(workload => workload.IsDownNow),
            _failures.ToDictionary(
                failure => failure,
                failure => new OutcomeCounts(
                    survival.Count(failure, Policy.Survivability.Outcome.Survives),
                    survival.Count(failure, Policy.Survivability.Outcome.Degraded),
                    survival.Count(failure, Policy.Survivability.Outcome.Unknown),
                    survival.Count(failure, Policy.Survivability.Outcome.Down))),
            survival.Nodes.Count(node => node.Drain == DrainState.Blocked));
    }
}
