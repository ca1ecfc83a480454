using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Exemptions;
using HaWebhook.Policy.Objects;
using HaWebhook.Policy.Rules.Background;

namespace HaWebhook.Policy.DefaultBudgets;

/// <summary>
/// Decides which default disruption budgets a namespace lacks, and which it has no need of any more. A pure function of what is known of the namespace
/// and of the date: once a plan is carried out, the next has nothing to do, and no pod has two budgets of which one is HaWebhook's.
/// </summary>
public sealed class BudgetPlanner
{
    private const RelatedKinds Needs = RelatedKinds.Workloads | RelatedKinds.DisruptionBudgets | RelatedKinds.Autoscalers;

    private readonly PolicyEvaluators _evaluators;
    private readonly string _service;
    private readonly string _ownNamespace;
    private readonly TimeProvider _clock;

    /// <param name="options">The policy.</param>
    /// <param name="service">The installation: the budgets of another are as anybody's.</param>
    /// <param name="ownNamespace">Its own namespace, in which there are none.</param>
    /// <param name="clock">Tells the day on which an exemption ends.</param>
    public BudgetPlanner(PolicyOptions options, string service, string ownNamespace, TimeProvider clock)
    {
        _evaluators = new(options, clock);
        (_service, _ownNamespace, _clock) = (service, ownNamespace, clock);
    }

    /// <summary>Reads what it plans with.</summary>
    public PolicyReader Reader => _evaluators.Reader;

    /// <summary>Plans for a namespace.</summary>
    public BudgetPlan Plan(BudgetScene scene)
    {
        var related = scene.Related;
        var evaluator = _evaluators.For(related.NamespaceLabels);
        var mode = evaluator.ModeIn(related.NamespaceLabels);
        var ours = related.DisruptionBudgets.All.Where(IsOurs).InOrder().ToLookup(budget => budget.DefaultOf, StringComparer.Ordinal);
        var whyNowhere = WhyNowhere(scene.Namespace, evaluator.Options);
        if (whyNowhere is not null && ours.Count == 0)
        {
            return new(mode, [], [], 0);
        }

        // Every namespace has a label at least: without any they are not known, and neither is the mode.
        if (!related.Has(Needs) || related.NamespaceLabels.Count == 0)
        {
            return new(mode, [], [], 0, IsUndecided: true);
        }

        List<DefaultBudget> missing = [];
        List<ObsoleteBudget> obsolete = [];
        var kept = 0;
        var need = new BudgetNeed(scene, [.. related.DisruptionBudgets.All.Where(budget => !IsOurs(budget))]);
        var exemptions = new ExemptionReader(evaluator.Options);
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var workload in related.Workloads.PodOwners.OfType<Workload>().InOrder())
        {
            known.Add(workload.Metadata.Uid);
            var existing = ours[workload.Metadata.Uid];
            if ((whyNowhere ?? need.WhyNot(workload) ?? WhyExempt(workload, scene.Namespace, exemptions)) is { } why)
            {
                obsolete.AddRange(existing.Select(budget => new ObsoleteBudget(budget, why)));
                continue;
            }

            var wanted = new DefaultBudget(workload, workload.LastingSelector!);
            var same = existing.FirstOrDefault(wanted.IsSameAs);
            obsolete.AddRange(existing.Where(budget => budget != same).Select(budget => new ObsoleteBudget(budget, "somebody has changed it")));
            kept += same is null ? 0 : 1;
            if (same is null)
            {
                missing.Add(wanted);
            }
        }

        if (scene.IsWhole)
        {
            obsolete.AddRange(ours.Where(budgets => !known.Contains(budgets.Key)).SelectMany(budgets => budgets).Select(budget =>
                new ObsoleteBudget(budget, "its workload is gone")));
        }

        return new(mode, missing, obsolete, kept);
    }

    private bool IsOurs(PodDisruptionBudget budget) =>
        budget.DefaultOf.Length > 0 && budget.Metadata.Labels.GetValueOrDefault(WellKnownLabels.Instance) == _service;

    private string? WhyNowhere(string name, PolicyOptions options)
    {
        var settings = options.SettingsOf(DefaultDisruptionBudget.Definition.Id);
        return !DefaultDisruptionBudget.Definition.IsOn(settings) ? $"{DefaultDisruptionBudget.Definition.Id} is off"
            : name == _ownNamespace ? "it is in the namespace of HaWebhook itself"
            : settings.Get(DefaultDisruptionBudget.ExcludedNamespaces).Contains(name, StringComparer.Ordinal) ? $"namespace {name} is excluded"
            : null;
    }

    private string? WhyExempt(Workload workload, string name, ExemptionReader exemptions)
    {
        var review = new Review { Kind = workload.Kind, Group = workload.Group, Name = workload.Metadata.Name, Namespace = name, Subject = workload };
        var granted = exemptions.Read(review, about: null, DateOnly.FromDateTime(_clock.GetUtcNow().UtcDateTime));
        return granted.For(DefaultDisruptionBudget.Definition.Id) is { } exemption ? $"{Words.Of(workload)} is exempt: {exemption}" : null;
    }
}
