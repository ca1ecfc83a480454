using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Manifests;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Rules.Validating;

/// <summary>Without a priority of its own a service is evicted as readily as a batch job when nodes are lost and room gets short.</summary>
/// <remarks>
/// Reads <c>priorityClassName</c> (absent means the cluster's default class, else priority 0). A name that no PriorityClass has makes the API
/// server refuse every pod while it lets the workload pass (Kubernetes, Priority admission), so the policy may list the names that there are.
/// </remarks>
internal sealed class PriorityClass(RuleSettings settings) : IValidatingRule<Workload>
{
    private static readonly StringListParameter _allowed = new(
        "allowed",
        [],
        "The PriorityClasses to choose from; empty allows any.",
        canBeEmpty: true);

    public static readonly ValidatingRuleDefinition Definition = new((settings, _) => new PriorityClass(settings))
    {
        Id = "priority-class",
        Summary = "A workload names a PriorityClass.",
        Why = "When a zone is lost and room gets short, pods without a priority of their own are evicted as readily as batch jobs, and wait "
            + "behind everybody's.",
        Judges = "Workloads.",
        Reads = ["priorityClassName: absent means the cluster's default PriorityClass, or priority 0 where there is none"],
        Parameters = [_allowed],
        DefaultAction = ValidationAction.Off,
        Example = "priorityClassName: high-priority\n",
    };

    private readonly IReadOnlyList<string> _names = settings.Get(_allowed);

    public IEnumerable<RuleResult> Validate(Workload subject, RuleContext context)
    {
        // Without containers it has no template of its own: an Argo Rollout that refers to a Deployment's.
        var spec = subject.Template.Spec;
        return spec.Containers.Count == 0 || IsAllowed(spec.PriorityClassName) ? [] : [Wrong(subject, spec.PriorityClassName)];
    }

    private bool IsAllowed(string name) => name.Length > 0 && (_names.Count == 0 || _names.Contains(name, StringComparer.Ordinal));

    private Violation Wrong(Workload subject, string name)
    {
        var field = $"{subject.PodSpecField}.priorityClassName";
        var required = _names.Count == 0 ? "name a PriorityClass" : $"be {string.Join(" or ", _names)}";
        return new(
            field,
            $"is {(name.Length == 0 ? "missing" : name)}; must {required}",
            () => _names.Count == 0
                ? $"Set {field} to a PriorityClass of the cluster (kubectl get priorityclasses)."
                : $"Set {field} to {FlowYaml.Scalar(NearestName.Of(name, _names) ?? _names[0])}.");
    }
}
