using System.Text.Json.Nodes;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Tests.DefaultBudgets;

public class BudgetPlannerTests
{
    private static readonly string _ours = BudgetTown.NameOf("web");

    /// <summary>Each begins with a workload that would have a budget, and changes one thing.</summary>
    public static TheoryData<string, string> WhyNot => new()
    {
        { "one replica", "spec.replicas of Deployment web is 1" },
        { "switched off", "spec.replicas of Deployment web is 0" },
        { "floor of an autoscaler", "HorizontalPodAutoscaler/web spec.minReplicas of Deployment web is 1" },
        { "budget of its author", "PodDisruptionBudget theirs selects the pods of Deployment web" },
        { "budget of another installation", $"PodDisruptionBudget {_ours} selects the pods of Deployment web" },
        { "budget of all pods", "PodDisruptionBudget all selects the pods of Deployment web" },
        { "copy of ours", "PodDisruptionBudget copy selects the pods of Deployment web" },
        { "exempt by annotation", "Deployment web is exempt: leader elected (annotation)" },
        { "exempt by policy", "Deployment web is exempt: vetted (policy)" },
        { "off in the namespace", "default-disruption-budget is off" },
        { "namespace that is excluded", "namespace kube-system is excluded" },
        { "own namespace", "it is in the namespace of HaWebhook itself" },
        { "owned by an operator", "Deployment web is left to Shop main, which owns it" },
        { "selector of everything", "no selector tells the pods of Deployment web from others" },
        { "selector of other pods", "no selector tells the pods of Deployment web from others" },
        { "pods of another workload", "the selector of Deployment web takes in the pods of Deployment web-canary" },
        { "pods of a Job", "the selector of Deployment web takes in the pods of Job migrate" },
        { "pods of a DaemonSet", "the selector of Deployment web takes in the pods of DaemonSet agent" },
        { "a Pod of its own", "the selector of Deployment web takes in the pods of Pod web-0" },
        { "running pod of an operator", "the selector of Deployment web takes in Pod web-1, which Ring main made" },
        { "running pod of an earlier template", "PodDisruptionBudget old selects Pod web-1 of Deployment web" },
        { "name that is taken", $"the PodDisruptionBudget {_ours} is somebody else's" },
        { "kind without a known scale", "Ring web has no scale that Kubernetes is known to count its pods by" },
    };

    [Theory]
    [MemberData(nameof(WhyNot))]
    public void WhatIsNotToHaveABudget_HasNoneMade_AndLosesIt(string what, string why)
    {
        Assert.Equal("", TownWith(what, there: false).Describe());

        // Whoever has the name that ours would have has the object, so that ours cannot be there.
        Assert.Equal(what is "name that is taken" or "budget of another installation" ? "" : $"remove {_ours}: {why}", TownWith(what, there: true).Describe());
    }

    [Fact]
    public void AWorkloadWithoutABudget_GetsOne()
    {
        var town = new BudgetTown(BudgetTown.On, BudgetTown.Workload());
        var budget = Assert.Single(town.Plan().Missing);

        Assert.Equal("web-ha-webhook-4b5e57f6eb", budget.Name);
        Assert.Equal("app=web", budget.Selector.ToString());
        Assert.Equal(
            ["app.kubernetes.io/instance=ha-webhook", "app.kubernetes.io/managed-by=ha-webhook", "ha-webhook.io/default-budget-of=web"],
            budget.LabelsOf(BudgetTown.Service).Select(label => $"{label.Key}={label.Value}"));
        Assert.Equal(Mode.Enforce, town.Plan().Mode);
    }

    [Theory]
    [InlineData("StatefulSet", "apps/v1")]
    [InlineData("ReplicaSet", "apps/v1")]
    [InlineData("Rollout", "argoproj.io/v1alpha1")]
    [InlineData("CloneSet", "apps.kruise.io/v1alpha1")]
    public void SoDoesAnyWorkloadWithAScale(string kind, string apiVersion) =>
        Assert.Equal($"make {_ours}", new BudgetTown(BudgetTown.On, BudgetTown.Workload(kind: kind).With("apiVersion", apiVersion)).Describe());

    [Fact]
    public void SoDoesAReplicationController() => Assert.Equal(
        $"make {_ours}",
        new BudgetTown(BudgetTown.On, BudgetTown.Workload(kind: "ReplicationController").With("apiVersion", "v1").WithJson("spec.selector", """{"app":"web"}""")).Describe());

    [Theory]
    [InlineData("DaemonSet", "apps/v1")]
    [InlineData("Job", "batch/v1")]
    public void DaemonSetsAndJobsNeverDo(string kind, string apiVersion) =>
        Assert.Equal("", new BudgetTown(BudgetTown.On, BudgetTown.Workload(kind: kind).With("apiVersion", apiVersion)).Describe());

    [Fact]
    public void WhatItMadeItself_AndAChartsTest_AreNoStrangers()
    {
        var replicaSet = BudgetTown.Workload("web-5d4").With("kind", "ReplicaSet").With("metadata.ownerReferences", ObjectJson.Owner("argoproj.io/v1alpha1", "Rollout", "web"));
        replicaSet.With("spec.selector.matchLabels.app", "web").With("spec.template.metadata.labels.app", "web");
        var town = new BudgetTown(
            BudgetTown.On,
            BudgetTown.Workload(kind: "Rollout").With("apiVersion", "argoproj.io/v1alpha1"),
            replicaSet,
            ObjectJson.Pod().With("metadata.name", "web-test").With("spec.restartPolicy", "Never"))
        {
            Pods = [Pod("ReplicaSet", "web-5d4"), Pod("Rollout", "web")],
        };

        Assert.Equal($"make {_ours}", town.Describe());
    }

    [Fact]
    public void AFloorThatIsHighEnough_CountsInPlaceOfReplicas() =>
        Assert.Equal($"make {_ours}", new BudgetTown(BudgetTown.On, BudgetTown.Workload(replicas: 1), RelatedJson.Autoscaler(2)).Describe());

    [Fact]
    public void OneThatIsRight_IsKept()
    {
        var plan = new BudgetTown(BudgetTown.On, BudgetTown.Workload(), BudgetTown.Default()).Plan();

        Assert.True(plan.IsDone);
        Assert.Equal(1, plan.Kept);
    }

    [Theory]
    [InlineData("spec.maxUnavailable", "2")]
    [InlineData("spec.maxUnavailable", "\"1%\"")]
    [InlineData("spec.minAvailable", "1")]
    [InlineData("spec.unhealthyPodEvictionPolicy", "\"IfHealthyBudget\"")]
    [InlineData("spec.selector.matchLabels.tier", "\"front\"")]
    [InlineData("metadata.ownerReferences", "[]")]
    public void OneThatSomebodyChanged_IsMadeAnew(string path, string value) => Assert.Equal(
        $"make {_ours}\nremove {_ours}: somebody has changed it",
        new BudgetTown(BudgetTown.On, BudgetTown.Workload(), BudgetTown.Default().WithJson(path, value)).Describe());

    [Fact]
    public void FurtherLabelsOfOthers_DoNotMatter() => Assert.Equal(
        "", new BudgetTown(BudgetTown.On, BudgetTown.Workload(), BudgetTown.Default().With("metadata.labels.team", "a")).Describe());

    [Theory]
    [InlineData(true, "make {0}\nremove {1}: its workload is gone")]
    [InlineData(false, "make {0}")]
    public void OneWhoseWorkloadIsGone_IsRemoved_UnlessNotAllWorkloadsAreKnown(bool isWhole, string plan) => Assert.Equal(
        string.Format(System.Globalization.CultureInfo.InvariantCulture, plan, _ours, BudgetTown.NameOf("gone")),
        new BudgetTown(BudgetTown.On, BudgetTown.Workload(), BudgetTown.Default("gone")) { IsWhole = isWhole }.Describe());

    [Theory]
    [InlineData(RelatedKinds.Workloads, "kubernetes.io/metadata.name=shop")]
    [InlineData(RelatedKinds.Autoscalers, "kubernetes.io/metadata.name=shop")]
    [InlineData(RelatedKinds.None, "")]
    public void WhereTooLittleIsKnown_NothingIsDecided(RelatedKinds unknown, string labels)
    {
        var town = new BudgetTown(BudgetTown.On, BudgetTown.Workload(), BudgetTown.Workload("one", 1), BudgetTown.Default("one")) { Unknown = unknown, Labels = labels };

        Assert.Equal(("", true), (town.Describe(), town.Plan().IsUndecided));
    }

    [Fact]
    public void WhereBudgetsAreNotKnown_NothingIsDecided()
    {
        var town = new BudgetTown(BudgetTown.On, BudgetTown.Workload()) { Unknown = RelatedKinds.DisruptionBudgets };

        Assert.Equal(("", true), (town.Describe(), town.Plan().IsUndecided));
    }

    [Fact]
    public void WhereItIsOff_NothingIsMissedOrUndecided()
    {
        var town = new BudgetTown("mode: Enforce\n", BudgetTown.Workload()) { Labels = "" };

        Assert.Equal(("", false), (town.Describe(), town.Plan().IsUndecided));
    }

    [Theory]
    [InlineData("mode: Audit\n", "", Mode.Audit)]
    [InlineData("mode: Warn\n", "", Mode.Warn)]
    [InlineData("mode: Audit\n", ",ha-webhook.io/mode=Enforce", Mode.Enforce)]
    [InlineData("mode: Enforce\nnamespaceModes: Any\n", ",ha-webhook.io/mode=Audit", Mode.Audit)]
    [InlineData("overrides: [{namespaceSelector: {matchLabels: {env: dev}}, mode: Audit}]\n", ",env=dev", Mode.Audit)]
    public void TheModeIsTheNamespaces(string policy, string labels, Mode mode)
    {
        var plan = new BudgetTown(policy + BudgetTown.On, BudgetTown.Workload()) { Labels = "kubernetes.io/metadata.name=shop" + labels }.Plan();

        Assert.Equal((mode, 1), (plan.Mode, plan.Missing.Count));
    }

    [Fact]
    public void AnOverride_TurnsItOnSomewhere() => Assert.Equal(
        $"make {_ours}",
        new BudgetTown("overrides: [{namespaceSelector: {matchLabels: {env: prod}}, rules: {default-disruption-budget: {enabled: true}}}]\n", BudgetTown.Workload())
        {
            Labels = "kubernetes.io/metadata.name=shop,env=prod",
        }.Describe());

    private static BudgetTown TownWith(string what, bool there)
    {
        var workload = BudgetTown.Workload();
        List<JsonNode> objects = there && what is not ("name that is taken" or "budget of another installation") ? [BudgetTown.Default()] : [];
        var (policy, name, labels) = (BudgetTown.On, "shop", "kubernetes.io/metadata.name=shop");
        List<RunningPod> pods = [];
        switch (what)
        {
            case "one replica": workload.With("spec.replicas", 1); break;
            case "switched off": workload.With("spec.replicas", 0); break;
            case "floor of an autoscaler": objects.Add(RelatedJson.Autoscaler(1)); break;
            case "budget of its author": objects.Add(RelatedJson.Budget(name: "theirs")); break;
            case "budget of another installation": objects.Add(BudgetTown.Default(service: "other")); break;
            case "budget of all pods": objects.Add(RelatedJson.Budget(name: "all").WithJson("spec.selector", "{}")); break;
            case "copy of ours": objects.Add(BudgetTown.Default().With("metadata.name", "copy")); break;
            case "exempt by annotation":
                workload.WithAnnotations("metadata.annotations", "exempt=default-disruption-budget; exempt-reason=leader elected");
                break;
            case "exempt by policy": policy += "exemptions: [{namespaces: [shop], rules: [default-disruption-budget], reason: vetted}]\n"; break;
            case "off in the namespace":
                policy += "overrides: [{namespaceSelector: {matchLabels: {env: dev}}, rules: {default-disruption-budget: {enabled: false}}}]\n";
                labels += ",env=dev";
                break;
            case "namespace that is excluded": name = "kube-system"; break;
            case "own namespace": name = "ha-webhook-system"; break;
            case "owned by an operator":
                workload.WithJson("metadata.ownerReferences", """[{"apiVersion":"example.com/v1","kind":"Shop","name":"main","uid":"s"}]""");
                break;
            case "selector of everything": workload.WithJson("spec.selector", "{}"); break;
            case "selector of other pods": workload.With("spec.selector.matchLabels.app", "other"); break;
            case "pods of another workload":
                objects.Add(BudgetTown.Workload("web-canary", 0).With("spec.template.metadata.labels.app", "web").With("spec.template.metadata.labels.track", "canary"));
                break;
            case "pods of a Job": objects.Add(BudgetTown.Workload("migrate", kind: "Job").With("apiVersion", "batch/v1").With("spec.template.metadata.labels.app", "web")); break;
            case "pods of a DaemonSet": objects.Add(BudgetTown.Workload("agent", kind: "DaemonSet").With("spec.template.metadata.labels.app", "web")); break;
            case "a Pod of its own": objects.Add(ObjectJson.Pod()); break;
            case "running pod of an operator": pods.Add(Pod("Ring", "main")); break;
            case "running pod of an earlier template":
                pods.Add(Pod("ReplicaSet", "web-1") with { Labels = new Dictionary<string, string> { ["app"] = "web", ["version"] = "1" } });
                objects.Add(RelatedJson.Budget(name: "old").WithJson("spec.selector", """{"matchLabels":{"version":"1"} }"""));
                break;
            case "name that is taken": objects.Add(RelatedJson.Budget(name: _ours, app: "other")); break;
            case "kind without a known scale":
                policy += "workloads: [{group: example.com, kind: Ring, resource: rings}]\n";
                workload.With("kind", "Ring").With("apiVersion", "example.com/v1");
                break;
            default: throw new ArgumentOutOfRangeException(nameof(what), what, null);
        }

        return new(policy, [workload, .. objects]) { Namespace = name, Labels = labels, Pods = pods };
    }

    private static RunningPod Pod(string makerKind, string maker) => new()
    {
        Namespace = "shop",
        Name = "web-1",
        Labels = new Dictionary<string, string> { ["app"] = "web" },
        Controller = new("example.com/v1", makerKind, maker, maker, IsController: true),
        Phase = PodPhase.Running,
    };
}
