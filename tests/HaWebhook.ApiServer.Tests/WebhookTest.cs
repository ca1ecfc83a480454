namespace HaWebhook.ApiServer.Tests;

/// <summary>A small webhook, and an API server that may ask it.</summary>
public abstract class WebhookTest : IAsyncLifetime
{
    private protected const string Deployments = "/apis/apps/v1/namespaces/demo/deployments";
    private protected const string Mutating = "MutatingWebhookConfiguration";
    private protected const string Validating = "ValidatingWebhookConfiguration";

    private protected SmallWebhook Webhook { get; private set; } = null!;

    private protected TestApiServer Server { get; private set; } = null!;

    private protected HttpClient Client { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Webhook = await SmallWebhook.StartAsync();
        Server = await TestApiServer.StartAsync();
        Server.AddNamespace("demo", ("team", "shop"));
        Client = Server.CreateClient();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Server.DisposeAsync();
        await Webhook.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected Task<Http.Answer> CreateAsync(string query = "", string name = "web")
        => Client.SendAsync("POST", Deployments + query, Manifests.Deployment(name));
}
