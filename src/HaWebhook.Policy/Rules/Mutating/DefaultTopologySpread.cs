using System.Text.Json;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Rules.Mutating;

/// <summary>Spreads pods over zones and nodes where their author said nothing of placement.</summary>
/// <remarks>
/// Zone and hostname come together: any constraint of a pod's own switches off both of the scheduler's defaults
/// (hostname with a skew of 3, zone with 5; Kubernetes, Pod Topology Spread Constraints), so one alone would lose the other.
/// </remarks>
internal sealed class DefaultTopologySpread(RuleSettings settings) : IMutatingRule
{
    public static readonly MutatingRuleDefinition Definition = new(settings => new DefaultTopologySpread(settings))
    {
        Id = "default-topology-spread",
        Summary = "Adds topology spread constraints over zones and nodes to pods that say nothing of placement.",
        Why = "The scheduler's own defaults let several replicas share a node or a zone; they go down together with it.",
        Judges = "Workloads that no controller owns, when they are created and when their pod spec changes; Pods when they are created. Never Jobs or DaemonSets.",
        Reads =
        [
            "topologySpreadConstraints: added where absent or empty",
            "affinity.podAntiAffinity: where it is given nothing is added",
            "spec.selector: the pods that are spread; for a Pod its own labels less those that controllers generate",
            "the version of the API server, where it is known: matchLabelKeys is left out below 1.27",
        ],
        Parameters = [FillIn.OnUpdate, FillIn.Pods],
        Example = """
            topologySpreadConstraints:
            - maxSkew: 1
              topologyKey: topology.kubernetes.io/zone
              whenUnsatisfiable: ScheduleAnyway
              labelSelector: {matchLabels: {app: web}}
              matchLabelKeys: [pod-template-hash]
            - maxSkew: 1
              topologyKey: kubernetes.io/hostname
              whenUnsatisfiable: ScheduleAnyway
              labelSelector: {matchLabels: {app: web}}
              matchLabelKeys: [pod-template-hash]

            """,
    };

    public Mutation Mutate(PodOwner subject, RuleContext context)
    {
        var spec = subject.Template.Spec;
        if (spec.TopologySpreadConstraints.Count > 0
            || spec.PodAntiAffinity.Count > 0
            || !FillIn.Applies(subject, context, settings)
            || SelectorOf(subject) is not { } selector)
        {
            return Mutation.None(subject);
        }

        var matchLabelKeys = KnowsMatchLabelKeys(context.Related) ? TopologySpreadConstraint.KeysOfRevision(subject, selector) : null;
        IReadOnlyList<TopologySpreadConstraint> constraints =
        [
            new(1, WellKnownLabels.Zone, "ScheduleAnyway", selector, matchLabelKeys),
            new(1, WellKnownLabels.Hostname, "ScheduleAnyway", selector, matchLabelKeys),
        ];
        var value = Serialize(constraints);
        return FillIn.Keeps(context, settings) && !Serialize(((PodOwner)context.OldSubject!).Template.Spec.TopologySpreadConstraints).AsSpan().SequenceEqual(value)
            ? Mutation.None(subject)
            : new(
                subject.WithPodSpec(spec with { TopologySpreadConstraints = constraints }),
                [new(FillIn.Pointer(subject) + "/topologySpreadConstraints", value)]);
    }

    /// <summary>The pods to spread; null where none can be told apart from all others.</summary>
    private static LabelSelector? SelectorOf(PodOwner subject)
    {
        if (subject is Workload workload)
        {
            return workload.LastingSelector;
        }

        var own = subject.Metadata.Labels
            .Where(label => !WellKnownLabels.Generated.Contains(label.Key, StringComparer.Ordinal))
            .ToDictionary(StringComparer.Ordinal);
        return own.Count == 0 ? null : new LabelSelector(own);
    }

    /// <summary>The field is on by default since 1.27 (KEP-3243: alpha in 1.25, beta in 1.27); an older API server drops it.</summary>
    private static bool KnowsMatchLabelKeys(RelatedObjects related) => related.Version is not { } version || version.IsAtLeast(1, 27);

    private static byte[] Serialize(IReadOnlyList<TopologySpreadConstraint> constraints) =>
        JsonSerializer.SerializeToUtf8Bytes(constraints, PatchJson.Default.IReadOnlyListTopologySpreadConstraint);
}
