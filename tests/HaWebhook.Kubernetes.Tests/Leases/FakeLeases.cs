using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace HaWebhook.Kubernetes.Tests.Leases;

/// <summary>A server with one lease, that compares resourceVersions as a real one does.</summary>
internal sealed class FakeLeases
{
    private readonly Lock _lock = new();
    private JsonObject? _lease;
    private int _version = 368;

    /// <summary>Whether everything fails.</summary>
    public bool IsDown { get; set; }

    /// <summary>The lease as it is now; null where there is none.</summary>
    public JsonObject? Lease
    {
        get
        {
            lock (_lock)
            {
                return (JsonObject?)_lease?.DeepClone();
            }
        }
    }

    public string? Holder => (string?)Lease?["spec"]?["holderIdentity"];

    /// <summary>Somebody else writes the lease.</summary>
    public void Write(string lease)
    {
        lock (_lock)
        {
            Store((JsonObject)JsonNode.Parse(lease)!);
        }
    }

    public async Task AnswerAsync(HttpContext context)
    {
        if (IsDown)
        {
            context.Abort();
            return;
        }

        var body = context.Request.Method == "GET" ? null : await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
        await Decide(context.Request.Method, (JsonObject?)body).ReplayAsync(context);
    }

    private Recording Decide(string method, JsonObject? body)
    {
        lock (_lock)
        {
            if (method == "POST")
            {
                return _lease is null ? Store(body!) : Recording.Read("13");
            }

            if (_lease is null)
            {
                return Recording.Read("09");
            }

            return method == "GET" ? new(200, "application/json", _lease.ToJsonString())
                : (string?)body!["metadata"]!["resourceVersion"] == (string?)_lease["metadata"]!["resourceVersion"] ? Store(body)
                : Recording.Read("14");
        }
    }

    private Recording Store(JsonObject lease)
    {
        _lease = (JsonObject)lease.DeepClone();
        _lease["metadata"]!["resourceVersion"] = $"{++_version}";
        return new(200, "application/json", _lease.ToJsonString());
    }
}
