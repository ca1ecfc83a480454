using System.Text.Json.Nodes;

namespace HaWebhook.Chart.Tests;

/// <summary>The CEL of the fallback policies decides what the rules decide, as far as it can, by an evaluator that is not ours.</summary>
public class FallbackVerdictTests
{
    private const string Below = "minimum-replicas: spec.replicas is 1; must be at least 2";

    private const string Unmanaged = "managed-pods: metadata.ownerReferences names no controller; a Pod with restartPolicy Always must have one";

    private const string Values = """
        fallbackPolicy: {enabled: true}
        policy:
          mode: Enforce
          exemptions:
          - {namespaces: [batch], rules: [minimum-replicas], reason: nightly}
          - {namespaces: [labs], reason: until the move, until: "2099-12-31"}
          - {serviceAccounts: [velero/velero], groups: [admins], rules: [all], reason: restores}
        """;

    [Fact]
    public Task Replicas() => JudgeAsync(
        "ha-webhook-minimum-replicas",
        ("one", Workload("replicas: 1"), Below),
        ("two", Workload("replicas: 2"), "ok"),
        ("none", Workload("replicas: 0"), "ok"),
        ("scaled to one", Workload("replicas: 1", old: "replicas: 3"), Below),
        ("scaled to none, as a Scale says it", """{object: {metadata: {name: a}, spec: {}}, oldObject: {metadata: {name: a}, spec: {replicas: 3}}}""", "ok"),
        ("a Scale without a spec", """{object: {metadata: {name: a}}, oldObject: {metadata: {name: a}, spec: {replicas: 3}}}""", "ok"),
        ("one as before", Workload("replicas: 1", old: "replicas: 1"), "ok"),
        ("woken up to one", Workload("replicas: 1", old: "replicas: 0"), Below),
        ("owned", Workload("replicas: 1", "ownerReferences: [{kind: Deployment, controller: true}]"), "ok"),
        ("owned, but not controlled", Workload("replicas: 1", "ownerReferences: [{kind: Deployment}]"), Below),
        ("exempt", Workload("replicas: 1", "annotations: {ha-webhook.io/exempt: 'quorum, minimum-replicas', ha-webhook.io/exempt-reason: mine}"), "ok"),
        ("exempt from all", Workload("replicas: 1", "annotations: {ha-webhook.io/exempt: all, ha-webhook.io/exempt-reason: mine}"), "ok"),
        ("exempt from another rule", Workload("replicas: 1", "annotations: {ha-webhook.io/exempt: quorum, ha-webhook.io/exempt-reason: mine}"), Below),
        ("exempt for no reason", Workload("replicas: 1", "annotations: {ha-webhook.io/exempt: all, ha-webhook.io/exempt-reason: ' '}"), Below),
        ("exempt by its template", Workload("replicas: 1, template: {metadata: {annotations: {ha-webhook.io/exempt: all, ha-webhook.io/exempt-reason: mine}}}"), "ok"),
        ("exempt until a day", Workload("replicas: 1", "annotations: {ha-webhook.io/exempt: all, ha-webhook.io/exempt-reason: mine, ha-webhook.io/exempt-until: '2099-12-31'}"), Below),
        ("in a namespace that is exempt until a day", Workload("replicas: 1", inNamespace: "labs"), Below),
        ("an autoscaler is announced", Workload("replicas: 1", "annotations: {ha-webhook.io/autoscaled: 'true'}"), "ok"),
        ("by an autoscaler", Workload("replicas: 1", user: "system:serviceaccount:keda:keda-operator", old: "replicas: 3"), "ok"),
        ("by a controller", Workload("replicas: 1", user: "system:serviceaccount:kube-system:deployment-controller", group: "system:serviceaccounts:kube-system"), "skipped"),
        ("in an exempt namespace", Workload("replicas: 1", inNamespace: "batch"), "ok"),
        ("by half of an exempt user", Workload("replicas: 1", user: "system:serviceaccount:velero:velero"), Below),
        ("by an exempt user", Workload("replicas: 1", user: "system:serviceaccount:velero:velero", group: "admins"), "ok"));

    [Fact]
    public Task Pods() => JudgeAsync(
        "ha-webhook-managed-pods",
        ("bare", Workload("restartPolicy: Always"), Unmanaged),
        ("runs to completion", Workload("restartPolicy: OnFailure"), "ok"),
        ("controlled", Workload("restartPolicy: Always", "ownerReferences: [{kind: ReplicaSet, controller: true}]"), "ok"),
        ("exempt", Workload("restartPolicy: Always", "annotations: {ha-webhook.io/exempt: managed-pods, ha-webhook.io/exempt-reason: mine}"), "ok"),
        ("exempt until a day", Workload("restartPolicy: Always", "annotations: {ha-webhook.io/exempt: all, ha-webhook.io/exempt-reason: mine, ha-webhook.io/exempt-until: '2099-12-31'}"), Unmanaged),
        ("in a namespace that is exempt until a day", Workload("restartPolicy: Always", inNamespace: "labs"), Unmanaged),
        ("in a namespace that is exempt from another rule", Workload("restartPolicy: Always", inNamespace: "batch"), Unmanaged),
        ("the mirror of a static pod", Workload("restartPolicy: Always", user: "system:node:a", group: "system:nodes"), "skipped"));

    private static async Task JudgeAsync(string policy, params (string Name, string Given, string Verdict)[] cases)
    {
        var spec = (await Render.WithAsync(Values)).One("ValidatingAdmissionPolicy", policy)["spec"]!.DeepClone();
        var given = cases.Select(item =>
        {
            var read = Yaml.Read(item.Given);
            read["name"] = item.Name;
            read["request"] ??= Yaml.Read(Request("jane", "system:authenticated", "shop"));
            return (JsonNode)read;
        });

        Assert.Equal(cases.Select(item => $"{item.Name}\t{item.Verdict}"), await EvaluateAsync(spec, given));
    }

    /// <summary>What the conditions and validations of a spec make of cases: a line for each.</summary>
    internal static async Task<string[]> EvaluateAsync(JsonNode spec, IEnumerable<JsonNode> cases)
    {
        var result = await Tool.Cel.RunWithInputAsync(new JsonObject { ["spec"] = spec, ["cases"] = new JsonArray([.. cases]) }.ToJsonString());
        Assert.True(result.ExitCode == 0, result.Errors);
        return result.Output.TrimEnd().Split('\n');
    }

    private static string Workload(string spec, string metadata = "name: a", string? old = null, string user = "jane", string group = "system:authenticated", string inNamespace = "shop") =>
        $"object: {{metadata: {{{metadata}}}, spec: {{{spec}}}}}\n{(old is null ? "" : $"oldObject: {{metadata: {{name: a}}, spec: {{{old}}}}}\n")}request: {Request(user, group, inNamespace)}";

    private static string Request(string user, string group, string inNamespace) =>
        $"{{namespace: {inNamespace}, userInfo: {{username: '{user}', groups: ['{group}']}}}}";
}
