using System.Text;
using System.Text.Json.Nodes;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Objects;
using HaWebhook.Policy.Rules.Cluster;
using HaWebhook.Policy.Survivability;
using HaWebhook.Policy.Tests.Survivability;

namespace HaWebhook.Policy.Tests.Rules;

public class ClusterRuleTests
{
    private const string Nodes = "a1=zone-a a2=zone-a b1=zone-b b2=zone-b";

    private const string AntiAffinity = """
        {"podAntiAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":[
          {"topologyKey":"kubernetes.io/hostname","labelSelector":{"matchLabels":{"app":"web"}}}]}}
        """;

    [Theory]
    [InlineData("a1 a1 a1", "pods are all on node a1 (3 of 3 ready); some must be on another node")]
    [InlineData("a1 a2 a2", "pods are all in zone zone-a (3 of 3 ready); some must be in another zone")]
    [InlineData("a1 a1 a1!", "pods are all on node a1 (2 of 2 ready); some must be on another node")]
    [InlineData("a1 a1 b1", "")]
    [InlineData("a1", "")]
    [InlineData("a1! a1!", "")]
    [InlineData("a1 -", "")]
    public void Placement_is_where_the_pods_are(string pods, string expected) =>
        Assert.Equal(expected, Only("placement", new ClusterScene().Nodes(Nodes).Web(pods)));

    [Fact]
    public void Placement_is_no_matter_where_there_is_only_one_node() =>
        Assert.Equal("", Only("placement", new ClusterScene().Nodes("a1=zone-a").Web("a1 a1")));

    [Fact]
    public void Of_zones_that_are_not_known_nothing_is_said() =>
        Assert.Equal("", Only("placement", new ClusterScene().Nodes("a1 a2 b1").Web("a1 a2")));

    [Theory]
    [InlineData("a1 a1 b1", "pods are mostly on node a1 (2 of 3 ready); a majority must be elsewhere")]
    [InlineData("a1 a2 b1", "")]
    public void A_majority_must_not_be_on_one_node(string pods, string expected) => Assert.Equal(
        expected,
        Only("placement", new ClusterScene().Nodes(Nodes).With(ClusterScene.StatefulSet(3, "mongo:7")).Pods(pods, "StatefulSet/web"), "StatefulSet"));

    [Fact]
    public void Placement_says_what_would_mend_it()
    {
        var finding = Assert.Single(Judge(new ClusterScene().Nodes(Nodes).Web("a1 a1")).Findings);

        Assert.StartsWith("Set whenUnsatisfiable of the constraint over kubernetes.io/hostname to DoNotSchedule", finding.Fix, StringComparison.Ordinal);
        Assert.Equal(ValidationAction.Warn, finding.Action);
    }

    [Theory]
    [InlineData(5, "a1 a2 b1 b2 -?", "spec.template.spec.affinity.podAntiAffinity[kubernetes.io/hostname] lets 4 of 5 replicas run on 4 nodes that take them; must let all run")]
    [InlineData(4, "a1 a2 b1 b2", "")]
    [InlineData(5, "a1 a2 b1 b2 c1", "")]
    public void Replicas_that_no_node_takes_are_told_before_they_hang(int replicas, string pods, string expected) => Assert.Equal(
        expected,
        Only(
            "schedulable-replicas",
            new ClusterScene().Nodes(Nodes).With(ObjectJson.Deployment(replicas).WithJson("spec.template.spec.affinity", AntiAffinity)).Pods(pods)));

    [Fact]
    public void Cordoned_nodes_take_nothing() => Assert.Equal(
        "spec.template.spec.affinity.podAntiAffinity[kubernetes.io/hostname] lets 1 of 2 replicas run on 1 node that takes them; must let all run",
        Only(
            "schedulable-replicas",
            new ClusterScene()
                .Nodes("a1")
                .Node(new() { Name = "a2", IsReady = true, IsUnschedulable = true })
                .With(ObjectJson.Deployment(2).WithJson("spec.template.spec.affinity", AntiAffinity))
                .Pods("a1 -?")));

    [Theory]
    [InlineData("{}", "")]
    [InlineData("""{"includedNamespaces":["shop"]}""", "")]
    [InlineData("""{"includedNamespaces":["sh*"],"excludedNamespaces":["*-test"]}""", "")]
    [InlineData("""{"includedResources":["persistentvolumeclaims","pods"]}""", "")]
    [InlineData("""{"labelSelector":{"matchLabels":{"app":"web"}}}""", "")]
    [InlineData("""{"orLabelSelectors":[{"matchLabels":{"app":"x"}},{"matchLabels":{"app":"web"}}]}""", "")]
    [InlineData("""{"snapshotVolumes":false,"defaultVolumesToFsBackup":true}""", "")]
    [InlineData("""{"snapshotVolumes":false}""", "data-web-0")]
    [InlineData("""{"includedNamespaces":["bank"]}""", "data-web-0")]
    [InlineData("""{"excludedNamespaces":["shop"]}""", "data-web-0")]
    [InlineData("""{"excludedResources":["pvc"]}""", "data-web-0")]
    [InlineData("""{"includedResources":["secrets"]}""", "data-web-0")]
    [InlineData("""{"labelSelector":{"matchLabels":{"app":"x"}}}""", "data-web-0")]
    [InlineData("""{"includedNamespaces":"shop","snapshotVolumes":[]}""", "")]
    public void A_schedule_covers_what_it_includes(string template, string bare)
    {
        var schedule = Schedule(template);

        Assert.Equal(Message(bare), Only("data-backup", Stateful(), "StatefulSet", new() { Schedules = [schedule] }));
    }

    [Fact]
    public void A_schedule_that_is_paused_covers_nothing() =>
        Assert.Equal(Message("data-web-0"), Only("data-backup", Stateful(), "StatefulSet", new() { Schedules = [Schedule("{}") with { IsIdle = true }] }));

    [Fact]
    public void The_claims_that_exist_are_judged_each()
    {
        var scene = Stateful().With(Claim("data-web-0", "web"), Claim("data-web-1", "web"));
        var snapshot = ClusterReader.ReadSnapshot(Encoding.UTF8.GetBytes("""
            {"metadata":{"namespace":"shop"},"spec":{"source":{"persistentVolumeClaimName":"data-web-0"}},"status":{"readyToUse":true}}
            """));

        Assert.Equal(
            Message("data-web-1"), Only("data-backup", scene, "StatefulSet", new() { Snapshots = new HashSet<(string, string)> { snapshot!.Value } }));
    }

    [Theory]
    [InlineData("""{"spec":{"source":{"persistentVolumeClaimName":"a"}},"status":{"readyToUse":false}}""")]
    [InlineData("""{"spec":{"source":{"persistentVolumeClaimName":"a"}}}""")]
    [InlineData("""{"spec":{"source":{"volumeSnapshotContentName":"a"}},"status":{"readyToUse":true}}""")]
    [InlineData("""{"spec":7}""")]
    public void A_snapshot_that_is_not_ready_is_none(string json) => Assert.Null(ClusterReader.ReadSnapshot(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void Where_nothing_is_served_that_backs_up_nothing_is_said() =>
        Assert.Equal("", Only("data-backup", Stateful(), "StatefulSet", Backups.None));

    [Fact]
    public void What_could_not_be_read_may_cover_it()
    {
        var verdict = Judge(Stateful(), "StatefulSet", new() { Unread = ["schedules.velero.io"] });

        Assert.DoesNotContain(verdict.Findings, finding => finding.Rule == "data-backup");
        Assert.Equal(new SkippedRule("data-backup", "schedules.velero.io could not be read"), Assert.Single(verdict.Skipped));
    }

    [Fact]
    public void What_an_operator_made_is_its_business() => Assert.Equal(
        "",
        Only("data-backup", Stateful(set => set.With("metadata.ownerReferences", ObjectJson.Owner("db.example.com/v1", "Db", "1"))), "StatefulSet", new() { Schedules = [] }));

    [Fact]
    public void An_exemption_holds_here_too()
    {
        var web = ObjectJson.Deployment(2).WithJson("metadata.annotations", """
            {"ha-webhook.io/exempt":"placement","ha-webhook.io/exempt-reason":"one node has the licence"}
            """);
        var verdict = Judge(new ClusterScene().Nodes(Nodes).With(web).Pods("a1 a1"));

        Assert.Empty(verdict.Findings);
        Assert.Equal("placement", Assert.Single(verdict.Exempt).Rule);
    }

    [Fact]
    public void The_mode_caps_their_actions()
    {
        var verdict = Judge(new ClusterScene().Nodes(Nodes).Web("a1 a1"), policy: new() { Mode = Mode.Audit });

        Assert.Equal(ValidationAction.Audit, Assert.Single(verdict.Findings).Action);
    }

    [Fact]
    public void No_id_is_that_of_a_rule_of_admission() =>
        Assert.Empty(ClusterRules.All.Select(rule => rule.Id).Intersect(HaWebhook.Policy.Rules.BuiltInRules.All.Select(rule => rule.Id)));

    private static string Message(string bare) => bare.Length == 0 ? ""
        : $"spec.volumeClaimTemplates[data] has claims that nothing backs up ({bare}); a Schedule of Velero or a VolumeSnapshot must cover each";

    private static BackupSchedule Schedule(string template) =>
        ClusterReader.ReadSchedule(Encoding.UTF8.GetBytes($$$"""{"metadata":{"name":"daily","namespace":"velero"},"spec":{"template":{{{template}}}}}"""));

    private static JsonNode Claim(string name, string app) => JsonNode.Parse($$$"""
        {"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"name":"{{{name}}}","namespace":"shop","labels":{"app":"{{{app}}}"}},
         "spec":{"accessModes":["ReadWriteOnce"]}}
        """)!;

    private static ClusterScene Stateful(Func<JsonNode, JsonNode>? change = null)
    {
        var set = ClusterScene.StatefulSet(2).WithJson("spec.volumeClaimTemplates", """[{"metadata":{"name":"data"},"spec":{"accessModes":["ReadWriteOnce"]}}]""");
        return new ClusterScene().Nodes(Nodes).With(change?.Invoke(set) ?? set).Pods("a1 b1", "StatefulSet/web");
    }

    private static string Only(string rule, ClusterScene scene, string kind = "Deployment", Backups? backups = null)
    {
        var found = Judge(scene, kind, backups).Findings.Where(finding => finding.Rule == rule).ToList();
        return found.Count == 0 ? "" : $"{Assert.Single(found).Field} {found[0].Message}";
    }

    private static StandingVerdict Judge(ClusterScene scene, string kind = "Deployment", Backups? backups = null, PolicyOptions? policy = null)
    {
        var picture = scene.Picture();
        var related = picture.Namespaces["shop"];
        var survival = ClusterSurvival.Of(picture).Workloads.Single(workload => workload.Kind == kind);
        var subject = related.Workloads.Find("apps", kind, survival.Name)!;
        return new StandingObjects(policy ?? PolicyOptions.Default, null, FixedClock.Default).JudgeRunning(subject, survival, related, backups ?? Backups.None);
    }
}
