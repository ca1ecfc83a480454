using System.Diagnostics;

namespace HaWebhook.ApiServer.Tests;

/// <summary>What can be made to go wrong, as a client sees it.</summary>
public sealed class FaultTests : IAsyncLifetime
{
    private const string Namespaces = "/api/v1/namespaces";
    private TestApiServer _server = null!;
    private HttpClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await TestApiServer.StartAsync();
        _client = _server.CreateClient();
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task RefusedConnections_FailUntilTheyAreAccepted()
    {
        Assert.Equal(200, (await _client.SendAsync("GET", Namespaces)).Status);
        _server.Faults.RefuseConnections = true;
        var failure = await Assert.ThrowsAnyAsync<Exception>(() => _client.SendAsync("GET", Namespaces));

        // .NET lets the socket's own exception through where the reset comes right after the handshake.
        Assert.True(failure is HttpRequestException or System.Net.Sockets.SocketException, failure.ToString());
        _server.Faults.RefuseConnections = false;
        Assert.Equal(200, (await _client.SendAsync("GET", Namespaces)).Status);
    }

    [Fact]
    public async Task AWatchThatIsCut_BreaksOff()
    {
        await using var watch = await WatchReader.OpenAsync(_client, $"{Namespaces}?watch=1&resourceVersion={_server.ResourceVersion}");
        _server.AddNamespace("one");
        Assert.Equal(["ADDED one"], await watch.NamesAsync(1));
        Assert.Equal(1, _server.Faults.OpenWatches);
        _server.Faults.CutWatches();
        await Assert.ThrowsAnyAsync<IOException>(watch.LineAsync);
    }

    [Fact]
    public async Task AStalledWatch_IsSilent_AndThenCatchesUp()
    {
        _server.Faults.BookmarkInterval = TimeSpan.FromMilliseconds(10);
        await using var watch = await WatchReader.OpenAsync(_client, $"{Namespaces}?watch=1&resourceVersion={_server.ResourceVersion}");
        _server.Faults.StallWatches = true;
        _server.AddNamespace("late");
        var line = watch.LineAsync();
        await Task.Delay(100, TestContext.Current.CancellationToken);
        Assert.False(line.IsCompleted);
        _server.Faults.StallWatches = false;
        Assert.Contains("\"name\":\"late\"", await line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Garbage_ComesBetweenEvents()
    {
        await using var watch = await WatchReader.OpenAsync(_client, $"{Namespaces}?watch=1&resourceVersion={_server.ResourceVersion}");
        _server.Faults.SendIntoWatches("{\"type\":\"ADDED\",\"obj");
        Assert.Equal("{\"type\":\"ADDED\",\"obj", await watch.LineAsync());
        _server.AddNamespace("after");
        Assert.Equal(["ADDED after"], await watch.NamesAsync(1));
    }

    [Fact]
    public async Task AForgottenVersion_IsRefusedInBothShapes()
    {
        var version = _server.ResourceVersion;
        _server.AddNamespace("one");
        _server.Faults.CompactHistory();
        var stream = await _client.SendAsync("GET", $"{Namespaces}?watch=1&resourceVersion={version}");
        _server.Faults.ExpiredWatches = Expiry.HttpStatus;
        var status = await _client.SendAsync("GET", $"{Namespaces}?watch=1&resourceVersion={version}");
        Assert.Equal((200, "ERROR", 410), (stream.Status, stream.Json["type"]!.ToString(), stream.Json["object"]!["code"]!.GetValue<int>()));
        Assert.Equal((410, "Expired"), (status.Status, status.Json["reason"]!.ToString()));
    }

    [Fact]
    public async Task AnApply_HasToBeAllowedToCreateWhatIsNotThere()
    {
        const string type = "application/apply-patch+yaml";
        const string path = "/apis/coordination.k8s.io/v1/namespaces/default/leases/one?fieldManager=test";
        const string lease = """{"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"one"}}""";
        _server.Faults.Forbid("create", "leases");
        var refused = await _client.SendAsync("PATCH", path, lease, type);
        Assert.Equal(403, refused.Status);
        Assert.Contains("cannot create resource \"leases\"", refused.Message, StringComparison.Ordinal);
        _server.Faults.ForbidNothing();
        Assert.Equal(201, (await _client.SendAsync("PATCH", path, lease, type)).Status);
        _server.Faults.Forbid("create", "leases");
        Assert.Equal(200, (await _client.SendAsync("PATCH", path, lease, type)).Status);
        AccessRecord patch = new("admin", "patch", "coordination.k8s.io", "leases", "default", "one"), create = patch with { Verb = "create" };
        Assert.Equal([patch, create, patch, create, patch], _server.Requests.Accesses);
    }

    [Fact]
    public async Task Forbidding_IsExact_AndShownByAccessReviews()
    {
        _server.Faults.Forbid("list", "namespaces", "admin");
        Assert.Equal(403, (await _client.SendAsync("GET", Namespaces)).Status);
        Assert.Equal(200, (await _client.SendAsync("GET", $"{Namespaces}/default")).Status);
        Assert.Equal(200, (await _client.SendAsync("GET", Namespaces, null, "application/json", ("Impersonate-User", "bob"))).Status);
        var review = await _client.SendAsync("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
            """{"spec":{"resourceAttributes":{"resource":"namespaces","verb":"list"}}}""");
        Assert.Equal("""{"allowed":false}""", review.Json["status"]!.ToJsonString());
        _server.Faults.ForbidNothing();
        Assert.Equal(200, (await _client.SendAsync("GET", Namespaces)).Status);
    }

    [Fact]
    public async Task AnExpiredToken_IsUnauthorized()
    {
        _server.ExpireToken(TestApiServer.AdminToken);
        Assert.Equal(401, (await _client.SendAsync("GET", Namespaces)).Status);
        _server.AddToken("next", User.Admin);
        using var next = _server.CreateClient("next");
        Assert.Equal(200, (await next.SendAsync("GET", Namespaces)).Status);
        using var nobody = _server.CreateClient(token: null);
        Assert.Equal(401, (await nobody.SendAsync("GET", Namespaces)).Status);
    }

    [Fact]
    public async Task ANumberOfRequests_CanBeMadeToFail()
    {
        _server.Faults.FailNext(2, 429, retryAfter: 1);
        var first = await _client.SendAsync("GET", Namespaces);
        Assert.Equal((429, "1"), (first.Status, first.Headers["Retry-After"][0]));
        Assert.Equal(429, (await _client.SendAsync("GET", Namespaces)).Status);
        Assert.Equal(200, (await _client.SendAsync("GET", Namespaces)).Status);
    }

    [Fact]
    public async Task SlowAnswers_AreSlow()
    {
        _server.Faults.Delay = TimeSpan.FromMilliseconds(80);
        var started = Stopwatch.GetTimestamp();
        await _client.SendAsync("GET", Namespaces);
        Assert.True(Stopwatch.GetElapsedTime(started) >= TimeSpan.FromMilliseconds(75));
    }

    [Fact]
    public async Task Requests_AreCountedByVerbAndResource()
    {
        await _client.SendAsync("GET", "/version");
        await _client.SendAsync("GET", Namespaces);
        await _client.SendAsync("GET", $"{Namespaces}/default");
        await _client.SendAsync("GET", "/apis/apps/v1/namespaces/default/deployments/none/scale");
        await using var watch = await WatchReader.OpenAsync(_client, $"{Namespaces}?watch=1");
        Assert.Equal((1, 1, 1), (_server.Requests.Count("list", "namespaces"), _server.Requests.Count("watch"), _server.Requests.Count(resource: "deployments/scale")));
        Assert.Equal(new RequestRecord("get", "", "/version", "admin", 200), _server.Requests.All[0]);
        Assert.Equal(404, _server.Requests.All[3].Status);
        Assert.Equal(5, _server.Requests.Count());
    }
}
