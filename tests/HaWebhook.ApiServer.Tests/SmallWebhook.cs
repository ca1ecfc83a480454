using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using HaWebhook.ApiServer.Serving;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;

namespace HaWebhook.ApiServer.Tests;

/// <summary>A webhook over real TLS whose answer each test writes; it allows everything unless told otherwise.</summary>
internal sealed class SmallWebhook : IAsyncDisposable
{
    private readonly ServerCertificate _certificates = new();
    private readonly WebApplication _application;
    private readonly ConcurrentQueue<(HttpRequestSeen Request, JsonObject Review)> _seen = [];
    private readonly ConcurrentDictionary<string, byte> _connections = [];

    private SmallWebhook()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(
            IPAddress.Loopback, 0, listen => listen.UseHttps(new HttpsConnectionAdapterOptions { ServerCertificate = _certificates.Server })));
        _application = builder.Build();
        _application.Run(HandleAsync);
    }

    /// <summary>What it answers: a whole HTTP answer, given the request and the review.</summary>
    public Func<HttpContext, JsonObject, Task> Answer { get; set; } = (http, review) => http.Response.WriteAsync(Reply(review, """{"allowed":true}"""));

    /// <summary>Whether it reads a review before it answers; one that is not read is not seen, and answered without.</summary>
    public bool ReadsReviews { get; set; } = true;

    public Uri Url { get; private set; } = null!;

    public string CaPem => _certificates.AuthorityPem;

    public string CaBundle => Convert.ToBase64String(Encoding.ASCII.GetBytes(CaPem));

    public IReadOnlyList<(HttpRequestSeen Request, JsonObject Review)> Seen => [.. _seen];

    public int Connections => _connections.Count;

    public static async Task<SmallWebhook> StartAsync()
    {
        var webhook = new SmallWebhook();
        await webhook._application.StartAsync();
        webhook.Url = new(webhook._application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        return webhook;
    }

    /// <summary>A review's answer with the response's fields; the uid is filled in where it has none.</summary>
    public static string Reply(JsonObject review, string response)
    {
        var fields = JsonNode.Parse(response)!.AsObject();
        if (!fields.ContainsKey("uid"))
        {
            fields["uid"] = review["request"]!["uid"]!.GetValue<string>();
        }

        return new JsonObject { ["apiVersion"] = "admission.k8s.io/v1", ["kind"] = "AdmissionReview", ["response"] = fields }.ToJsonString();
    }

    /// <summary>The response of a mutating webhook with a patch.</summary>
    public static string Patch(string operations)
        => $$"""{"allowed":true,"patchType":"JSONPatch","patch":"{{Convert.ToBase64String(Encoding.UTF8.GetBytes(operations))}}"}""";

    public void Respond(Func<JsonObject, string> response) => Answer = (http, review) => http.Response.WriteAsync(Reply(review, response(review)));

    /// <summary>A configuration with this webhook for one resource.</summary>
    public string Configuration(string kind, string name = "test", string path = "/review", string extra = "", string resources = "\"deployments\"", string hook = "a.test.io")
        => $$"""
            {"apiVersion":"admissionregistration.k8s.io/v1","kind":"{{kind}}","metadata":{"name":"{{name}}"},"webhooks":[{"name":"{{hook}}",
            "admissionReviewVersions":["v1"],"sideEffects":"None","clientConfig":{"url":"{{new Uri(Url, path)}}","caBundle":"{{CaBundle}}"},
            "rules":[{"apiGroups":["*"],"apiVersions":["*"],"operations":["*"],"resources":[{{resources}}]}]{{(extra.Length > 0 ? "," + extra : "")}}}]}
            """;

    public async ValueTask DisposeAsync()
    {
        await _application.DisposeAsync();
        _certificates.Dispose();
    }

    private async Task HandleAsync(HttpContext http)
    {
        if (!ReadsReviews)
        {
            await Answer(http, []);
            return;
        }

        var review = (await JsonNode.ParseAsync(http.Request.Body))!.AsObject();
        _connections[http.Connection.Id] = 1;
        _seen.Enqueue((new(
            $"{http.Request.Method} {http.Request.Path}{http.Request.QueryString} {http.Request.Protocol}",
            http.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString())), review));
        await Answer(http, review);
    }

    internal sealed record HttpRequestSeen(string Line, Dictionary<string, string> Headers);
}
