using System.Globalization;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Rules.Validating;

/// <summary>Replicas that share a node or a zone go down together with it.</summary>
/// <remarks>
/// Reads <c>topologySpreadConstraints</c> and <c>affinity.podAntiAffinity</c>. One of them must spread the workload's own pods: it
/// must select their labels, and use a node label that nodes really have. A selector that is absent selects nothing.
/// </remarks>
internal sealed class TopologySpread(RuleSettings settings) : IValidatingRule<Workload>
{
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

    public IEnumerable<Violation> Validate(Workload subject, RuleContext context)
    {
        var replicas = EffectiveReplicas.Of(subject, context.Related).Count;
        var spec = subject.Template.Spec;
        if (replicas < 2 || spec.Containers.Count == 0)
        {
            return [];
        }

        var labels = subject.Template.Metadata.Labels;
        var wrong = new List<Violation>();
        foreach (var constraint in spec.TopologySpreadConstraints)
        {
            var field = $"{subject.PodSpecField}.topologySpreadConstraints[{constraint.TopologyKey}]";
            var selectsOwn = constraint.LabelSelector?.Matches(labels) ?? false;
            if (Judge(field, constraint.TopologyKey, constraint.LabelSelector, selectsOwn, labels) is not { } violation)
            {
                return [];
            }

            wrong.Add(violation);
        }

        foreach (var term in spec.PodAntiAffinity)
        {
            var field = $"{subject.PodSpecField}.affinity.podAntiAffinity.{term.Field}";
            if (Judge(field, term.TopologyKey, term.LabelSelector, term.Selects(context.Namespace, labels), labels) is not { } violation)
            {
                return [];
            }

            wrong.Add(violation);
        }

        return wrong.Count > 0 ? wrong : [Missing(subject, replicas)];
    }

    private Violation? Judge(
        string field, string key, LabelSelector? selector, bool selectsOwn, IReadOnlyDictionary<string, string> labels)
    {
        if (!_keys.Contains(key, StringComparer.Ordinal))
        {
            return new($"{field}.topologyKey", $"is {(key.Length == 0 ? "empty" : key)}; must be {string.Join(" or ", _keys)}", () => $"Set topologyKey to {_keys[0]}.");
        }

        var selected = selector is null ? "is missing and so selects no pods" : $"selects {Describe(selector.ToString())}";
        return selectsOwn
            ? null
            : new(
                $"{field}.labelSelector",
                $"{selected}; must select the workload's own pods ({Describe(new LabelSelector(labels).ToString())})",
                () => $"Set labelSelector to {Flow(labels)}.");
    }

    private Violation Missing(Workload subject, int replicas) => new(
        $"{subject.PodSpecField}.topologySpreadConstraints",
        string.Create(CultureInfo.InvariantCulture, $"is missing, and so is pod anti-affinity; {replicas} replicas must not share one node or zone"),
        () => $"Add topologySpreadConstraints: [{{maxSkew: 1, topologyKey: {_keys[0]}, whenUnsatisfiable: ScheduleAnyway, "
            + $"labelSelector: {Flow(subject.Selector?.MatchLabels ?? subject.Template.Metadata.Labels)}}}].");

    private static string Describe(string selector) => selector.Length == 0 ? "everything" : selector;

    private static string Flow(IReadOnlyDictionary<string, string> labels) =>
        $"{{matchLabels: {{{string.Join(", ", labels.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"{label.Key}: {label.Value}"))}}}}}";
}
