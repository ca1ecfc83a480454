using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Objects;
using HaWebhook.Policy.Rules;

namespace HaWebhook.Policy.Evaluation;

/// <summary>The rules that the policy has on, sorted by the kinds that they judge, so that a review meets only those that concern it.</summary>
internal sealed class RuleSet
{
    private readonly JudgesOf<Workload> _workloads;
    private readonly JudgesOf<DaemonSet> _daemonSets;
    private readonly JudgesOf<Job> _jobs;
    private readonly JudgesOf<Pod> _pods;
    private readonly JudgesOf<Scale> _scales;
    private readonly JudgesOf<Autoscaler> _autoscalers;
    private readonly JudgesOf<ReplicatedResource> _replicatedResources;
    private readonly JudgesOf<PersistentVolumeClaim> _claims;
    private readonly JudgesOf<PodDisruptionBudget> _budgets;
    private readonly JudgesOf<NamespaceObject> _namespaces;
    private readonly JudgesOf<Autoscaler> _goneAutoscalers;
    private readonly JudgesOf<PodDisruptionBudget> _goneBudgets;

    public RuleSet(PolicyOptions options, IReadOnlyList<ValidatingRuleDefinition> validating)
    {
        ActiveRule[] rules =
        [
            .. from definition in validating
               let settings = options.SettingsOf(definition.Id)
               where definition.IsOn(settings)
               select new ActiveRule(definition.Id, settings.Action ?? definition.DefaultAction, definition.Create(settings, options), definition.Uses),
        ];
        _workloads = Judges<Workload>(rules);
        _daemonSets = Judges<DaemonSet>(rules);
        _jobs = Judges<Job>(rules);
        _pods = Judges<Pod>(rules);
        _scales = Judges<Scale>(rules);
        _autoscalers = Judges<Autoscaler>(rules);
        _replicatedResources = Judges<ReplicatedResource>(rules);
        _claims = Judges<PersistentVolumeClaim>(rules);
        _budgets = Judges<PodDisruptionBudget>(rules);
        _namespaces = Judges<NamespaceObject>(rules);
        _goneAutoscalers = JudgesOfDeletion<Autoscaler>(rules);
        _goneBudgets = JudgesOfDeletion<PodDisruptionBudget>(rules);
        Uses = rules.Aggregate(RelatedKinds.None, (uses, rule) => uses | rule.Uses);
        Mutating =
        [
            .. from definition in BuiltInRules.Mutating
               let settings = options.SettingsOf(definition.Id)
               where definition.IsOn(settings)
               select (definition.Id, definition.Create(settings)),
        ];
    }

    /// <summary>The related objects that some rule looks at.</summary>
    public RelatedKinds Uses { get; }

    /// <summary>The rules that fill in, in their order.</summary>
    public IReadOnlyList<(string Id, IMutatingRule Rule)> Mutating { get; }

    /// <summary>Runs every rule that judges this kind.</summary>
    /// <returns>Each result with its rule; a rule that fails gives its error in the result's place.</returns>
    public List<Judgement> Judge(KubernetesObject subject, RuleContext context) => subject switch
    {
        Workload workload => _workloads.Judge(workload, context),
        Pod pod => _pods.Judge(pod, context),
        Scale scale => _scales.Judge(scale, context),
        DaemonSet daemonSet => _daemonSets.Judge(daemonSet, context),
        Job job => _jobs.Judge(job, context),
        Autoscaler autoscaler => _autoscalers.Judge(autoscaler, context),
        ReplicatedResource resource => _replicatedResources.Judge(resource, context),
        PersistentVolumeClaim claim => _claims.Judge(claim, context),
        PodDisruptionBudget budget => _budgets.Judge(budget, context),
        NamespaceObject @namespace => _namespaces.Judge(@namespace, context),
        _ => [],
    };

    /// <summary>Runs every rule that has something to say when an object of this kind goes.</summary>
    public List<Judgement> JudgeDeletion(KubernetesObject gone, RuleContext context) => gone switch
    {
        Autoscaler autoscaler => _goneAutoscalers.Judge(autoscaler, context),
        PodDisruptionBudget budget => _goneBudgets.Judge(budget, context),
        _ => [],
    };

    private static JudgesOf<T> Judges<T>(ActiveRule[] rules)
        where T : KubernetesObject => new(rules, rule => rule is IValidatingRule<T> judge ? judge.Validate : null);

    private static JudgesOf<T> JudgesOfDeletion<T>(ActiveRule[] rules)
        where T : KubernetesObject => new(rules, rule => rule is IDeletionRule<T> judge ? judge.ValidateDeletion : null);

    private sealed record ActiveRule(string Id, ValidationAction Action, IValidatingRule Rule, RelatedKinds Uses);

    private sealed class JudgesOf<T>(ActiveRule[] rules, Func<IValidatingRule, Func<T, RuleContext, IEnumerable<RuleResult>>?> judgeOf)
        where T : KubernetesObject
    {
        private readonly (string Id, ValidationAction Action, Func<T, RuleContext, IEnumerable<RuleResult>> Judge)[] _rules =
            [.. from rule in rules let judge = judgeOf(rule.Rule) where judge is not null select (rule.Id, rule.Action, judge)];

        public List<Judgement> Judge(T subject, RuleContext context)
        {
            List<Judgement> judgements = [];
            foreach (var (id, action, judge) in _rules)
            {
                try
                {
                    foreach (var result in judge(subject, context))
                    {
                        judgements.Add(new(id, action, result, null));
                    }
                }
                catch (Exception exception) when (exception is not OutOfMemoryException)
                {
                    judgements.Add(new(id, action, null, exception));
                }
            }

            return judgements;
        }
    }
}

/// <summary>What one rule says, or that it failed.</summary>
internal sealed record Judgement(string Rule, ValidationAction Action, RuleResult? Result, Exception? Error);
