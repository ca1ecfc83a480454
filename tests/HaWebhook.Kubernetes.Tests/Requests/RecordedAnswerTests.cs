using System.Text;
using System.Text.Json;

namespace HaWebhook.Kubernetes.Tests.Requests;

/// <summary>What a real API server answered, understood.</summary>
public sealed class RecordedAnswerTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Version_IsRead()
    {
        await using var server = await TestApiServer.ReplayAsync("01");
        using var client = server.Client();

        var version = await client.GetVersionAsync(Cancellation);

        Assert.Equal(new ServerVersion(1, 36, "v1.36.2"), version);
        Assert.Equal(["GET /version"], server.Requests);
    }

    [Fact]
    public async Task Pages_AreListedAsOne()
    {
        var first = Recording.Read("02");
        var second = Recording.Read("03");
        second = second with { Body = second.Body.Replace("\"continue\"", "\"past\"", StringComparison.Ordinal) };
        await using var server = await TestApiServer.StartAsync(
            context => (context.Request.Query.ContainsKey("continue") ? second : first).ReplayAsync(context));
        using var client = server.Client();

        var list = await client.ListAsync(Kinds.Deployments, null, Name, Cancellation, new() { PageSize = 2 });

        Assert.Equal("261", list.ResourceVersion);
        Assert.Equal(["d1", "d2", "d1", "d2"], list.Items);
        Assert.Equal(
            [
                "GET /apis/apps/v1/deployments?limit=2",
                "GET /apis/apps/v1/deployments?limit=2&continue=eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MjYxLCJzdGFydCI6Ii9kZW1vL2QyXHUwMDAwIn0",
            ],
            server.Requests);
    }

    [Theory]
    [InlineData("07")]
    [InlineData("410")]
    public async Task AForgottenContinueToken_StartsTheListAnewWithoutPages(string answer)
    {
        var first = Recording.Read("02");
        var expired = answer == "07"
            ? Recording.Read("07")
            : new Recording(410, "application/json", """{"kind":"Status","status":"Failure","message":"The provided continue parameter is too old","reason":"Expired","code":410}""");
        var whole = first with { Body = first.Body.Replace("\"continue\"", "\"past\"", StringComparison.Ordinal) };
        await using var server = await TestApiServer.StartAsync(context => (context.Request.Query.ContainsKey("continue") ? expired
            : context.Request.Query.ContainsKey("limit") ? first : whole).ReplayAsync(context));
        using var client = server.Client();

        var list = await client.ListAsync(Kinds.Deployments, "demo", Name, Cancellation);

        Assert.Equal(["d1", "d2"], list.Items);
        Assert.Equal("GET /apis/apps/v1/namespaces/demo/deployments", server.Requests.Last());
    }

    [Fact]
    public async Task AWatch_GivesEachEvent()
    {
        await using var server = await TestApiServer.ReplayAsync("04");
        using var client = server.Client();
        var events = new List<string>();

        await foreach (var happened in client.WatchAsync(
            Kinds.Deployments, "demo", new() { ResourceVersion = "261", Timeout = TimeSpan.FromSeconds(8) }, Cancellation))
        {
            events.Add($"{happened.Type} {Version(happened.Subject)} {happened.EndsInitialEvents}");
        }

        Assert.Equal(18, events.Count);
        Assert.Equal("Modified 298 False", events[0]);
        Assert.Contains("Deleted 351 False", events);
        Assert.Contains("Added 355 False", events);
        Assert.Equal("Bookmark 366 False", events[^1]);
        Assert.Equal(
            ["GET /apis/apps/v1/namespaces/demo/deployments?watch=1&allowWatchBookmarks=true&resourceVersion=261&timeoutSeconds=8"], server.Requests);
    }

    [Fact]
    public async Task InitialEvents_EndWithABookmark()
    {
        await using var server = await TestApiServer.ReplayAsync("05");
        using var client = server.Client();
        var events = new List<string>();

        await foreach (var happened in client.WatchAsync(Kinds.Namespaces, null, new() { SendInitialEvents = true }, Cancellation))
        {
            events.Add($"{happened.Type} {happened.EndsInitialEvents}");
        }

        Assert.Equal([.. Enumerable.Repeat("Added False", 5), "Bookmark True"], events);
        Assert.Equal(
            ["GET /api/v1/namespaces?watch=1&allowWatchBookmarks=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan"], server.Requests);
    }

    [Theory]
    [InlineData("06", "cannot watch deployments.apps: too old resource version: 1 (480) (410 Expired)")]
    [InlineData("410", "cannot watch deployments.apps: too old resource version: 1 (480) (410 Gone)")]
    public async Task AnOldResourceVersion_LooksTheSameAsAnswerAndAsEvent(string answer, string message)
    {
        var recording = answer == "06"
            ? Recording.Read("06")
            : new(410, "application/json", """{"kind":"Status","message":"too old resource version: 1 (480)","reason":"Gone","code":410}""");
        await using var server = await TestApiServer.StartAsync(recording.ReplayAsync);
        using var client = server.Client();

        var exception = await Assert.ThrowsAsync<KubernetesApiException>(async () =>
        {
            await foreach (var _ in client.WatchAsync(Kinds.Deployments, null, new() { ResourceVersion = "1" }, Cancellation))
            {
            }
        });

        Assert.True(exception.IsExpired);
        Assert.Equal(message, exception.Message);
    }

    [Theory]
    [InlineData("09", "cannot get deployments.apps: deployments.apps \"nope\" not found (404 NotFound)")]
    [InlineData("10", "cannot get deployments.apps: 404 page not found (404 NotFound)")]
    [InlineData("22", "cannot get deployments.apps: Unauthorized (401 Unauthorized)")]
    [InlineData("21", "cannot get deployments.apps: deployments.apps is forbidden: User \"system:serviceaccount:trsa:default\" cannot list resource "
        + "\"deployments\" in API group \"apps\" at the cluster scope (403 Forbidden)")]
    public async Task ARefusal_IsOneLine(string recording, string message)
    {
        await using var server = await TestApiServer.ReplayAsync(recording);
        using var client = server.Client();

        var exception = await Assert.ThrowsAsync<KubernetesApiException>(() => client.GetAsync(Kinds.Deployments, "demo", "nope", Cancellation));

        Assert.Equal(message, exception.Message);
    }

    [Theory]
    [InlineData("deployments", true)]
    [InlineData("deployments/status", true)]
    [InlineData("rollouts", false)]
    public async Task Discovery_TellsWhatIsServed(string plural, bool isServed)
    {
        await using var server = await TestApiServer.ReplayAsync("11");
        using var client = server.Client();

        Assert.Equal(isServed, await client.IsServedAsync(new("apps", "v1", plural), Cancellation));
        Assert.Equal(["GET /apis/apps/v1"], server.Requests);
    }

    [Fact]
    public async Task AGroupThatIsNotServed_IsNoError()
    {
        await using var server = await TestApiServer.ReplayAsync("10");
        using var client = server.Client();

        Assert.False(await client.IsServedAsync(new("keda.sh", "v1alpha1", "scaledobjects"), Cancellation));
    }

    [Fact]
    public async Task AConflict_IsNotSomethingThatExists()
    {
        await using var exists = await TestApiServer.ReplayAsync("13");
        await using var changed = await TestApiServer.ReplayAsync("14");
        using var first = exists.Client();
        using var second = changed.Client();

        var create = await Assert.ThrowsAsync<KubernetesApiException>(() => first.CreateAsync(Kinds.Leases, "demo", "{}"u8.ToArray(), Cancellation));
        var update = await Assert.ThrowsAsync<KubernetesApiException>(() => second.UpdateAsync(Kinds.Leases, "demo", "a", "{}"u8.ToArray(), Cancellation));

        Assert.True(create.IsAlreadyExists);
        Assert.False(create.IsConflict);
        Assert.True(update.IsConflict);
        Assert.False(update.IsAlreadyExists);
        Assert.Equal("ha-webhook", update.Details?.Name);
        Assert.Equal(["POST /apis/coordination.k8s.io/v1/namespaces/demo/leases"], exists.Requests);
        Assert.Equal(["PUT /apis/coordination.k8s.io/v1/namespaces/demo/leases/a"], changed.Requests);
    }

    [Fact]
    public async Task ServerSideApply_NamesItsManagerAndTheConflict()
    {
        string? type = null;
        var created = Recording.Read("15");
        await using var server = await TestApiServer.StartAsync(context =>
        {
            type = context.Request.ContentType;
            return (context.Request.Query["force"] == "true" ? created : Recording.Read("16")).ReplayAsync(context);
        });
        using var client = server.Client();
        var budgets = new ResourceType("policy", "v1", "poddisruptionbudgets");

        var answer = await client.ApplyAsync(budgets, "demo", "d1", "{}"u8.ToArray(), "ha-webhook", Cancellation, force: true);
        var refused = await Assert.ThrowsAsync<KubernetesApiException>(
            () => client.ApplyAsync(budgets, "demo", "d1", "{}"u8.ToArray(), "ha webhook", Cancellation));

        Assert.Equal(created.Body, Encoding.UTF8.GetString(answer.Span));
        Assert.True(refused.IsConflict);
        Assert.Equal((".spec.replicas", "FieldManagerConflict"), refused.Details!.Causes!.Select(cause => (cause.Field, cause.Reason)).Single());
        Assert.Equal("application/apply-patch+yaml", type);
        Assert.Equal(
            [
                "PATCH /apis/policy/v1/namespaces/demo/poddisruptionbudgets/d1?fieldManager=ha-webhook&force=true",
                "PATCH /apis/policy/v1/namespaces/demo/poddisruptionbudgets/d1?fieldManager=ha%20webhook",
            ],
            server.Requests);
    }

    [Fact]
    public async Task ASubresource_IsRead()
    {
        await using var server = await TestApiServer.ReplayAsync("23");
        using var client = server.Client();

        var scale = await client.GetAsync(Kinds.Deployments, "demo", "d1", Cancellation, "scale");

        Assert.Equal("350", Version(scale));
        Assert.Equal(["GET /apis/apps/v1/namespaces/demo/deployments/d1/scale"], server.Requests);
    }

    internal static string Name(ReadOnlyMemory<byte> item) => Metadata(item).GetProperty("name").GetString()!;

    private static string Version(ReadOnlyMemory<byte> item) => Metadata(item).GetProperty("resourceVersion").GetString()!;

    private static JsonElement Metadata(ReadOnlyMemory<byte> item)
    {
        using var document = JsonDocument.Parse(item);
        return document.RootElement.GetProperty("metadata").Clone();
    }
}
