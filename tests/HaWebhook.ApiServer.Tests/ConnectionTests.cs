using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace HaWebhook.ApiServer.Tests;

/// <summary>How connections to webhooks are kept and what becomes of a call whose connection breaks: as with Go's HTTP client, and not .NET's.</summary>
public sealed class ConnectionTests : IAsyncLifetime
{
    private const string Deployments = "/apis/apps/v1/namespaces/demo/deployments";
    private const string Host = "127.0.0.1";

    private SmallWebhook _first = null!;
    private SmallWebhook _second = null!;
    private TestApiServer _server = null!;
    private HttpClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _first = await SmallWebhook.StartAsync();
        _second = await SmallWebhook.StartAsync();
        _server = await TestApiServer.StartAsync();
        _client = _server.CreateClient();
        _server.AddNamespace("demo");
        var configuration = JsonNode.Parse(_first.Configuration("ValidatingWebhookConfiguration"))!;
        // The certificates of both are good for kubernetes.default.svc.
        configuration["webhooks"]![0]!["clientConfig"] = new JsonObject
        {
            ["service"] = JsonNode.Parse("""{"name":"kubernetes","namespace":"default","path":"/validate"}"""),
            ["caBundle"] = Convert.ToBase64String([.. Convert.FromBase64String(_first.CaBundle), (byte)'\n', .. Convert.FromBase64String(_second.CaBundle)]),
        };
        _server.Seed(configuration.ToJsonString());
        Add(_first);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
        await _first.DisposeAsync();
        await _second.DisposeAsync();
    }

    [Fact]
    public async Task EachNewConnection_GoesToTheNextPod_AndEachCallToAnOpenOne()
    {
        Add(_second);
        await TogetherAsync(4);
        Assert.Equal((2, 2), (_first.Connections, _second.Connections));
        for (var index = 0; index < 4; index++)
        {
            Assert.Equal(201, await CreateAsync());
        }

        Assert.Equal((2, 2), (_first.Connections, _second.Connections));
        Assert.Equal(8, _first.Seen.Count + _second.Seen.Count);
    }

    [Fact]
    public async Task ARemovedPod_IsStillAskedOverTheConnectionsThatAreOpen()
    {
        await CreateAsync();
        Add(_second);
        Remove(_first);
        Assert.Equal(201, await CreateAsync());
        Assert.Equal((2, 0), (_first.Seen.Count, _second.Seen.Count));

        Answering(_first, http => http.Response.Headers.Connection = "close");
        Assert.Equal(201, await CreateAsync());
        Assert.Equal((3, 0), (_first.Seen.Count, _second.Seen.Count));
        Assert.Equal(201, await CreateAsync());
        Assert.Equal((3, 1), (_first.Seen.Count, _second.Seen.Count));
    }

    [Fact]
    public async Task AServiceWithoutPods_FailsTheCallAtOnce()
    {
        Remove(_first);
        Assert.Equal(500, await CreateAsync());
        Assert.Equal("failed to call webhook: Post \"https://kubernetes.default.svc:443/validate?timeout=10s\": no endpoints available for service \"kubernetes\"",
            Assert.Single(_server.WebhookCalls).Failure);
    }

    [Fact]
    public async Task AConnectionThatBreaksUnderACall_FailsIt_ReusedOrNot()
    {
        Answering(_first, http => http.Abort());
        Assert.Equal(500, await CreateAsync());
        Answering(_first, _ => { });
        Assert.Equal(201, await CreateAsync());
        Answering(_first, http => http.Abort());
        Assert.Equal(500, await CreateAsync());
        // Seen once each: what the webhook may have seen is never sent again.
        Assert.Equal(3, _first.Seen.Count);
        Assert.All(_server.WebhookCalls, call => Assert.Equal(1, call.Attempts));
    }

    [Fact]
    public async Task AConnectionThatTheWebhookClosesWhileItIsIdle_FailsNothing()
    {
        IConnectionLifetimeFeature? connection = null;
        Answering(_first, http => connection = http.Features.Get<IConnectionLifetimeFeature>());
        await CreateAsync();
        Assert.Equal(1, _server.IdleWebhookConnections);
        connection!.Abort();
        await UntilIdleAsync(0);
        Assert.Equal(201, await CreateAsync());
        Assert.Equal(2, _first.Connections);
    }

    [Fact]
    public async Task NoMoreThan25ConnectionsAreKept()
    {
        await TogetherAsync(60);
        Assert.Equal(60, _first.Connections);
        await UntilIdleAsync(25);
        await TogetherAsync(25);
        Assert.Equal(60, _first.Connections);
    }

    /// <summary>A webhook may refuse a large request before it has read it.</summary>
    [Fact]
    public async Task AnAnswerThatComesEarly_IsRead()
    {
        _first.ReadsReviews = false;
        _first.Answer = (http, _) =>
        {
            http.Response.StatusCode = 503;
            http.Response.Headers.RetryAfter = "0";
            return http.Response.WriteAsync("busy");
        };
        var padding = $"\"annotations\":{{\"a\":\"{new string('x', 2 << 20)}\"}},";
        var large = Manifests.Deployment("large").Replace("\"labels\":{ ", padding + "\"labels\":{ ", StringComparison.Ordinal);
        Assert.Contains(padding, large, StringComparison.Ordinal);
        Assert.Equal(500, (await _client.SendAsync("POST", Deployments, large)).Status);
        var call = Assert.Single(_server.WebhookCalls);
        Assert.Equal((11, 503), (call.Attempts, call.StatusCode));
    }

    private static void Answering(SmallWebhook webhook, Action<HttpContext> first) => webhook.Answer = (http, review) =>
    {
        first(http);
        return http.RequestAborted.IsCancellationRequested ? Task.CompletedTask : http.Response.WriteAsync(SmallWebhook.Reply(review, """{"allowed":true}"""));
    };

    private void Add(SmallWebhook webhook) => _server.AddBackend("default", "kubernetes", Host, webhook.Url.Port);

    private void Remove(SmallWebhook webhook) => _server.RemoveBackend("default", "kubernetes", Host, webhook.Url.Port);

    private async Task<int> CreateAsync(string name = "web") => (await _client.SendAsync("POST", $"{Deployments}?dryRun=All", Manifests.Deployment(name))).Status;

    /// <summary>So many calls at one time: none is answered before all have come.</summary>
    private async Task TogetherAsync(int calls)
    {
        using var all = new CountdownEvent(calls);
        var come = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        foreach (var webhook in (SmallWebhook[])[_first, _second])
        {
            webhook.Answer = async (http, review) =>
            {
                if (all.Signal())
                {
                    come.SetResult();
                }

                await come.Task;
                await http.Response.WriteAsync(SmallWebhook.Reply(review, """{"allowed":true}"""));
            };
        }

        Assert.All(await Task.WhenAll(Enumerable.Range(0, calls).Select(index => CreateAsync($"d{index}"))), status => Assert.Equal(201, status));
        Answering(_first, _ => { });
        Answering(_second, _ => { });
    }

    private async Task UntilIdleAsync(int connections)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (_server.IdleWebhookConnections != connections)
        {
            await Task.Delay(10, limit.Token);
        }
    }
}
