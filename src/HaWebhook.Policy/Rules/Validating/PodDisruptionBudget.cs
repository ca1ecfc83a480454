using System.Globalization;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Manifests;
using HaWebhook.Policy.Objects;
using Budget = HaWebhook.Policy.Objects.PodDisruptionBudget;

namespace HaWebhook.Policy.Rules.Validating;

/// <summary>Without a disruption budget one node drain, or two at once, may take every replica of a workload at the same time.</summary>
/// <remarks>
/// Reads the labels of the pod template, and <c>spec.selector</c> of the namespace's PodDisruptionBudgets: absent selects nothing, empty everything
/// (<c>policy/v1</c>, the only version that Kubernetes 1.25 and later serve). What the budget says is for <see cref="DisruptionBudgetSettings"/>.
/// A budget usually arrives after its workload, hence the default action.
/// </remarks>
internal sealed class PodDisruptionBudget : IValidatingRule<Workload>, IDeletionRule<Budget>
{
    public static readonly ValidatingRuleDefinition Definition = new((_, _) => new PodDisruptionBudget())
    {
        Id = "pod-disruption-budget",
        Summary = "A PodDisruptionBudget selects the pods of every workload with replicas.",
        Why = "Without one a node drain, or two at once, may take every replica at the same time.",
        Judges = "Workloads with effective replicas of 2 or more; and the deletion of their last PodDisruptionBudget, of which it warns at most.",
        Reads =
        [
            "spec.template.metadata.labels: what a budget selects by",
            "spec.selector of the PodDisruptionBudgets of the namespace: absent selects nothing, empty selects everything",
        ],
        Uses = RelatedKinds.DisruptionBudgets | RelatedKinds.Autoscalers | RelatedKinds.Workloads,
        DefaultAction = ValidationAction.Audit,
        Example = """
            apiVersion: policy/v1
            kind: PodDisruptionBudget
            metadata:
              name: web
            spec:
              maxUnavailable: 1
              selector:
                matchLabels: {app: web}

            """,
    };

    private static readonly Undecided _withoutTemplate = new("the labels of its pods are not known here: it has no pod template of its own");

    public IEnumerable<RuleResult> Validate(Workload subject, RuleContext context)
    {
        var replicas = EffectiveReplicas.Of(subject, context.Related).Count;
        if (replicas < 2)
        {
            return [];
        }

        if (context.UndecidedWithout(RelatedKinds.DisruptionBudgets) is { } undecided)
        {
            return [undecided];
        }

        var labels = subject.Template.Metadata.Labels;
        if (context.Related.DisruptionBudgets.Selecting(labels).Count > 0)
        {
            return [];
        }

        if (subject.Template.Spec.Containers.Count == 0)
        {
            return [_withoutTemplate];
        }

        return
        [
            new Violation(
                $"{subject.TemplateField}.metadata.labels",
                $"are selected by no PodDisruptionBudget; {Required(replicas)}",
                () => FixOf(subject)),
        ];
    }

    /// <summary>A budget that is about nothing else is not missed.</summary>
    public IEnumerable<Violation> ValidateDeletion(Budget gone, RuleContext context)
    {
        var related = context.Related;
        return gone.Selector is not { } selector || !related.Has(RelatedKinds.DisruptionBudgets)
            ? []
            : from running in BudgetCoverage.Of(selector, related).Running
              let workload = running.Workload
              where running.Effective.Count > 1
                  && related.DisruptionBudgets.Selecting(workload.Template.Metadata.Labels).All(budget => budget.Metadata.Name == gone.Metadata.Name)
              select new Violation(
                  $"{workload.Kind}/{workload.Metadata.Name} {workload.TemplateField}.metadata.labels",
                  $"are selected by no PodDisruptionBudget once {gone.Metadata.Name} is gone; {Required(running.Effective.Count)}",
                  () => FixOf(workload));
    }

    private static string Required(int replicas) =>
        string.Create(CultureInfo.InvariantCulture, $"one must keep drains from taking all {replicas} replicas at once");

    /// <summary>One pod at a time is right for any number of replicas, and for systems that vote.</summary>
    private static string FixOf(Workload subject)
    {
        if (subject.PodSelector is not { IsEmpty: false } selector)
        {
            return "Label the pods, and add a PodDisruptionBudget with maxUnavailable: 1 that selects them.";
        }

        var name = subject.Metadata.Name.Length > 0 ? subject.Metadata.Name : subject.Metadata.GenerateName.TrimEnd('-');
        var place = subject.Metadata.Namespace.Length > 0 ? $", namespace: {FlowYaml.Scalar(subject.Metadata.Namespace)}" : "";
        return $"Add {{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {{name: {FlowYaml.Scalar(name)}{place}}}, "
            + $"spec: {{maxUnavailable: 1, selector: {FlowYaml.Selector(selector)}}}}}.";
    }
}
