using System.Text;
using System.Text.Json.Nodes;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.DefaultBudgets;
using HaWebhook.Policy.Objects;
using HaWebhook.Policy.Tests.Configuration;

namespace HaWebhook.Policy.Tests.DefaultBudgets;

/// <summary>The namespace <c>shop</c>, for which default budgets are planned and in which plans are carried out.</summary>
internal sealed class BudgetTown
{
    public const string Service = "ha-webhook";
    public const string On = "rules: {default-disruption-budget: {enabled: true}}\n";

    private readonly BudgetPlanner _planner;
    private readonly List<KubernetesObject> _objects;

    public BudgetTown(string policy, params IEnumerable<JsonNode> objects)
    {
        _planner = new(Read(policy), Service, "ha-webhook-system", FixedClock.Default);
        _objects = [.. objects.Select(each => _planner.Reader.ReadObject(
            Encoding.UTF8.GetBytes(each.ToJsonString()), (string)each["apiVersion"]!, (string)each["kind"]!)!)];
    }

    public string Namespace { get; init; } = "shop";

    /// <summary>Its labels.</summary>
    public string Labels { get; init; } = "kubernetes.io/metadata.name=shop";

    public bool IsWhole { get; init; } = true;

    public IReadOnlyList<RunningPod> Pods { get; init; } = [];

    /// <summary>What is not known of it.</summary>
    public RelatedKinds Unknown { get; init; }

    public IReadOnlyList<KubernetesObject> Objects => _objects;

    public static PolicyOptions Read(string policy)
    {
        var options = PolicyReading.Read(policy, out var errors);
        Assert.Empty(errors);
        return options!;
    }

    /// <summary>A Deployment whose uid is its name.</summary>
    public static JsonNode Workload(string name = "web", int replicas = 2, string kind = "Deployment") => ObjectJson.Deployment(replicas)
        .With("kind", kind).With("metadata.name", name).With("metadata.uid", name)
        .With("spec.selector.matchLabels.app", name).With("spec.template.metadata.labels.app", name);

    /// <summary>The default budget of <see cref="Workload"/> as HaWebhook makes it.</summary>
    public static JsonNode Default(string name = "web", string service = Service) => JsonNode.Parse($$"""
        {"apiVersion":"policy/v1","kind":"PodDisruptionBudget","metadata":{"name":"{{NameOf(name)}}","namespace":"shop","uid":"b-{{name}}",
          "labels":{"app.kubernetes.io/managed-by":"ha-webhook","app.kubernetes.io/instance":"{{service}}","ha-webhook.io/default-budget-of":"{{name}}"},
          "ownerReferences":[{"apiVersion":"apps/v1","kind":"Deployment","name":"{{name}}","uid":"{{name}}"}]},
         "spec":{"maxUnavailable":1,"unhealthyPodEvictionPolicy":"AlwaysAllow","selector":{"matchLabels":{"app":"{{name}}"} } } }
        """)!;

    public static string NameOf(string workload) => DefaultBudget.NameOf((Workload)RelatedJson.Read(Workload(workload)));

    public BudgetPlan Plan()
    {
        var related = new RelatedObjects { NamespaceLabels = LabelsOf() };
        related = Unknown.HasFlag(RelatedKinds.Autoscalers) ? related : related with { Autoscalers = new([.. _objects.OfType<Autoscaler>()]) };
        related = Unknown.HasFlag(RelatedKinds.DisruptionBudgets) ? related : related with { DisruptionBudgets = new([.. _objects.OfType<PodDisruptionBudget>()]) };
        related = Unknown.HasFlag(RelatedKinds.Workloads) ? related : related with { Workloads = new([.. _objects.OfType<PodOwner>()], []) };
        return _planner.Plan(new(Namespace, related, Pods, IsWhole));
    }

    /// <summary>The plan in words, a line for each thing to do.</summary>
    public string Describe()
    {
        var plan = Plan();
        return string.Join('\n', plan.Missing.Select(each => $"make {each.Name}").Concat(plan.Obsolete.Select(each => $"remove {each.Budget.Metadata.Name}: {each.Why}")));
    }

    /// <summary>Does what the plan says.</summary>
    public void CarryOut(BudgetPlan plan)
    {
        _objects.RemoveAll(item => plan.Obsolete.Any(each => ReferenceEquals(each.Budget, item)));
        foreach (var budget in plan.Missing)
        {
            Assert.DoesNotContain(_objects.OfType<PodDisruptionBudget>(), there => there.Metadata.Name == budget.Name);
            var owner = budget.Owner.Metadata.Uid;
            _objects.Add(RelatedJson.Read(Default(owner).With("metadata.name", budget.Name)) is PodDisruptionBudget made
                ? made with { Selector = budget.Selector }
                : throw new InvalidOperationException());
        }
    }

    private Dictionary<string, string> LabelsOf() =>
        Labels.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(label => label.Split('=')).ToDictionary(label => label[0], label => label[1]);
}
