using System.Text.Json.Nodes;

namespace HaWebhook.ApiServer.Tests;

/// <summary>Lists and watches beyond what was recorded.</summary>
public sealed class ReadTests : IAsyncLifetime
{
    private const string Deployments = "/apis/apps/v1/namespaces/demo/deployments";
    private TestApiServer _server = null!;
    private HttpClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await TestApiServer.StartAsync();
        _client = _server.CreateClient();
        foreach (var name in (string[])["a", "b", "c", "d", "e"])
        {
            _server.Seed(Manifests.Deployment(name, labels: name is "a" or "b" ? "\"side\":\"left\"," : ""));
        }
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Pages_ShowOneMomentOfThePast()
    {
        var first = await _client.SendAsync("GET", $"{Deployments}?limit=2");
        var token = first.Json["metadata"]!["continue"]!.ToString();
        Assert.Equal(3, first.Json["metadata"]!["remainingItemCount"]!.GetValue<int>());
        // None of these shows in the pages that follow.
        _server.Seed(Manifests.Deployment("c", replicas: 9));
        _server.Seed(Manifests.Deployment("cc"));
        _server.Remove("apps/v1", "Deployment", "demo", "e");

        var second = await _client.SendAsync("GET", $"{Deployments}?limit=2&continue={token}");
        var third = await _client.SendAsync("GET", $"{Deployments}?limit=2&continue={second.Json["metadata"]!["continue"]}");
        Assert.Equal(["a", "b", "c", "d", "e"], Names(first).Concat(Names(second)).Concat(Names(third)));
        Assert.Equal(2, second.Json["items"]![0]!["spec"]!["replicas"]!.GetValue<int>());
        Assert.Equal(first.Json["metadata"]!["resourceVersion"]!.ToString(), third.Json["metadata"]!["resourceVersion"]!.ToString());
        Assert.False(third.Json["metadata"]!.AsObject().ContainsKey("continue"));
    }

    [Fact]
    public async Task AnExpiredPage_IsGone_WithATokenToGoOnWith()
    {
        var first = await _client.SendAsync("GET", $"{Deployments}?limit=2");
        _server.Seed(Manifests.Deployment("f"));
        _server.Faults.CompactHistory();
        var gone = await _client.SendAsync("GET", $"{Deployments}?limit=2&continue={first.Json["metadata"]!["continue"]}");
        Assert.Equal((410, "Expired"), (gone.Status, gone.Json["reason"]!.ToString()));

        var rest = await _client.SendAsync("GET", $"{Deployments}?continue={gone.Json["metadata"]!["continue"]}");
        Assert.Equal(["c", "d", "e", "f"], Names(rest));
    }

    [Theory]
    [InlineData("labelSelector=side=left", "a,b")]
    [InlineData("labelSelector=side!=left", "c,d,e")]
    [InlineData("fieldSelector=metadata.name=c", "c")]
    [InlineData("fieldSelector=metadata.namespace!=demo", "")]
    [InlineData("labelSelector=side&fieldSelector=metadata.name!=a", "b")]
    public async Task SelectorsSelect(string query, string expected)
        => Assert.Equal(expected, string.Join(',', Names(await _client.SendAsync("GET", $"/apis/apps/v1/deployments?{query}"))));

    [Theory]
    [InlineData("fieldSelector=spec.replicas=2", 400)]
    [InlineData("continue=!", 400)]
    [InlineData("limit=many", 400)]
    [InlineData("resourceVersion=999999&resourceVersionMatch=Exact", 504)]
    [InlineData("watch=1&resourceVersion=999999", 504)]
    [InlineData("watch=1&sendInitialEvents=true", 422)]
    public async Task WhatCannotBeAnswered_IsAnError(string query, int status)
        => Assert.Equal(status, (await _client.SendAsync("GET", $"{Deployments}?{query}")).Status);

    [Fact]
    public async Task AWatch_FollowsItsSelector()
    {
        await using var watch = await WatchReader.OpenAsync(_client, $"{Deployments}?watch=1&labelSelector=side=left");
        Assert.Equal(["ADDED a", "ADDED b"], await watch.NamesAsync(2));
        _server.Seed(Manifests.Deployment("c", labels: "\"side\":\"left\","));
        _server.Seed(Manifests.Deployment("a"));
        _server.Seed(Manifests.Deployment("b", replicas: 3, labels: "\"side\":\"left\","));
        _server.Seed(Manifests.Deployment("d", replicas: 4));
        _server.Remove("apps/v1", "Deployment", "demo", "b");
        Assert.Equal(["ADDED c", "DELETED a", "MODIFIED b", "DELETED b"], await watch.NamesAsync(4));
    }

    [Fact]
    public async Task AWatch_GoesOnWhereAnotherEnded()
    {
        var version = _server.ResourceVersion;
        _server.Seed(Manifests.Deployment("f"));
        _server.Seed("""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x","namespace":"demo"}}""");
        _server.Seed(Manifests.Deployment("g"));
        await using var watch = await WatchReader.OpenAsync(_client, $"{Deployments}?watch=1&resourceVersion={version}");
        Assert.Equal(["ADDED f", "ADDED g"], await watch.NamesAsync(2));
    }

    [Fact]
    public async Task AWatch_EndsInGoodOrder_WithABookmark()
    {
        await using var watch = await WatchReader.OpenAsync(_client, $"{Deployments}?watch=1&resourceVersion={_server.ResourceVersion}&allowWatchBookmarks=true&timeoutSeconds=1");
        Assert.Contains("\"BOOKMARK\"", await watch.LineAsync(), StringComparison.Ordinal);
        Assert.Null(await watch.LineAsync());
    }

    [Fact]
    public async Task AWatch_OfMetadataOnly()
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, $"{Deployments}?watch=1&fieldSelector=metadata.name=a");
        message.Headers.TryAddWithoutValidation("Accept", "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1");
        using var response = await _client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        var line = JsonNode.Parse((await reader.ReadLineAsync(TestContext.Current.CancellationToken))!)!["object"]!.AsObject();
        Assert.Equal("kind,apiVersion,metadata", string.Join(',', line.Select(member => member.Key)));
    }

    [Fact]
    public async Task ScaledObjects_AreServedOnceSwitchedOn()
    {
        const string path = "/apis/keda.sh/v1alpha1/namespaces/demo/scaledobjects";
        Assert.Equal(404, (await _client.SendAsync("GET", path)).Status);
        Assert.DoesNotContain("keda.sh", (await _client.SendAsync("GET", "/apis")).Text, StringComparison.Ordinal);
        _server.ServeScaledObjects();
        _server.Seed("""{"apiVersion":"keda.sh/v1alpha1","kind":"ScaledObject","metadata":{"name":"web","namespace":"demo"},"spec":{"triggers":[],"minReplicaCount":null}}""");
        Assert.Contains("keda.sh", (await _client.SendAsync("GET", "/apis")).Text, StringComparison.Ordinal);
        // Custom resources are kept as written, and are whole in lists.
        var item = (await _client.SendAsync("GET", path)).Json["items"]![0]!;
        Assert.Equal("ScaledObject", item["kind"]!.ToString());
        Assert.Equal("""{"triggers":[],"minReplicaCount":null}""", item["spec"]!.ToJsonString());
    }

    [Fact]
    public async Task AnAutoscaler_IsOneObjectInBothVersions()
    {
        const string target = "\"scaleTargetRef\":{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"name\":\"a\"},\"maxReplicas\":5";
        await _client.SendAsync("POST", "/apis/autoscaling/v1/namespaces/demo/horizontalpodautoscalers",
            $$$"""{"apiVersion":"autoscaling/v1","kind":"HorizontalPodAutoscaler","metadata":{"name":"a"},"spec":{ {{{target}}},"targetCPUUtilizationPercentage":70}}""");
        var newer = (await _client.SendAsync("GET", "/apis/autoscaling/v2/namespaces/demo/horizontalpodautoscalers/a")).Json;
        var older = (await _client.SendAsync("GET", "/apis/autoscaling/v1/namespaces/demo/horizontalpodautoscalers/a")).Json;
        Assert.Equal("""[{"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":70}}}]""", newer["spec"]!["metrics"]!.ToJsonString());
        Assert.Equal(("autoscaling/v1", 70, 1),
            (older["apiVersion"]!.ToString(), older["spec"]!["targetCPUUtilizationPercentage"]!.GetValue<int>(), older["spec"]!["minReplicas"]!.GetValue<int>()));
        Assert.Equal(newer["metadata"]!["uid"]!.ToString(), older["metadata"]!["uid"]!.ToString());
    }

    private static IEnumerable<string> Names(Http.Answer list) => list.Json["items"]!.AsArray().Select(item => item!["metadata"]!["name"]!.ToString());
}
