using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace HaWebhook.Tests.Telemetry;

/// <summary>One ExportMetricsServiceRequest.</summary>
/// <param name="Resource">Attributes of whom the metrics are of.</param>
/// <param name="Metrics">Names of the metrics.</param>
internal sealed record OtlpExport(IReadOnlyDictionary<string, string> Resource, IReadOnlySet<string> Metrics);

/// <summary>A collector that takes metrics by OTLP over HTTP, as far as to see whose they are and what they are called.</summary>
internal sealed class OtlpCollector : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<OtlpExport> _exports = new();
    private int _requests;

    private OtlpCollector(WebApplication app) => _app = app;

    public Uri Endpoint => new(_app.Urls.Single());

    /// <summary>What it answers.</summary>
    public HttpStatusCode Status { get; set; } = HttpStatusCode.OK;

    public int Requests => Volatile.Read(ref _requests);

    public static async Task<OtlpCollector> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var collector = new OtlpCollector(builder.Build());
        collector._app.MapPost("/v1/metrics", collector.TakeAsync);
        await collector._app.StartAsync(TestContext.Current.CancellationToken);
        return collector;
    }

    /// <summary>Waits for an export that is as wanted.</summary>
    public async Task<OtlpExport> ExportAsync(Func<OtlpExport, bool> isWanted)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            if (_exports.FirstOrDefault(isWanted) is { } export)
            {
                return export;
            }

            await Task.Delay(20, deadline.Token);
        }
    }

    /// <summary>Waits until it was called so often.</summary>
    public async Task RequestsAsync(int count)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (Requests < count)
        {
            await Task.Delay(20, deadline.Token);
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        Interlocked.Increment(ref _requests);
        _exports.Enqueue(Read(body.ToArray()));
        context.Response.StatusCode = (int)Status;
        context.Response.ContentType = "application/x-protobuf";
    }

    /// <summary>ExportMetricsServiceRequest: resource_metrics = 1 of resource = 1 (attributes = 1) and scope_metrics = 2 (metrics = 2, name = 1).</summary>
    private static OtlpExport Read(byte[] request)
    {
        var attributes = new Dictionary<string, string>();
        var names = new HashSet<string>();
        foreach (var resourceMetrics in Fields(request, 1))
        {
            foreach (var attribute in Fields(resourceMetrics, 1).SelectMany(resource => Fields(resource, 1)))
            {
                attributes[Text(Fields(attribute, 1).Single())] = string.Concat(Fields(attribute, 2).SelectMany(value => Fields(value, 1)).Select(Text));
            }

            names.UnionWith(Fields(resourceMetrics, 2).SelectMany(scope => Fields(scope, 2)).Select(metric => Text(Fields(metric, 1).Single())));
        }

        return new(attributes, names);
    }

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    /// <summary>The length-delimited fields of a message that have this number.</summary>
    private static List<ReadOnlyMemory<byte>> Fields(ReadOnlyMemory<byte> message, int number)
    {
        List<ReadOnlyMemory<byte>> fields = [];
        while (!message.IsEmpty)
        {
            var key = Varint(ref message);
            var length = (key & 7) switch { 0 => Skipped(ref message), 1 => 8, 2 => (int)Varint(ref message), 5 => 4, _ => throw new InvalidDataException($"wire type {key & 7}") };
            if ((key & 7) == 2 && (int)(key >> 3) == number)
            {
                fields.Add(message[..length]);
            }

            message = message[length..];
        }

        return fields;
    }

    private static int Skipped(ref ReadOnlyMemory<byte> message)
    {
        Varint(ref message);
        return 0;
    }

    private static ulong Varint(ref ReadOnlyMemory<byte> message)
    {
        var value = 0ul;
        for (var shift = 0; ; shift += 7)
        {
            var part = message.Span[0];
            message = message[1..];
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }
    }
}
