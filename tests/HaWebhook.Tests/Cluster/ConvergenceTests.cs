using System.Buffers;
using System.Collections.ObjectModel;
using System.Text;
using System.Text.Json.Nodes;
using HaWebhook.Admission;
using HaWebhook.ApiServer;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Tests.Cluster;

/// <summary>Whatever happened to the cluster and to the connections: in the end each answer is the one that the cluster as it is calls for.</summary>
public sealed class ConvergenceTests
{
    private const string Policy = """
        namespaceModes: Any
        existingViolations: Deny
        rules: {pod-disruption-budget: {action: Warn}, horizontal-pod-autoscaler: {action: Warn}, disruption-budget-settings: {action: Deny}}
        overrides:
        - {namespaceSelector: {matchLabels: {tier: gold}}, rules: {minimum-replicas: {minimum: 3}}}
        """;

    private static readonly string[] _namespaces = ["alpha", "beta", "gamma"];
    private static readonly string[] _names = ["one", "two", "three", "four"];
    private static readonly (string ApiVersion, string Kind)[] _kinds =
        [("apps/v1", "Deployment"), ("autoscaling/v2", "HorizontalPodAutoscaler"), ("policy/v1", "PodDisruptionBudget")];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task The_answers_converge_to_what_the_policy_says_of_the_cluster(int seed)
    {
        await using var cluster = await LivingCluster.StartAsync(Policy, server => Array.ForEach(_namespaces, name => server.AddNamespace(name)));
        var random = new Random(seed);
        for (var step = 0; step < 200; step++)
        {
            if (random.Next(14) == 0)
            {
                await DisturbAsync(cluster.ApiServer.Faults, random);
            }

            Change(cluster.ApiServer, random);
            if (random.Next(3) == 0)
            {
                await Task.Delay(random.Next(30), TestContext.Current.CancellationToken);
            }
        }

        cluster.ApiServer.Faults.StallWatches = false;
        var evaluators = new PolicyEvaluators(HaWebhook.Commands.PolicyLoader.Parse("policy.yaml", Policy), TimeProvider.System);
        var different = "";
        await LivingCluster.UntilAsync(async () => (different = await DifferenceAsync(cluster, evaluators)).Length == 0, "all answers are right", () => different);
    }

    private static void Change(TestApiServer server, Random random)
    {
        var (space, name) = (_namespaces[random.Next(_namespaces.Length)], _names[random.Next(_names.Length)]);
        switch (random.Next(10))
        {
            case 0:
                string[] labels = ["", "\"tier\": \"gold\"", "\"ha-webhook.io/mode\": \"Warn\"", "\"ha-webhook.io/mode\": \"Audit\", \"tier\": \"gold\""];
                server.Seed($$"""{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "{{space}}", "labels": { {{labels[random.Next(labels.Length)]}} } } }""");
                break;
            case 1:
                server.Remove("v1", "Namespace", null, space);
                server.AddNamespace(space, ("tier", "gold"));
                break;
            case 2 or 3 or 4:
                var (apiVersion, kind) = _kinds[random.Next(_kinds.Length)];
                server.Remove(apiVersion, kind, space, name);
                break;
            default:
                server.Seed(TroubleTests.InNamespace(space, random.Next(3) switch
                {
                    0 => Manifests.Deployment(name, random.Next(4), random.Next(4) == 0 ? Manifests.Exempt : ""),
                    1 => Manifests.HorizontalPodAutoscaler(name, random.Next(1, 4)),
                    _ => Manifests.PodDisruptionBudget(name, $"{random.Next(1, 4)}"),
                }));
                break;
        }
    }

    private static async Task DisturbAsync(Faults faults, Random random)
    {
        faults.ExpiredWatches = (Expiry)random.Next(2);
        switch (random.Next(6))
        {
            case 0:
                faults.CutWatches();
                break;
            case 1:
                faults.CompactHistory();
                faults.CutWatches();
                break;
            case 2:
                faults.SendIntoWatches("{\"type\": \"ADDED\", \"object\": {");
                break;
            case 3:
                faults.StallWatches = !faults.StallWatches;
                break;
            case 4:
                faults.FailNext(random.Next(1, 6), random.Next(2) == 0 ? 429 : 500, random.Next(2) == 0 ? 0 : null);
                break;
            default:
                faults.RefuseConnections = true;
                await Task.Delay(random.Next(50), TestContext.Current.CancellationToken);
                faults.RefuseConnections = false;
                break;
        }
    }

    /// <summary>The first answer that is not right; empty where all are.</summary>
    private static async Task<string> DifferenceAsync(LivingCluster cluster, PolicyEvaluators evaluators)
    {
        foreach (var space in _namespaces)
        {
            var related = RelatedOf(cluster.ApiServer, space, evaluators.Reader);
            foreach (var body in _names.SelectMany(name => ReviewsOf(space, name)))
            {
                using var answer = await cluster.Webhook.PostAsync("/validate?timeout=5s", body);
                var given = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
                var right = AnswerTo(body, related, evaluators);
                if (given != right)
                {
                    return $"{Encoding.UTF8.GetString(body)}\nis answered {given}\nright is    {right}";
                }
            }
        }

        return "";
    }

    private static string AnswerTo(byte[] body, RelatedObjects related, PolicyEvaluators evaluators)
    {
        var review = evaluators.Reader.ReadReview(body);
        var evaluator = evaluators.For(review, related);
        var answer = new ArrayBufferWriter<byte>();
        AnswerWriter.Write(answer, review.Uid, Answer.Of(review, evaluator.Validate(review, related), evaluator.Options), []);
        return Encoding.UTF8.GetString(answer.WrittenSpan);
    }

    private static RelatedObjects RelatedOf(TestApiServer server, string space, PolicyReader reader)
    {
        var objects = _names
            .SelectMany(name => _kinds.Select(kind => (kind.ApiVersion, kind.Kind, Json: server.Find(kind.ApiVersion, kind.Kind, space, name))))
            .Where(each => each.Json is not null)
            .Select(each => reader.ReadObject(Encoding.UTF8.GetBytes(each.Json!.ToJsonString()), each.ApiVersion, each.Kind)!)
            .ToArray();
        return new RelatedObjects
        {
            Autoscalers = new([.. objects.OfType<Autoscaler>()]),
            DisruptionBudgets = new([.. objects.OfType<PodDisruptionBudget>()]),
            Workloads = new([.. objects.OfType<PodOwner>()], []),
            Claims = ReadOnlyDictionary<string, PersistentVolumeClaim>.Empty,
            NamespaceLabels = server.Find("v1", "Namespace", null, space)!["metadata"]!["labels"]!.AsObject()
                .ToDictionary(label => label.Key, label => label.Value!.GetValue<string>(), StringComparer.Ordinal),
        };
    }

    private static IEnumerable<byte[]> ReviewsOf(string space, string name)
    {
        yield return Review(space, "apps", "deployments", Manifests.Deployment(name, 1));
        yield return Review(space, "apps", "deployments", Manifests.Deployment(name, 2));
        yield return Review(space, "autoscaling", "horizontalpodautoscalers", Manifests.HorizontalPodAutoscaler(name, 1));
        yield return Review(space, "policy", "poddisruptionbudgets", Manifests.PodDisruptionBudget(name, "2"));
    }

    private static byte[] Review(string space, string group, string resource, string manifest)
    {
        var json = JsonNode.Parse(TroubleTests.InNamespace(space, manifest))!;
        var version = json["apiVersion"]!.GetValue<string>().Split('/')[1];
        return Encoding.UTF8.GetBytes($$$"""
            {
              "kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1",
              "request": {
                "uid": "0", "kind": {"group": "{{{group}}}", "version": "{{{version}}}", "kind": "{{{json["kind"]}}}"},
                "resource": {"group": "{{{group}}}", "version": "{{{version}}}", "resource": "{{{resource}}}"},
                "name": "{{{json["metadata"]!["name"]}}}", "namespace": "{{{space}}}", "operation": "CREATE", "userInfo": {"username": "dev"},
                "object": {{{json.ToJsonString()}}}, "oldObject": null, "dryRun": true, "options": null
              }
            }
            """);
    }
}
