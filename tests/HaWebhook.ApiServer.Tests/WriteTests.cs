using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

namespace HaWebhook.ApiServer.Tests;

/// <summary>Writes beyond what was recorded: conflicts, finalizers, collections, subresources, ownership.</summary>
public sealed class WriteTests : IAsyncLifetime
{
    private const string Deployments = "/apis/apps/v1/namespaces/demo/deployments";
    private const string ConfigMaps = "/api/v1/namespaces/demo/configmaps";
    private const string Merge = "application/merge-patch+json";
    private const string ApplyPatch = "application/apply-patch+yaml";
    private TestApiServer _server = null!;
    private HttpClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await TestApiServer.StartAsync();
        _server.AddNamespace("demo");
        _client = _server.CreateClient();
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task ANamespaceThatIsMissing_IsNamed()
    {
        var answer = await _client.SendAsync("POST", "/api/v1/namespaces/nowhere/configmaps", """{"metadata":{"name":"x"}}""");
        Assert.Equal((404, "namespaces \"nowhere\" not found"), (answer.Status, answer.Message));
    }

    [Theory]
    [InlineData("""{"kind":"Secret","metadata":{"name":"x"}}""", 400)]
    [InlineData("""{"apiVersion":"v2","metadata":{"name":"x"}}""", 400)]
    [InlineData("""{"metadata":{"name":"x","namespace":"other"}}""", 400)]
    [InlineData("""{"metadata":{}}""", 422)]
    [InlineData("[]", 400)]
    [InlineData("{", 400)]
    [InlineData("", 400)]
    public async Task AnObjectThatDoesNotFitItsPath_IsRefused(string body, int status)
        => Assert.Equal(status, (await _client.SendAsync("POST", ConfigMaps, body)).Status);

    [Theory]
    [InlineData(-1, "spec.replicas")]
    [InlineData(2, "`selector` does not match template `labels`")]
    public async Task AnInvalidDeployment_IsRefusedAsInvalid(int replicas, string problem)
    {
        var manifest = JsonNode.Parse(Manifests.Deployment("web", replicas))!;
        if (replicas > 0)
        {
            manifest["spec"]!["template"]!["metadata"]!["labels"]!["app"] = "other";
        }

        var answer = await _client.SendAsync("POST", Deployments, manifest.ToJsonString());
        Assert.Equal((422, "Invalid"), (answer.Status, answer.Json["reason"]!.ToString()));
        Assert.StartsWith("Deployment.apps \"web\" is invalid: ", answer.Message, StringComparison.Ordinal);
        Assert.Contains(problem, answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AWriteThatChangesNothing_IsNone()
    {
        _server.Seed(Manifests.Deployment("web"), "kubectl");
        var before = _server.ResourceVersion;
        var answer = await _client.SendAsync("PATCH", $"{Deployments}/web?fieldManager=kubectl", """{"spec":{"replicas":2}}""", Merge);
        Assert.Equal((200, before), (answer.Status, _server.ResourceVersion));
    }

    [Fact]
    public async Task Generation_CountsWhatIsWanted_NotLabelsAndStatus()
    {
        _server.Seed(Manifests.Deployment("web"));
        var steps = new List<long>();
        foreach (var (path, patch) in ((string, string)[])[
            ("", """{"metadata":{"labels":{"a":"b"}}}"""), ("/status", """{"status":{"replicas":2},"spec":{"replicas":9}}"""),
            ("", """{"spec":{"replicas":3},"status":{"replicas":7}}"""), ("/scale", """{"spec":{"replicas":4}}""")])
        {
            await _client.SendAsync("PATCH", $"{Deployments}/web{path}", patch, Merge);
            steps.Add(Web()["metadata"]!["generation"]!.GetValue<long>());
        }

        Assert.Equal([1, 1, 2, 3], steps);
        // Neither half is written through the other.
        Assert.Equal((4, 2), (Web()["spec"]!["replicas"]!.GetValue<int>(), Web()["status"]!["replicas"]!.GetValue<int>()));
    }

    [Fact]
    public async Task PatchesThatMeet_AreAllApplied_AndReplacementsAreNot()
    {
        await _client.SendAsync("POST", ConfigMaps, """{"metadata":{"name":"x"},"data":{}}""");
        // No more at once than the real server's five attempts can sort out.
        var patches = await Task.WhenAll(Enumerable.Range(0, 5).Select(index
            => _client.SendAsync("PATCH", $"{ConfigMaps}/x", new JsonObject { ["data"] = new JsonObject { [$"k{index}"] = "v" } }.ToJsonString(), Merge)));
        Assert.All(patches, answer => Assert.Equal(200, answer.Status));
        var stored = (await _client.SendAsync("GET", $"{ConfigMaps}/x")).Json;
        Assert.Equal(5, stored["data"]!.AsObject().Count);

        var replacements = await Task.WhenAll(Enumerable.Range(0, 5).Select(index =>
        {
            var mine = stored.DeepClone();
            mine["data"]!["winner"] = $"{index}";
            return _client.SendAsync("PUT", $"{ConfigMaps}/x", mine.ToJsonString());
        }));
        Assert.Equal([200, 409, 409, 409, 409], replacements.Select(answer => answer.Status).Order());
    }

    [Fact]
    public async Task Finalizers_KeepWhatIsDeleted()
    {
        await _client.SendAsync("POST", ConfigMaps, """{"metadata":{"name":"x","finalizers":["example.com/keep"]}}""");
        await using var watch = await WatchReader.OpenAsync(_client, $"{ConfigMaps}?watch=1&resourceVersion={_server.ResourceVersion}");
        var deleted = await _client.SendAsync("DELETE", $"{ConfigMaps}/x");
        Assert.NotNull(deleted.Json["metadata"]!["deletionTimestamp"]);
        await _client.SendAsync("PATCH", $"{ConfigMaps}/x", """{"metadata":{"finalizers":null}}""", Merge);
        Assert.Equal(404, (await _client.SendAsync("GET", $"{ConfigMaps}/x")).Status);
        Assert.Equal(["MODIFIED x", "MODIFIED x", "DELETED x"], await watch.NamesAsync(3));
    }

    [Fact]
    public async Task Deletions_NameWhatIsGone_AndHoldToTheirPreconditions()
    {
        await _client.SendAsync("POST", ConfigMaps, """{"metadata":{"name":"x"}}""");
        var refused = await _client.SendAsync("DELETE", $"{ConfigMaps}/x", """{"preconditions":{"resourceVersion":"1"}}""");
        Assert.Equal((409, "Conflict"), (refused.Status, refused.Json["reason"]!.ToString()));
        var gone = await _client.SendAsync("DELETE", $"{ConfigMaps}/x");
        Assert.Equal((200, "Success", "configmaps"), (gone.Status, gone.Json["status"]!.ToString(), gone.Json["details"]!["kind"]!.ToString()));
        Assert.Equal(404, (await _client.SendAsync("DELETE", $"{ConfigMaps}/x")).Status);
    }

    [Fact]
    public async Task ACollection_AndANamespace_GoWithAllThatIsInThem()
    {
        foreach (var name in (string[])["a", "b", "c"])
        {
            _server.Seed(Manifests.Deployment(name, labels: name == "c" ? "" : "\"gone\":\"yes\","));
        }

        var answer = await _client.SendAsync("DELETE", $"{Deployments}?labelSelector=gone=yes");
        Assert.Equal(2, answer.Json["items"]!.AsArray().Count);
        Assert.NotNull(_server.Find("apps/v1", "Deployment", "demo", "c"));
        await _client.SendAsync("DELETE", "/api/v1/namespaces/demo");
        Assert.Null(_server.Find("apps/v1", "Deployment", "demo", "c"));
    }

    [Fact]
    public async Task WhatIsAppliedNoLonger_IsRemoved_UnlessSomebodyElseOwnsItToo()
    {
        await ApplyAsync("one", """{"data":{"a":"1","b":"1","c":"1"}}""");
        await ApplyAsync("two", """{"data":{"b":"1"}}""");
        var answer = await ApplyAsync("one", """{"data":{"a":"2"}}""");
        Assert.Equal("""{"a":"2","b":"1"}""", answer.Json["data"]!.ToJsonString());
        Assert.Equal(
            ["""one {"f:data":{"f:a":{}}}""", """two {"f:data":{"f:b":{}}}"""],
            // They are sorted by the second in which each was written.
            answer.Json["metadata"]!["managedFields"]!.AsArray().Select(entry => $"{entry!["manager"]} {entry["fieldsV1"]!.ToJsonString()}").Order(StringComparer.Ordinal));
        var before = _server.ResourceVersion;
        await ApplyAsync("one", """{"data":{"a":"2"}}""");
        Assert.Equal(before, _server.ResourceVersion);
    }

    [Fact]
    public async Task Conflicts_AreAllNamed_AndTakenOverByForce()
    {
        await ApplyAsync("one", """{"data":{"a":"1","b":"1"}}""");
        await _client.SendAsync("PATCH", $"{ConfigMaps}/x?fieldManager=editor", """{"data":{"c":"1"}}""", Merge);
        var refused = await ApplyAsync("two", """{"data":{"a":"2","b":"2","c":"2"}}""");
        Assert.Equal(409, refused.Status);
        Assert.Equal("Apply failed with 3 conflicts: conflicts with \"editor\" using v1:\n- .data.c\nconflicts with \"one\":\n- .data.a\n- .data.b", refused.Message);

        var forced = await ApplyAsync("two", """{"data":{"a":"2","b":"2","c":"2"}}""", "&force=true");
        Assert.Equal(200, forced.Status);
        Assert.Equal("two", Assert.Single(forced.Json["metadata"]!["managedFields"]!.AsArray())!["manager"]!.ToString());
    }

    [Fact]
    public async Task ContainersAreAppliedByName()
    {
        _server.Seed(Manifests.Deployment("web"));
        var answer = await _client.SendAsync("PATCH", $"{Deployments}/web?fieldManager=mesh", """
            {"apiVersion":"apps/v1","kind":"Deployment","spec":{"template":{"spec":{"containers":[{"name":"envoy","image":"envoy:1"}]} } } }
            """, ApplyPatch);
        Assert.Equal("nginx,envoy", Containers(answer.Json));
        answer = await _client.SendAsync("PATCH", $"{Deployments}/web?fieldManager=mesh", """{"apiVersion":"apps/v1","kind":"Deployment"}""", ApplyPatch);
        Assert.Equal("nginx", Containers(answer.Json));
    }

    [Theory]
    [InlineData("", """{"data":{}}""", 422)]
    [InlineData("?fieldManager=a", """{"metadata":{"managedFields":[]}}""", 400)]
    [InlineData("?fieldManager=a", "data: {}", 400)]
    public async Task AnApplyThatIsIncomplete_IsRefused(string query, string body, int status)
        => Assert.Equal(status, (await _client.SendAsync("PATCH", $"{ConfigMaps}/x{query}", body, ApplyPatch)).Status);

    [Theory]
    [InlineData("text/plain", "{}", 415)]
    [InlineData("application/json-patch+json", "{}", 400)]
    [InlineData("application/json-patch+json", """[{"op":"remove","path":"/data/none"}]""", 422)]
    [InlineData(Merge, "[]", 400)]
    [InlineData("application/strategic-merge-patch+json", """{"$setElementOrder/data":1}""", 400)]
    [InlineData(Merge, """{"metadata":{"resourceVersion":"1"}}""", 409)]
    [InlineData(Merge, """{"metadata":{"uid":"other"}}""", 409)]
    public async Task APatchThatCannotBe_IsRefused(string type, string body, int status)
    {
        await _client.SendAsync("POST", ConfigMaps, """{"metadata":{"name":"x"}}""");
        Assert.Equal(status, (await _client.SendAsync("PATCH", $"{ConfigMaps}/x", body, type)).Status);
    }

    [Theory]
    [InlineData("POST", ConfigMaps + "/x", 405)]
    [InlineData("GET", ConfigMaps + "/x/scale", 404)]
    [InlineData("GET", "/api/v1/configmaps/x", 404)]
    [InlineData("GET", "/openapi/v3", 404)]
    [InlineData("GET", "/readyz", 200)]
    [InlineData("GET", "/api", 200)]
    [InlineData("GET", "/apis/apps", 200)]
    public async Task OtherPaths(string method, string path, int status)
        => Assert.Equal(status, (await _client.SendAsync(method, path, method == "POST" ? "{}" : null)).Status);

    [Fact]
    public async Task AClientCertificate_IsAUser()
    {
        var (certificate, key) = _server.IssueClientCertificate(new("carol", "devs", "ops"));
        using var pair = X509Certificate2.CreateFromPem(certificate, key);
        var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        trust.CustomTrustStore.ImportFromPem(_server.CertificateAuthority);
        using var client = new HttpClient(new SocketsHttpHandler { SslOptions = { CertificateChainPolicy = trust, ClientCertificates = [pair] } }) { BaseAddress = _server.Url };
        Assert.Equal(200, (await client.SendAsync("GET", "/api/v1/namespaces")).Status);
        Assert.Equal("carol", _server.Requests.All[^1].User);
    }

    [Fact]
    public void AKubeconfig_NamesServerTrustAndToken()
    {
        var text = _server.Kubeconfig("a-token", "shop");
        Assert.Contains($"server: https://127.0.0.1:{_server.Url.Port}\n", text, StringComparison.Ordinal);
        Assert.Contains("token: a-token\n", text, StringComparison.Ordinal);
        Assert.Contains("namespace: shop\n", text, StringComparison.Ordinal);
    }

    private static string Containers(JsonObject value)
        => string.Join(',', value["spec"]!["template"]!["spec"]!["containers"]!.AsArray().Select(container => container!["name"]));

    private JsonObject Web() => _server.Find("apps/v1", "Deployment", "demo", "web")!;

    private Task<Http.Answer> ApplyAsync(string manager, string fields, string query = "")
        => _client.SendAsync("PATCH", $"{ConfigMaps}/x?fieldManager={manager}{query}", fields, ApplyPatch);
}
