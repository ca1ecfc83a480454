using System.Text;
using System.Text.Json.Nodes;

namespace HaWebhook.ApiServer.Tests;

/// <summary>Each recorded exchange with a real API server, replayed: the same status, headers that matter, and body field by field.</summary>
public sealed class ExchangeTests
{
    private static readonly string[] _headersThatMatter = ["Cache-Control", "Content-Type", "X-Content-Type-Options"];

    [Fact]
    public void EveryRecordingIsReplayed()
    {
        var replayed = typeof(ExchangeTests).GetMethods().Select(method => method.Name).Where(name => name.StartsWith('E')).Select(name => name[1..3]);
        Assert.Empty(Directory.GetFiles("Exchanges").Select(file => Path.GetFileName(file)[..2]).Except(replayed));
    }

    [Fact]
    public Task E01_Version() => ReplayAsync("01-version");

    [Fact]
    public Task E02_AListInPages() => ReplayAsync("02-list-page-1", ThreeDeployments, compare: (expected, actual) =>
    {
        Assert.Equal("/demo/d2\0", Start(expected));
        Assert.Equal(Start(expected), Start(actual));
    });

    [Fact]
    public Task E03_AnEmptyContinueTokenIsNone() => ReplayAsync("03-list-page-2", ThreeDeployments);

    [Fact]
    public async Task E04_AWatch()
    {
        await using var server = await TestApiServer.StartAsync();
        ThreeDeployments(server);
        using var client = server.CreateClient();
        var began = server.ResourceVersion;
        const string path = "/apis/apps/v1/namespaces/demo/deployments";
        await client.SendAsync("PATCH", $"{path}/d1/scale", """{"spec":{"replicas":3}}""", "application/merge-patch+json", ("User-Agent", "kubectl/v1.36.2"));
        await client.SendAsync("DELETE", $"{path}/d2");
        await client.SendAsync("POST", $"{path}?fieldManager=kubectl-create", Manifests.Deployment("d4", replicas: 1));
        server.Faults.BookmarkInterval = TimeSpan.FromMilliseconds(50);
        await using var watch = await WatchReader.OpenAsync(client, $"{path}?watch=1&allowWatchBookmarks=true&resourceVersion={began}&timeoutSeconds=8");

        // What its controllers wrote in between is not replayed: there are none here.
        var recorded = Lines(Exchange.Read("04-watch").Text);
        JsonObject Recorded(string type, string name) => recorded.First(line => line["type"]!.ToString() == type
            && (name.Length == 0 || (line["object"]!["metadata"]!["name"]!.ToString() == name && line["object"]!["metadata"]!["generation"]!.ToString() == (name == "d1" ? "2" : "1"))));
        Assert.Collection(await watch.ReadAsync(4),
            line => Assert.Empty(JsonDifference.Between(WithoutControllers(Recorded("MODIFIED", "d1")), line)),
            line => Assert.Empty(JsonDifference.Between(WithoutControllers(Recorded("DELETED", "d2")), line)),
            line => Assert.Empty(JsonDifference.Between(WithoutControllers(Recorded("ADDED", "d4")), line)),
            line => Assert.Empty(JsonDifference.Between(Recorded("BOOKMARK", ""), line)));
    }

    [Fact]
    public async Task E05_AWatchThatBeginsWithWhatIsThere()
    {
        var recorded = Exchange.Read("05-watch-initial-events");
        await using var server = await TestApiServer.StartAsync();
        server.Seed("""{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"demo"}}""", "kubectl-create");
        using var client = server.CreateClient();
        await using var watch = await WatchReader.OpenAsync(client, recorded.Path);

        var expected = Lines(recorded.Text);
        Assert.Equal(6, expected.Length);
        Assert.Empty((await watch.ReadAsync(6)).Zip(expected, (actual, line) => JsonDifference.Between(line, actual)).SelectMany(differences => differences));
    }

    [Fact]
    public async Task E06_AWatchFromAVersionThatIsForgotten()
    {
        var recorded = Exchange.Read("06-watch-too-old");
        await using var server = await TestApiServer.StartAsync();
        ThreeDeployments(server);
        server.Faults.CompactHistory();
        using var client = server.CreateClient();
        var answer = await client.SendAsync("GET", recorded.Path);

        Assert.Equal(recorded.Status, answer.Status);
        Assert.Empty(JsonDifference.Between(
            JsonNode.Parse(recorded.Text.Replace("480", $"{server.ResourceVersion}", StringComparison.Ordinal)), JsonNode.Parse(answer.Text)));
    }

    // The recording's token names version 1, which that server still knew: then nothing was there yet.
    [Fact]
    public Task E07_AListOfTheBeginning() => ReplayAsync("07-list-expired-continue", ThreeDeployments);

    [Fact]
    public Task E08_OnlyMetadata() => ReplayAsync("08-metadata-only",
        server => server.Seed("""{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"demo"}}""", "kubectl-create"),
        ("Accept", "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"));

    [Fact]
    public Task E09_AMissingObject() => ReplayAsync("09-not-found", ThreeDeployments);

    [Fact]
    public Task E10_AGroupThatIsNotServed() => ReplayAsync("10-no-such-api");

    [Fact]
    public Task E11_Discovery() => ReplayAsync("11-discovery-apps");

    [Fact]
    public Task E12_ALease() => ReplayAsync("12-lease-create", ThreeDeployments);

    [Fact]
    public Task E13_ALeaseThatIsThere() => ReplayAsync("13-lease-create-again", Lease);

    [Fact]
    public Task E14_AStaleUpdate() => ReplayAsync("14-lease-update-conflict", Lease);

    [Fact]
    public Task E15_ServerSideApply() => ReplayAsync("15-server-side-apply", ThreeDeployments);

    [Fact]
    public async Task E16_ServerSideApplyOfWhatSomebodyElseOwns()
    {
        await using var server = await TestApiServer.StartAsync();
        ThreeDeployments(server);
        using var client = server.CreateClient();
        await client.SendAsync("PATCH", "/apis/apps/v1/namespaces/demo/deployments/d1/scale", """{"spec":{"replicas":3}}""", "application/merge-patch+json",
            ("User-Agent", "kubectl/v1.36.2"));
        await ReplayAsync(client, Exchange.Read("16-server-side-apply-conflict"));
    }

    [Fact]
    public Task E17_AWebhookConfiguration() => ReplayAsync("17-webhook-create");

    [Fact]
    public async Task E18_ItsCaBundlePatched()
    {
        await using var server = await TestApiServer.StartAsync();
        using var client = server.CreateClient();
        var create = Exchange.Read("17-webhook-create");
        await client.SendAsync("POST", create.Path, create.Body, "application/json", ("User-Agent", "curl/8"));
        await ReplayAsync(client, Exchange.Read("18-webhook-ca-patch"));
    }

    [Fact]
    public async Task E19_AnEvent()
    {
        var recorded = Exchange.Read("19-event-create");
        await using var server = await TestApiServer.StartAsync();
        using var client = server.CreateClient();
        var answer = await client.SendAsync(recorded.Method, recorded.Path, recorded.Body, "application/json", ("User-Agent", "curl/8"));
        var expected = recorded.Json;
        Assert.Matches("^d1-[a-z0-9]{5}$", answer.Json["metadata"]!["name"]!.ToString());
        expected["metadata"]!["name"] = answer.Json["metadata"]!["name"]!.ToString();
        Assert.Empty(JsonDifference.Between(expected, answer.Json));
    }

    [Fact]
    public Task E20_AnAccessReview() => ReplayAsync("20-self-subject-access-review");

    [Fact]
    public async Task E21_AUserWithoutRights()
    {
        await using var server = await TestApiServer.StartAsync();
        var user = User.ServiceAccount("trsa", "default");
        server.AddToken("weak", user);
        server.Faults.Forbid("*", "*", user.Name);
        using var client = server.CreateClient("weak");
        await ReplayAsync(client, Exchange.Read("21-forbidden"));
    }

    [Fact]
    public async Task E22_ABadToken()
    {
        await using var server = await TestApiServer.StartAsync();
        using var client = server.CreateClient("no-such-token");
        await ReplayAsync(client, Exchange.Read("22-unauthorized"));
    }

    [Fact]
    public async Task E23_AScale()
    {
        await using var server = await TestApiServer.StartAsync();
        server.Seed("""
            {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d1","namespace":"demo"},"status":{"replicas":3},
            "spec":{"replicas":3,"selector":{"matchLabels":{"app":"d1"}},"template":{"metadata":{"labels":{"app":"d1"}},"spec":{"containers":[]}}}}
            """);
        using var client = server.CreateClient();
        await ReplayAsync(client, Exchange.Read("23-scale-get"));
    }

    [Fact]
    public Task E24_ASecret() => ReplayAsync("24-secret-create", ThreeDeployments);

    private static Task ReplayAsync(string name, Action<TestApiServer>? arrange = null, params (string Name, string Value)[] headers)
        => ReplayAsync(name, arrange, compare: null, headers);

    private static async Task ReplayAsync(
        string name, Action<TestApiServer>? arrange, Action<JsonObject, JsonObject>? compare, params (string Name, string Value)[] headers)
    {
        await using var server = await TestApiServer.StartAsync();
        arrange?.Invoke(server);
        using var client = server.CreateClient();
        var (expected, actual) = await ReplayAsync(client, Exchange.Read(name), headers);
        compare?.Invoke(expected.Json, actual.Json);
    }

    private static async Task<(Exchange Expected, Http.Answer Actual)> ReplayAsync(
        HttpClient client, Exchange recorded, params (string Name, string Value)[] headers)
    {
        var answer = await client.SendAsync(recorded.Method, recorded.Path, recorded.Body, recorded.ContentType, [.. headers, ("User-Agent", "curl/8.11.0")]);
        Assert.Equal(recorded.Status, answer.Status);
        foreach (var name in _headersThatMatter)
        {
            Assert.Equal(recorded.Headers.GetValueOrDefault(name), answer.Headers.GetValueOrDefault(name) is { } values ? string.Join(", ", values) : null);
        }

        Assert.True(Guid.TryParse(Assert.Single(answer.Headers["Audit-Id"]), out _));
        if (recorded.Text[0] == '{')
        {
            Assert.Empty(JsonDifference.Between(recorded.Json, answer.Json));
        }
        else
        {
            Assert.Equal(recorded.Text, answer.Text.Trim());
        }

        return (recorded, answer);
    }

    private static void ThreeDeployments(TestApiServer server)
    {
        server.Seed("""{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"demo"}}""", "kubectl-create");
        foreach (var name in (string[])["d1", "d2", "d3"])
        {
            server.Seed(Manifests.Deployment(name), "kubectl-create");
        }
    }

    private static void Lease(TestApiServer server)
        => server.Seed("""{"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"ha-webhook","namespace":"demo"},"spec":{}}""");

    private static JsonObject[] Lines(string text)
        => [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!.AsObject())];

    private static string Start(JsonObject list)
    {
        var token = list["metadata"]!["continue"]!.ToString();
        return JsonNode.Parse(Encoding.UTF8.GetString(Convert.FromBase64String(token.PadRight((token.Length + 3) / 4 * 4, '='))))!["start"]!.ToString();
    }

    private static JsonObject WithoutControllers(JsonObject line)
    {
        var copy = line.DeepClone().AsObject();
        var metadata = copy["object"]!["metadata"]!.AsObject();
        metadata.Remove("annotations");
        metadata["managedFields"]!.AsArray().RemoveAll(entry => entry!["manager"]!.ToString() == "kube-controller-manager");
        copy["object"]!["status"] = new JsonObject();
        return copy;
    }
}
