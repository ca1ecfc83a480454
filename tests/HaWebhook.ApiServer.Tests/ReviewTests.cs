using System.Text.Json.Nodes;

namespace HaWebhook.ApiServer.Tests;

/// <summary>The reviews that the double sends, against those that a real API server has sent, field by field.</summary>
public sealed class ReviewTests
{
    private const string LastApplied = "kubectl.kubernetes.io/last-applied-configuration";

    /// <summary>Every captured CREATE whose manifest is known: kubectl has left it in an annotation.</summary>
    public static TheoryData<string> Creations()
    {
        var data = new TheoryData<string>();
        foreach (var file in Directory.GetFiles("Reviews").Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal))
        {
            var request = Read(file);
            if (request["operation"]!.ToString() == "CREATE" && request["object"]!["metadata"]!["annotations"]?[LastApplied] is not null)
            {
                data.Add(file);
            }
        }

        return data;
    }

    [Fact]
    public void TheRecordingsAreThere() => Assert.True(Creations().Count > 30);

    [Theory]
    [MemberData(nameof(Creations))]
    public async Task ACreation_IsSentAsTheRealOneWas(string file)
    {
        var captured = Read(file);
        var manifest = JsonNode.Parse(captured["object"]!["metadata"]!["annotations"]![LastApplied]!.ToString())!.AsObject();
        manifest["metadata"]!["annotations"]![LastApplied] = captured["object"]!["metadata"]!["annotations"]![LastApplied]!.ToString();
        var @namespace = captured["namespace"]!.ToString();
        var group = captured["resource"]!["group"]!.ToString();
        var version = captured["resource"]!["version"]!.ToString();
        var path = $"/{(group.Length == 0 ? "api" : "apis/" + group)}/{version}/namespaces/{@namespace}/{captured["resource"]!["resource"]}";

        await using var webhook = await SmallWebhook.StartAsync();
        await using var server = await TestApiServer.StartAsync();
        server.AddNamespace(@namespace);
        var kind = file.EndsWith("mutate.json", StringComparison.Ordinal) ? "MutatingWebhookConfiguration" : "ValidatingWebhookConfiguration";
        server.Seed(webhook.Configuration(kind, resources: "\"*\""));
        using var client = server.CreateClient();
        var answer = await client.SendAsync("POST", path + Query(captured["options"]!.AsObject()), manifest.ToJsonString());

        Assert.True(answer.Status == 201, answer.Text);
        Assert.Empty(JsonDifference.Between(Comparable(captured), Comparable(Assert.Single(webhook.Seen).Review["request"]!.AsObject())));
    }

    [Theory]
    [InlineData("api-gateway-scale-two", 1, 2)]
    [InlineData("scale-three-to-zero", 3, 0)]
    [InlineData("dry-run-scale", 3, 1)]
    public async Task AScale_IsSentAsTheRealOneWas(string step, int from, int to)
    {
        var mutated = Read($"{step}.deployments-scale.update.admin.mutate.json");
        var validated = Read($"{step}.deployments-scale.update.admin.validate.json");
        var (@namespace, name) = (mutated["namespace"]!.ToString(), mutated["name"]!.ToString());
        // The owner of the replicas as the recording has it, and the pods that its controllers had counted.
        var owner = mutated["oldObject"]!["metadata"]!["managedFields"]![0]!["manager"]!.ToString();

        await using var webhook = await SmallWebhook.StartAsync();
        await using var server = await TestApiServer.StartAsync();
        var seeded = JsonNode.Parse(Manifests.Deployment(name, replicas: from, @namespace))!.AsObject();
        seeded["status"] = new JsonObject { ["replicas"] = mutated["oldObject"]!["status"]!["replicas"]!.GetValue<int>() };
        server.Seed(seeded.ToJsonString(), owner);
        server.Seed(webhook.Configuration("MutatingWebhookConfiguration", path: "/mutate", resources: "\"deployments/scale\""));
        server.Seed(webhook.Configuration("ValidatingWebhookConfiguration", path: "/validate", resources: "\"*/scale\""));
        using var client = server.CreateClient();
        var answer = await client.SendAsync("PATCH",
            $"/apis/apps/v1/namespaces/{@namespace}/deployments/{name}/scale{Query(mutated["options"]!.AsObject())}",
            new JsonObject { ["spec"] = new JsonObject { ["replicas"] = to } }.ToJsonString(), "application/merge-patch+json", ("User-Agent", "kubectl/v1.36.2"));

        Assert.True(answer.Status == 200, answer.Text);
        Assert.Collection(webhook.Seen,
            seen => Assert.Empty(JsonDifference.Between(Comparable(WithoutOldOwnersDetails(mutated, owner)),
                Comparable(WithoutOldOwnersDetails(seen.Review["request"]!.AsObject(), owner)))),
            seen => Assert.Empty(JsonDifference.Between(Comparable(validated), Comparable(seen.Review["request"]!.AsObject()))));
    }

    [Fact]
    public async Task ADeletion_IsSentAsTheRealOneWas()
    {
        var captured = Read("api-gateway-delete.deployments.delete.admin.validate.json");
        await using var webhook = await SmallWebhook.StartAsync();
        await using var server = await TestApiServer.StartAsync();
        server.Seed(captured["oldObject"]!.ToJsonString());
        server.Seed(webhook.Configuration("ValidatingWebhookConfiguration"));
        using var client = server.CreateClient();
        await client.SendAsync("DELETE", "/apis/apps/v1/namespaces/lab/deployments/api-gateway",
            """{"kind":"DeleteOptions","apiVersion":"v1","propagationPolicy":"Background"}""");

        var sent = Assert.Single(webhook.Seen).Review["request"]!.AsObject();
        foreach (var request in (JsonObject[])[captured, sent])
        {
            // Seeding makes a new object: its own owners and generation.
            request["oldObject"]!["metadata"]!.AsObject().Remove("managedFields");
            request["oldObject"]!["metadata"]!.AsObject().Remove("generation");
        }

        Assert.Empty(JsonDifference.Between(Comparable(captured), Comparable(sent)));
        Assert.Null(server.Find("apps/v1", "Deployment", "lab", "api-gateway"));
    }

    [Fact]
    public async Task ARelabelledNamespace_IsSentAsTheRealOneWas()
    {
        var captured = Read("namespace-mode.namespaces.update.admin.validate.json");
        await using var webhook = await SmallWebhook.StartAsync();
        await using var server = await TestApiServer.StartAsync();
        server.Seed("""{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"payments"}}""", "kubectl-create");
        server.Seed(webhook.Configuration("ValidatingWebhookConfiguration", resources: "\"namespaces\""));
        using var client = server.CreateClient();
        await client.SendAsync("PATCH", "/api/v1/namespaces/payments?fieldManager=kubectl-label",
            """{"metadata":{"labels":{"ha-webhook.io/mode":"Enforce"}}}""", "application/merge-patch+json");

        Assert.Empty(JsonDifference.Between(Comparable(captured), Comparable(Assert.Single(webhook.Seen).Review["request"]!.AsObject())));
    }

    [Fact]
    public async Task AnAppliedDeployment_IsSentAsTheRealOneWas()
    {
        var captured = Read("server-side-apply.deployments.create.admin.mutate.json");
        await using var webhook = await SmallWebhook.StartAsync();
        await using var server = await TestApiServer.StartAsync();
        server.AddNamespace("lab");
        server.Seed(webhook.Configuration("MutatingWebhookConfiguration"));
        using var client = server.CreateClient();
        await client.SendAsync("PATCH", "/apis/apps/v1/namespaces/lab/deployments/ssa?fieldManager=kubectl&fieldValidation=Strict", """
            {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"ssa","namespace":"lab"},"spec":{"replicas":2,"selector":{"matchLabels":{"app":"ssa"}},
            "template":{"metadata":{"labels":{"app":"ssa"}},"spec":{"containers":[{"name":"web","image":"nginx:1.27","ports":[{"name":"http","containerPort":80}]}]}}}}
            """, "application/apply-patch+yaml");

        Assert.Empty(JsonDifference.Between(Comparable(captured), Comparable(Assert.Single(webhook.Seen).Review["request"]!.AsObject())));
    }

    [Fact]
    public async Task AGeneratedName_IsKnownToTheValidatingCallOnly()
    {
        await using var webhook = await SmallWebhook.StartAsync();
        await using var server = await TestApiServer.StartAsync();
        server.Seed(webhook.Configuration("MutatingWebhookConfiguration", resources: "\"pods\""));
        server.Seed(webhook.Configuration("ValidatingWebhookConfiguration", resources: "\"pods\""));
        using var client = server.CreateClient();
        await client.SendAsync("POST", "/api/v1/namespaces/default/pods",
            """{"metadata":{"generateName":"gen-"},"spec":{"containers":[{"name":"c","image":"nginx:1.27"}]}}""");

        Assert.Collection(webhook.Seen.Select(seen => seen.Review["request"]!.AsObject()),
            mutated =>
            {
                Assert.False(mutated.ContainsKey("name"));
                Assert.False(mutated["object"]!["metadata"]!.AsObject().ContainsKey("uid"));
            },
            validated =>
            {
                Assert.Matches("^gen-[a-z0-9]{5}$", validated["name"]!.ToString());
                Assert.Equal(validated["name"]!.ToString(), validated["object"]!["metadata"]!["name"]!.ToString());
                Assert.Equal(1, validated["object"]!["metadata"]!["generation"]!.GetValue<int>());
            });
    }

    private static JsonObject Read(string file) => JsonNode.Parse(File.ReadAllText(Path.Combine("Reviews", file)))!["request"]!.AsObject();

    private static string Query(JsonObject options)
    {
        var parts = options.Where(option => option.Key is "fieldManager" or "fieldValidation").Select(option => $"{option.Key}={option.Value}");
        return "?" + string.Join('&', options.ContainsKey("dryRun") ? parts.Append("dryRun=All") : parts);
    }

    /// <summary>Less what belongs to the recording: its credential's id, a protecting finalizer, and what its controllers had written.</summary>
    private static JsonObject Comparable(JsonObject request)
    {
        var copy = request.DeepClone().AsObject();
        copy["userInfo"]!.AsObject().Remove("extra");
        if (copy["kind"]!["kind"]!.ToString() == "PersistentVolumeClaim")
        {
            copy["object"]!["metadata"]!.AsObject().Remove("finalizers");
        }

        return copy;
    }

    // A manager that scaled is recorded with the subresource, one that wrote the object without; and one of both had no time.
    private static JsonObject WithoutOldOwnersDetails(JsonObject request, string owner)
    {
        var copy = request.DeepClone().AsObject();
        var entry = copy["oldObject"]!["metadata"]!["managedFields"]![0]!.AsObject();
        Assert.Equal(owner, entry["manager"]!.ToString());
        entry.Remove("time");
        entry.Remove("subresource");
        return copy;
    }
}
