using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using HaWebhook.ApiServer;
using HaWebhook.Kubernetes;
using HaWebhook.Serving;

namespace HaWebhook.Tests.Cluster;

/// <summary>The server beside an API server that calls it, as users of the cluster see the two.</summary>
internal sealed class LivingCluster : IAsyncDisposable
{
    public const string Namespace = "shop";

    private readonly string _folder = Directory.CreateTempSubdirectory("ha-webhook-").FullName;
    private readonly HttpClient _user;

    private LivingCluster(TestApiServer apiServer)
    {
        ApiServer = apiServer;
        _user = apiServer.CreateClient();
    }

    public TestApiServer ApiServer { get; }

    public RunningServer Webhook { get; private set; } = null!;

    private string PolicyFile => Path.Combine(_folder, "policy.yaml");

    private string TokenFile => Path.Combine(_folder, "token");

    /// <summary>Starts both. The webhook is ready unless it is told not to be waited for.</summary>
    /// <param name="policy">The policy file's text; empty for the default policy.</param>
    /// <param name="prepare">What is there before the webhook starts.</param>
    /// <param name="waits">Whether to wait until the webhook is ready.</param>
    /// <param name="hasToken">Whether the file of the webhook's token is there.</param>
    /// <param name="options">How it serves besides.</param>
    public static async Task<LivingCluster> StartAsync(
        string policy = "", Action<TestApiServer>? prepare = null, bool waits = true, bool hasToken = true, ServingOptions? options = null)
    {
        var cluster = new LivingCluster(await TestApiServer.StartAsync());
        cluster.ApiServer.AddNamespace(Namespace, ("team", "checkout"));
        prepare?.Invoke(cluster.ApiServer);
        if (hasToken)
        {
            await cluster.WriteTokenAsync();
        }

        await cluster.StartWebhookAsync(policy, options ?? new());
        if (waits)
        {
            await cluster.UntilReadyAsync();
        }

        return cluster;
    }

    /// <summary>What is asked of the API server, and what it answers.</summary>
    public Task<Outcome> SendAsync(string method, string path, string? body = null, string type = "application/json") =>
        SendAsync(_user, method, path, body, type);

    /// <summary>What a user asks of an API server, and what it answers.</summary>
    public static async Task<Outcome> SendAsync(HttpClient user, string method, string path, string? body = null, string type = "application/json")
    {
        using var request = new HttpRequestMessage(new(method), path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) { Headers = { ContentType = MediaTypeHeaderValue.Parse(type) } };
        }

        using var response = await user.SendAsync(request, TestContext.Current.CancellationToken);
        var json = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!.AsObject();
        return new(
            (int)response.StatusCode,
            json["kind"]!.GetValue<string>() == "Status" ? json["message"]?.GetValue<string>() ?? "" : "",
            [.. response.Headers.TryGetValues("Warning", out var warnings) ? warnings.Select(TextOf) : []],
            json);
    }

    public Task<Outcome> CreateAsync(string manifest, string query = "")
    {
        var json = JsonNode.Parse(manifest)!;
        return SendAsync("POST", PathOf(json) + query, manifest);
    }

    public Task<Outcome> DeleteAsync(string manifest, string query = "") =>
        SendAsync("DELETE", $"{PathOf(JsonNode.Parse(manifest)!)}/{NameOf(manifest)}{query}");

    public Task<Outcome> PatchAsync(string manifest, string patch) =>
        SendAsync("PATCH", $"{PathOf(JsonNode.Parse(manifest)!)}/{NameOf(manifest)}", patch, "application/merge-patch+json");

    public Task<Outcome> ApplyAsync(string manifest) =>
        SendAsync("PATCH", $"{PathOf(JsonNode.Parse(manifest)!)}/{NameOf(manifest)}?fieldManager=test", manifest, "application/apply-patch+yaml");

    public Task<Outcome> ScaleAsync(string deployment, int replicas) => SendAsync(
        "PATCH",
        $"/apis/apps/v1/namespaces/{Namespace}/deployments/{NameOf(deployment)}/scale",
        $$$"""{"spec":{"replicas":{{{replicas}}} } }""",
        "application/merge-patch+json");

    /// <summary>Writes the file of the webhook's token.</summary>
    public Task WriteTokenAsync(string token = TestApiServer.AdminToken) => File.WriteAllTextAsync(TokenFile, token);

    /// <summary>Writes the policy file of a server that was started with one.</summary>
    public Task SetPolicyAsync(string policy) => File.WriteAllTextAsync(PolicyFile, policy);

    /// <summary>Waits until something holds that follows by itself, as caches follow the cluster.</summary>
    public static async Task UntilAsync(Func<Task<bool>> holds, string what, Func<string>? state = null)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        time.CancelAfter(TimeSpan.FromSeconds(20));
        while (!await holds())
        {
            try
            {
                await Task.Delay(20, time.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"it never came to this: {what}\n{state?.Invoke()}");
            }
        }
    }

    public Task UntilReadyAsync() => UntilAsync(async () => (await ReadinessAsync()).Status == 200, "the webhook is ready");

    public async Task<(int Status, string Text)> ReadinessAsync()
    {
        using var client = new HttpClient { BaseAddress = Webhook.Health };
        using var response = await client.GetAsync(new Uri("/readyz", UriKind.Relative), TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        _user.Dispose();
        await Webhook.DisposeAsync();
        await ApiServer.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task StartWebhookAsync(string policy, ServingOptions options)
    {
        var kubeConfig = Path.Combine(_folder, "kubeconfig");
        await File.WriteAllTextAsync(
            kubeConfig, ApiServer.Kubeconfig().Replace($"token: {TestApiServer.AdminToken}", $"tokenFile: {TokenFile}", StringComparison.Ordinal));
        string? policyFile = null;
        if (policy.Length > 0)
        {
            policyFile = PolicyFile;
            await SetPolicyAsync(policy);
        }

        var connection = KubeConfig.Load(kubeConfig, null, _ => null);
        var often = TimeSpan.FromMilliseconds(200);
        Webhook = await RunningServer.StartAsync(
            options with { PolicyFile = policyFile, DiscoveryInterval = often, PollInterval = often }, TimeProvider.System, connection);
        ApiServer.AddWebhook(new UriBuilder(Webhook.Admission) { Host = "localhost" }.Uri, Webhook.Certificate.ExportCertificatePem());
    }

    private static string PathOf(JsonNode manifest)
    {
        var apiVersion = manifest["apiVersion"]!.GetValue<string>();
        var plural = manifest["kind"]!.GetValue<string>().ToLowerInvariant() + "s";
        var root = apiVersion.Contains('/', StringComparison.Ordinal) ? $"/apis/{apiVersion}" : $"/api/{apiVersion}";
        return plural == "namespaces" ? $"{root}/{plural}" : $"{root}/namespaces/{Namespace}/{plural}";
    }

    private static string NameOf(string manifest) => JsonNode.Parse(manifest)!["metadata"]!["name"]!.GetValue<string>();

    /// <summary>The text between the quotes of <c>299 - "text"</c>.</summary>
    private static string TextOf(string warning) => warning[(warning.IndexOf('"', StringComparison.Ordinal) + 1)..^1].Replace("\\\"", "\"", StringComparison.Ordinal);

    /// <summary>What a user sees.</summary>
    /// <param name="Status">The HTTP status.</param>
    /// <param name="Message">Why it was refused; empty where it was not.</param>
    /// <param name="Warnings">The warnings.</param>
    /// <param name="Json">The object, or the refusal.</param>
    internal sealed record Outcome(int Status, string Message, string[] Warnings, JsonObject Json);
}
