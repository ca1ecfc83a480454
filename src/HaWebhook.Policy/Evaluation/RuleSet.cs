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
    private readonly JudgesOf<NamespaceObject> _namespaces;

    public RuleSet(PolicyOptions options)
    {
        ActiveRule[] rules =
        [
            .. from definition in BuiltInRules.Validating
               let settings = options.SettingsOf(definition.Id)
               let action = settings.Action ?? definition.DefaultAction
               where action != ValidationAction.Off
               select new ActiveRule(definition.Id, action, definition.Create(settings, options)),
        ];
        _workloads = new(rules);
        _daemonSets = new(rules);
        _jobs = new(rules);
        _pods = new(rules);
        _scales = new(rules);
        _autoscalers = new(rules);
        _replicatedResources = new(rules);
        _claims = new(rules);
        _namespaces = new(rules);
        Mutating =
        [
            .. from definition in BuiltInRules.Mutating
               let settings = options.SettingsOf(definition.Id)
               where settings.Enabled
               select (definition.Id, definition.Create(settings)),
        ];
    }

    /// <summary>The rules that fill in, in their order.</summary>
    public IReadOnlyList<(string Id, IMutatingRule Rule)> Mutating { get; }

    /// <summary>Runs every rule that judges this kind.</summary>
    /// <returns>Each violation with its rule; a rule that fails gives its error in the violation's place.</returns>
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
        NamespaceObject @namespace => _namespaces.Judge(@namespace, context),
        _ => [],
    };

    private sealed record ActiveRule(string Id, ValidationAction Action, IValidatingRule Rule);

    private sealed class JudgesOf<T>(ActiveRule[] rules)
        where T : KubernetesObject
    {
        private readonly (string Id, ValidationAction Action, IValidatingRule<T> Rule)[] _rules =
            [.. rules.Where(rule => rule.Rule is IValidatingRule<T>).Select(rule => (rule.Id, rule.Action, (IValidatingRule<T>)rule.Rule))];

        public List<Judgement> Judge(T subject, RuleContext context)
        {
            List<Judgement> judgements = [];
            foreach (var (id, action, rule) in _rules)
            {
                try
                {
                    foreach (var violation in rule.Validate(subject, context))
                    {
                        judgements.Add(new(id, action, violation, null));
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

/// <summary>What one rule says: a violation, or that it failed.</summary>
internal sealed record Judgement(string Rule, ValidationAction Action, Violation? Violation, Exception? Error);
