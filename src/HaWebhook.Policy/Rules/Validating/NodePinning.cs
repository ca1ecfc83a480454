using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Manifests;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Rules.Validating;

/// <summary>Pods that may run on one node, or in one zone, are down with it and stay down: there is nowhere else that they may start.</summary>
/// <remarks>
/// Reads <c>nodeName</c>, <c>nodeSelector</c> and required node affinity, and judges what they leave together: see <see cref="NodeChoice"/>. A zone that
/// is asked for by the label's former name (Kubernetes, Well-Known Labels) counts like one by today's. The scheduler writes <c>nodeName</c> into every
/// Pod, so in a Pod that exists it says nothing of what its author meant.
/// </remarks>
internal sealed class NodePinning(RuleSettings settings) : IValidatingRule<Workload>, IValidatingRule<Pod>
{
    private const string Affinity = "affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution";
    private const string NameField = "metadata.name";
    private const string Exempt = $"If this is right as it is, annotate {HaAnnotations.Exempt}: node-pinning and {HaAnnotations.ExemptReason}: <why>.";

    private static readonly StringListParameter _topologyKeys = new(
        "topologyKeys",
        [WellKnownLabels.Hostname, WellKnownLabels.Zone],
        "The node labels of which a pod must be allowed more than one value.");

    public static readonly ValidatingRuleDefinition Definition = new((settings, _) => new NodePinning(settings))
    {
        Id = "node-pinning",
        Summary = "Pods may run on more than one node and in more than one zone.",
        Why = "Pods that may run on one node only, or in one zone, are down with it and stay down: there is nowhere else that they may start.",
        Judges = "Workloads that are not switched off, and bare Pods that do not run to completion.",
        Reads =
        [
            "nodeName: absent means that the scheduler chooses; in a Pod that exists already the scheduler wrote it",
            "nodeSelector: absent means any node",
            "affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution: absent means any node; what all its terms leave together is judged",
        ],
        Parameters = [_topologyKeys],
        DefaultAction = ValidationAction.Warn,
        Example = """
            affinity:
              nodeAffinity:
                requiredDuringSchedulingIgnoredDuringExecution:
                  nodeSelectorTerms:
                  - matchExpressions:
                    - {key: topology.kubernetes.io/zone, operator: In, values: [eu-1a, eu-1b]}

            """,
    };

    private readonly string[] _keys = [.. settings.Get(_topologyKeys).Select(NodeChoice.CurrentName).Distinct(StringComparer.Ordinal)];

    public IEnumerable<RuleResult> Validate(Workload subject, RuleContext context) =>
        subject.DeclaredReplicas == 0 ? [] : Judge(subject, isNodeNameWritten: true);

    public IEnumerable<RuleResult> Validate(Pod subject, RuleContext context) => subject.RunsToCompletion
        ? []
        : Judge(subject, isNodeNameWritten: context.OldSubject is null && (context.User is not null || subject.Metadata.Uid.Length == 0));

    private IEnumerable<RuleResult> Judge(PodOwner subject, bool isNodeNameWritten)
    {
        var spec = subject.Template.Spec;
        List<RuleResult>? wrong = null;
        if (isNodeNameWritten && spec.NodeName.Length > 0)
        {
            (wrong ??= []).Add(new Violation(
                $"{subject.PodSpecField}.nodeName",
                $"is {spec.NodeName}, a single node; must be left to the scheduler",
                () => $"Remove nodeName: the scheduler then finds another node when one is down. {Exempt}"));
        }

        if (spec.NodeSelector.Count == 0 && spec.RequiredNodeAffinity.Count == 0)
        {
            return (IEnumerable<RuleResult>?)wrong ?? Array.Empty<RuleResult>();
        }

        foreach (var key in _keys)
        {
            if (NodeChoice.OnlyLabel(spec, key) is { } value)
            {
                (wrong ??= []).Add(NodeChoice.KeyInSelector(spec, key) is { } written ? ByLabel(subject, written, key, value) : ByAffinity(subject, key, value));
            }
        }

        if (NodeChoice.OnlyName(spec) is { } name)
        {
            (wrong ??= []).Add(ByAffinity(subject, NameField, name));
        }

        return (IEnumerable<RuleResult>?)wrong ?? Array.Empty<RuleResult>();
    }

    private static Violation ByLabel(PodOwner subject, string written, string key, string value)
    {
        return new(
            $"{subject.PodSpecField}.nodeSelector[{written}]",
            $"is {value}, a single {DomainOf(key)}; must allow at least two",
            () => $"Remove {written} from nodeSelector, or put in its place affinity: {{nodeAffinity: {{requiredDuringSchedulingIgnoredDuringExecution: "
                + $"{{nodeSelectorTerms: [{{matchExpressions: [{Requirement(key, value)}]}}]}}}}}}. {Exempt}");
    }

    private static Violation ByAffinity(PodOwner subject, string key, string value)
    {
        var domain = DomainOf(key);
        return new(
            $"{subject.PodSpecField}.{Affinity}.nodeSelectorTerms[{key}]",
            $"leaves {value}, a single {domain}; must allow at least two",
            () => key == NameField
                ? $"Remove the requirement on {key}: the scheduler then finds another node when one is down. {Exempt}"
                : $"Allow another {domain} too: {Requirement(key, value)}. {Exempt}");
    }

    private static string Requirement(string key, string value) =>
        $"{{key: {FlowYaml.Scalar(key)}, operator: In, values: [{FlowYaml.Scalar(value)}, <another {DomainOf(key)}>]}}";

    private static string DomainOf(string key) => key switch
    {
        WellKnownLabels.Hostname or NameField => "node",
        WellKnownLabels.Zone => "zone",
        _ => "value",
    };
}
