using HaWebhook.Checking;
using HaWebhook.Commands;
using HaWebhook.Kubernetes;
using HaWebhook.Policy.DefaultBudgets;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Objects;
using HaWebhook.Policy.Survivability;

namespace HaWebhook.Auditing;

/// <summary>Audits a living cluster: its objects by the rules of admission, and its pods by what becomes of them.</summary>
/// <param name="question">What is asked.</param>
/// <param name="progress">Is told how far it has come.</param>
/// <param name="pace">Keeps the judging from being noticed by what has no time to wait; null to be done soonest.</param>
/// <param name="budgets">Plans default disruption budgets; null for none.</param>
internal sealed class ClusterAudit(AuditQuestion question, ProgressLine progress, WorkPace? pace = null, BudgetPlanner? budgets = null)
{
    private readonly StandingObjects _standing = new(question.Policy, question.AsIf, question.Clock);
    private readonly AuditAssembly _assembly = new(question);
    private readonly List<CheckError> _faults = [];

    /// <summary>What is to become of default disruption budgets, by namespace; empty before it has audited.</summary>
    public IReadOnlyList<(BudgetScene Scene, BudgetPlan Plan)> Budgets { get; private set; } = [];

    /// <summary>Audits it.</summary>
    /// <param name="client">The API server.</param>
    /// <param name="namespaces">The only namespaces, which have to exist; empty for all.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="CommandException">Nothing could be read.</exception>
    public async Task<AuditReport> RunAsync(KubernetesClient client, IReadOnlyList<string> namespaces, CancellationToken cancellation)
    {
        var time = question.Clock.GetUtcNow();
        try
        {
            var inventory = await ClusterInventory.ReadAsync(client, question.Policy, _standing.Reader, namespaces, progress, cancellation);
            if (inventory.IsEmptyHanded)
            {
                throw new CommandException(["nothing of the cluster could be read", .. inventory.Gaps.Select(gap => $"{gap.What}: {gap.Reason} {gap.Fix}")]);
            }

            var connection = client.Connection;
            var source = new AuditSource(IsLiving: true, connection.Server.ToString(), connection.Origin, inventory.Version?.ToString() ?? "", namespaces);
            return pace is null ? Report(source, time, inventory) : await pace.RunAsync(() => Report(source, time, inventory));
        }
        finally
        {
            progress.Clear();
        }
    }

    private AuditReport Report(AuditSource source, DateTimeOffset time, ClusterInventory inventory)
    {
        var picture = inventory.Related(isForRules: false);
        var survival = ClusterSurvival.Of(new() { Namespaces = picture, Pods = inventory.Pods, Nodes = inventory.Nodes });
        var known = inventory.Related(isForRules: true);
        var survivals = survival.Workloads.ToDictionary(AuditAssembly.KeyOf);
        var judged = 0;
        foreach (var item in inventory.Objects)
        {
            Judge(item, known[item.Kept.Metadata.Namespace], survivals, inventory);
            progress.Show(++judged, "objects judged");
            pace?.Rest();
        }

        _assembly.AddOthers(survival, name => known.TryGetValue(name, out var related) ? related.NamespaceLabels : RelatedObjects.None.NamespaceLabels);
        Budgets = budgets is null ? [] : [.. Plan(budgets, known, inventory)];
        return _assembly.Report(source, time, survival, inventory.Gaps, [.. inventory.Errors, .. _faults], []);
    }

    private IEnumerable<(BudgetScene Scene, BudgetPlan Plan)> Plan(BudgetPlanner planner, Dictionary<string, RelatedObjects> known, ClusterInventory inventory)
    {
        var pods = (inventory.Pods ?? []).ToLookup(pod => pod.Namespace, StringComparer.Ordinal);
        foreach (var (name, related) in known.OrderBy(each => each.Key, StringComparer.Ordinal))
        {
            var scene = new BudgetScene(name, related, [.. pods[name]], IsWhole: inventory.Gaps.Count == 0);
            yield return (scene, planner.Plan(scene));
            pace?.Rest();
        }
    }

    private void Judge(StandingObject item, RelatedObjects related, Dictionary<ObjectKey, WorkloadSurvival> survivals, ClusterInventory inventory)
    {
        // Claims are what others are judged with; no rule judges them.
        if (item.Compressed.Length == 0)
        {
            return;
        }

        var kept = item.Kept;
        var name = kept.Metadata.Namespace;
        var survival = survivals.GetValueOrDefault(new(name, kept.Group, kept.Kind, kept.Metadata.Name));
        var verdict = _standing.Judge(_standing.Reader.ReadObject(item.Json(), item.Kind.ApiVersion, item.Kind.Kind)!, name, related);
        if (!verdict.IsJudged && survival is null)
        {
            return;
        }

        var running = survival is not null && inventory.Pods is not null
            ? _standing.JudgeRunning(kept, survival, related, inventory.Backups)
            : StandingVerdict.Nothing;
        var subject = new AuditedObject
        {
            ApiVersion = kept.ApiVersion,
            Kind = kept.Kind,
            Namespace = name,
            Name = kept.Metadata.Name,
            Uid = kept.Metadata.Uid,
            Team = _assembly.TeamOf(kept, related.NamespaceLabels),
            Replicas = AuditAssembly.ReplicasOf(kept, related),
            Findings = [.. verdict.Findings.Concat(running.Findings).Where(finding => question.Rules.Includes(finding.Rule)).Select(finding => (finding, 0))],
            Changes = verdict.Changes,
            Exempt = [.. verdict.Exempt, .. running.Exempt.Where(exempt => question.Rules.Includes(exempt.Rule))],
            Skipped = [.. verdict.Skipped, .. running.Skipped.Where(skipped => question.Rules.Includes(skipped.Rule))],
            Survival = survival,
        };
        _assembly.Add(subject, [.. verdict.AsIf.Where(finding => question.Rules.Includes(finding.Rule))]);
        _faults.AddRange(verdict.Errors.Concat(running.Errors).Select(error =>
            new CheckError("", 0, $"{error.Rule} failed on {subject.Title}, which is a fault of HaWebhook; it did not judge it")));
    }
}
