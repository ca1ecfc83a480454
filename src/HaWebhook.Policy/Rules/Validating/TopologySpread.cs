using System.Globalization;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Manifests;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Rules.Validating;

/// <summary>Replicas that share a node or a zone go down together with it.</summary>
/// <remarks>
/// Reads <c>topologySpreadConstraints</c> and <c>affinity.podAntiAffinity</c>. One of them must spread the workload's own pods: it
/// must select their labels, and use a node label that nodes really have. A selector that is absent selects nothing.
/// </remarks>
internal sealed class TopologySpread(RuleSettings settings) : IValidatingRule<Workload>
{
    private const int MostViolations = 20;
    private const int LongestSelector = 200;

    private static readonly StringListParameter _topologyKeys = new(
        "topologyKeys",
        [WellKnownLabels.Hostname, WellKnownLabels.Zone],
        "The node labels over which spreading counts.");

    public static readonly ValidatingRuleDefinition Definition = new((settings, _) => new TopologySpread(settings))
    {
        Id = "topology-spread",
        Summary = "The replicas of a workload are spread over nodes or zones.",
        Why = "Replicas that share a node or a zone go down together with it.",
        Judges = "Workloads with effective replicas of 2 or more.",
        Reads =
        [
            "topologySpreadConstraints[]: absent means that the scheduler's own weak defaults apply",
            "topologySpreadConstraints[].labelSelector: absent selects no pods; it must select the workload's own",
            "topologySpreadConstraints[].topologyKey: a node label that nodes really have",
            "affinity.podAntiAffinity: required and preferred terms count alike; the same is asked of their labelSelector and topologyKey",
        ],
        Parameters = [_topologyKeys],
        Uses = RelatedKinds.Autoscalers,
        DefaultAction = ValidationAction.Warn,
        Example = """
            topologySpreadConstraints:
            - maxSkew: 1
              topologyKey: kubernetes.io/hostname
              whenUnsatisfiable: ScheduleAnyway
              labelSelector:
                matchLabels: {app: web}

            """,
    };

    private readonly IReadOnlyList<string> _keys = settings.Get(_topologyKeys);

    public IEnumerable<RuleResult> Validate(Workload subject, RuleContext context)
    {
        var replicas = EffectiveReplicas.Of(subject, context.Related).Count;
        var spec = subject.Template.Spec;
        if (replicas < 2 || spec.Containers.Count == 0)
        {
            return [];
        }

        return spec.TopologySpreadConstraints.Count + spec.PodAntiAffinity.Count == 0
            ? [Missing(subject, replicas)]
            : Judge(subject, replicas, context);
    }

    private List<Violation> Judge(Workload subject, int replicas, RuleContext context)
    {
        var spec = subject.Template.Spec;
        var labels = subject.PodLabels;
        var ownPods = new Lazy<string>(() => DescribePods(subject.Template.Metadata.Labels));
        var wrong = new List<Violation>();
        foreach (var constraint in spec.TopologySpreadConstraints)
        {
            var field = $"{subject.PodSpecField}.topologySpreadConstraints[{constraint.TopologyKey}]";
            if ((JudgeKey(field, constraint.TopologyKey)
                ?? JudgeSelector(field, constraint.LabelSelector, subject, labels, ownPods)) is not { } violation)
            {
                return [];
            }

            Add(wrong, violation);
        }

        foreach (var term in spec.PodAntiAffinity)
        {
            var field = $"{subject.PodSpecField}.affinity.podAntiAffinity.{term.Field}";
            var wrongKey = JudgeKey(field, term.TopologyKey);
            if (wrongKey is null && term.Selects(context.Namespace, labels))
            {
                return [];
            }

            Add(wrong, wrongKey
                ?? JudgeSelector(field, term.LabelSelector, subject, labels, ownPods)
                ?? JudgeReach(field, term, context.Namespace, labels));
        }

        return wrong.Count > 0 ? wrong : [Missing(subject, replicas)];
    }

    /// <summary>Nobody reads more than a few, and a pod spec of thousands of wrong terms must not cost more than its reading.</summary>
    private static void Add(List<Violation> wrong, Violation violation)
    {
        if (wrong.Count < MostViolations)
        {
            wrong.Add(violation);
        }
    }

    private Violation? JudgeKey(string field, string key) => _keys.Contains(key, StringComparer.Ordinal)
        ? null
        : new(
            $"{field}.topologyKey",
            $"is {(key.Length == 0 ? "empty" : key)}; must be {string.Join(" or ", _keys)}",
            () => $"Set topologyKey to {_keys[0]}.");

    private static Violation? JudgeSelector(
        string field, LabelSelector? selector, Workload subject, IReadOnlyDictionary<string, string> labels, Lazy<string> ownPods)
    {
        if (selector?.Matches(labels) ?? false)
        {
            return null;
        }

        var selected = selector is null ? "is missing and so selects no pods" : $"selects {Describe(selector)}";
        return new(
            $"{field}.labelSelector",
            $"{selected}; must select the workload's own pods ({ownPods.Value})",
            () => OwnPods(subject) is { IsEmpty: false } own
                ? $"Set labelSelector to {FlowYaml.Selector(own)}."
                : "Label the pods, and select them.");
    }

    /// <summary>Why a term whose selector is right does not mean the workload's own pods after all.</summary>
    private static Violation JudgeReach(string field, PodAffinityTerm term, string podNamespace, IReadOnlyDictionary<string, string> labels)
    {
        if (!term.ReachesNamespace(podNamespace))
        {
            return new(
                $"{field}.namespaces",
                $"is {string.Join(", ", term.Namespaces)}; must include the workload's own ({podNamespace})",
                () => $"Add {podNamespace} to namespaces, or leave namespaces out.");
        }

        var key = term.MismatchLabelKeys.First(labels.ContainsKey);
        return new(
            $"{field}.mismatchLabelKeys",
            $"has {key}, in which the workload's own pods are alike; must not leave them out",
            () => $"Remove {key} from mismatchLabelKeys.");
    }

    private Violation Missing(Workload subject, int replicas) => new(
        $"{subject.PodSpecField}.topologySpreadConstraints",
        string.Create(CultureInfo.InvariantCulture, $"is missing, and so is pod anti-affinity; {replicas} replicas must not share one node or zone"),
        () => FixOfMissing(subject));

    private string FixOfMissing(Workload subject)
    {
        var selector = OwnPods(subject);
        if (selector.IsEmpty)
        {
            return $"Label the pods, and add topology spread constraints over {string.Join(" and ", _keys)} that select them.";
        }

        // Over all keys at once: the first constraint of a pod's own switches the scheduler's defaults for the others off.
        var revision = TopologySpreadConstraint.KeysOfRevision(subject, selector) is { } keys ? $", matchLabelKeys: [{string.Join(", ", keys)}]" : "";
        var constraints = _keys.Select(key =>
            $"{{maxSkew: 1, topologyKey: {key}, whenUnsatisfiable: ScheduleAnyway, labelSelector: {FlowYaml.Selector(selector)}{revision}}}");
        return $"Add topologySpreadConstraints: [{string.Join(", ", constraints)}].";
    }

    /// <summary>
    /// What to select the workload's own pods by, as default-topology-spread does: its selector; without one that will do, the labels of the template,
    /// less those that Kubernetes adds.
    /// </summary>
    private static LabelSelector OwnPods(Workload subject) => subject.LastingSelector ?? new(subject.Template.Metadata.Labels
        .Where(label => !WellKnownLabels.Generated.Contains(label.Key, StringComparer.Ordinal))
        .ToDictionary(StringComparer.Ordinal));

    private static string DescribePods(IReadOnlyDictionary<string, string> labels) =>
        labels.Count == 0 ? "which have no labels" : Describe(new LabelSelector(labels));

    private static string Describe(LabelSelector selector) =>
        selector.ToString() is { Length: > 0 } text ? SingleLine.Of(text, LongestSelector) : "everything";
}
