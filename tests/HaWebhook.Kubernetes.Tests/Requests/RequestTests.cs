using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace HaWebhook.Kubernetes.Tests.Requests;

/// <summary>How a client asks, and what it does with an answer that is not what it hoped for.</summary>
public sealed class RequestTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ARequest_SaysWhoAsks()
    {
        string? agent = null;
        await using var server = await TestApiServer.StartAsync(context =>
        {
            agent = $"{context.Request.Headers.UserAgent} {context.Request.Headers.Accept}";
            return Recording.Read("01").ReplayAsync(context);
        });
        using var client = server.Client(new() { UserAgent = "ha-webhook/1.0" });

        await client.GetVersionAsync(Cancellation);

        Assert.Equal("ha-webhook/1.0 application/json", agent);
    }

    [Fact]
    public async Task TheServersTime_IsTheDateOfItsLastAnswer_AndWhatHasPassedSince()
    {
        var date = new DateTimeOffset(2031, 5, 6, 7, 8, 9, TimeSpan.Zero);
        await using var server = await TestApiServer.StartAsync(context =>
        {
            context.Response.Headers.Date = date.ToString("R", CultureInfo.InvariantCulture);
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });
        var clock = new ManualClock();
        using var client = server.Client(clock: clock);
        Assert.Null(client.ServerTime);

        await Assert.ThrowsAsync<KubernetesApiException>(() => client.GetVersionAsync(Cancellation));
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(date.AddSeconds(5), client.ServerTime);

        date = date.AddYears(-9);
        await Assert.ThrowsAsync<KubernetesApiException>(() => client.GetVersionAsync(Cancellation));
        Assert.Equal(date, client.ServerTime);
    }

    [Fact]
    public async Task AnApply_CanBeADryRun_AndTellsItsWarnings()
    {
        await using var server = await TestApiServer.StartAsync(context =>
        {
            context.Response.Headers.Append("Warning", "299 - \"policy: \\\"web\\\" runs in C:\\\\pods\"");
            context.Response.Headers.Append("Warning", "299 - \"größer\", 299 kube-apiserver \"the same header\"");
            context.Response.Headers.Append("Warning", "110 - \"stale\"");
            context.Response.Headers.Append("Warning", "nonsense");
            return context.Response.WriteAsync("{}");
        });
        using var client = server.Client();
        var warnings = new List<string>();

        await client.ApplyAsync(Kinds.Leases, "demo", "l1", "{}"u8.ToArray(), "test", Cancellation, force: true, dryRun: true, warned: warnings.Add);
        await client.ApplyAsync(Kinds.Leases, "demo", "l1", "{}"u8.ToArray(), "test", Cancellation);

        Assert.Equal(["policy: \"web\" runs in C:\\pods", "größer", "the same header"], warnings);
        const string path = "PATCH /apis/coordination.k8s.io/v1/namespaces/demo/leases/l1?fieldManager=test";
        Assert.Equal([path + "&force=true&dryRun=All", path], server.Requests);
    }

    [Fact]
    public async Task ARedirect_IsNotFollowed()
    {
        await using var server = await TestApiServer.StartAsync(context =>
        {
            context.Response.Redirect("https://127.0.0.1:1/");
            return Task.CompletedTask;
        });
        using var client = server.Client();

        var exception = await Assert.ThrowsAsync<KubernetesApiException>(() => client.GetVersionAsync(Cancellation));

        Assert.Equal("cannot get /version: the server gave no reason (302 Found)", exception.Message);
    }

    [Fact]
    public async Task AnErrorPage_BecomesOneBoundedLine()
    {
        await using var server = await TestApiServer.StartAsync(
            new Recording(502, "text/html", "<html>\r\n\u001b[31mBad gateway" + new string('x', 100_000)).ReplayAsync);
        using var client = server.Client();

        var exception = await Assert.ThrowsAsync<KubernetesApiException>(() => client.GetVersionAsync(Cancellation));

        Assert.StartsWith("cannot get /version: <html>   [31mBad gatewayxxx", exception.Message, StringComparison.Ordinal);
        Assert.EndsWith("x... (502 BadGateway)", exception.Message, StringComparison.Ordinal);
        Assert.InRange(exception.Message.Length, 1024, 1100);
    }

    [Theory]
    [InlineData("a/../../secrets/b", "/apis/apps/v1/namespaces/demo/deployments/a%2F..%2F..%2Fsecrets%2Fb")]
    [InlineData("a?x=y#z", "/apis/apps/v1/namespaces/demo/deployments/a%3Fx%3Dy%23z")]
    [InlineData("ä", "/apis/apps/v1/namespaces/demo/deployments/%C3%A4")]
    public async Task AName_CannotLeadElsewhere(string name, string path)
    {
        var seen = "";
        await using var server = await TestApiServer.StartAsync(context =>
        {
            seen = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
            return Recording.Read("23").ReplayAsync(context);
        });
        using var client = server.Client();

        await client.GetAsync(Kinds.Deployments, "demo", name, Cancellation);

        Assert.Equal(path, seen);
    }

    [Theory]
    [InlineData("..", "demo")]
    [InlineData(".", "demo")]
    [InlineData("", "demo")]
    [InlineData("a", "..")]
    [InlineData("a", null)]
    public async Task WhatIsNoName_IsRefused(string name, string? namespaceName)
    {
        await using var server = await TestApiServer.ReplayAsync("23");
        using var client = server.Client();

        await Assert.ThrowsAsync<ArgumentException>(() => client.GetAsync(Kinds.Deployments, namespaceName, name, Cancellation));
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task AServerBehindAPath_IsAskedBelowIt()
    {
        await using var server = await TestApiServer.ReplayAsync("01");
        using var client = server.Client(change: configuration => configuration.Host += "k8s/clusters/c-1");

        await client.GetVersionAsync(Cancellation);

        Assert.Equal(["GET /k8s/clusters/c-1/version"], server.Requests);
    }

    [Theory]
    [InlineData("{\"major\":\"1\",\"minor\":\"31+\",\"gitVersion\":\"v1.31.4-eks-1\"}", 31)]
    [InlineData("{\"major\":\"1\",\"minor\":\"x\"}", null)]
    [InlineData("[]", null)]
    [InlineData("null", null)]
    [InlineData("\"\\ud800\"", null)]
    [InlineData("", null)]
    public async Task AVersion_IsReadOrRefused(string answer, int? minor)
    {
        await using var server = await TestApiServer.StartAsync(new Recording(200, "application/json", answer).ReplayAsync);
        using var client = server.Client();

        if (minor is null)
        {
            await Assert.ThrowsAsync<InvalidDataException>(() => client.GetVersionAsync(Cancellation));
        }
        else
        {
            Assert.Equal(minor, (await client.GetVersionAsync(Cancellation)).Minor);
        }
    }

    [Fact]
    public async Task ADeletion_NamesWhatItMeans()
    {
        var body = "";
        await using var server = await TestApiServer.StartAsync(async context =>
        {
            body = await new StreamReader(context.Request.Body).ReadToEndAsync(context.RequestAborted);
            await context.Response.WriteAsync("{}", context.RequestAborted);
        });
        using var client = server.Client();

        await client.DeleteAsync(Kinds.Deployments, "demo", "d1", Cancellation, uid: "u", resourceVersion: "7");

        Assert.Equal(["DELETE /apis/apps/v1/namespaces/demo/deployments/d1"], server.Requests);
        Assert.Equal("""{"apiVersion":"v1","kind":"DeleteOptions","preconditions":{"uid":"u","resourceVersion":"7"}}""", body);
    }

    [Fact]
    public async Task Requests_AreCounted()
    {
        var counted = new ConcurrentQueue<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == KubernetesMetrics.MeterName)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value.ToString(CultureInfo.InvariantCulture), tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument, value is >= 0 and < 20 ? "some" : "bad", tags));
        listener.Start();
        await using var server = await TestApiServer.ReplayAsync("09");
        using var client = server.Client();
        var resource = new ResourceType("counted.io", "v1", "things");

        await Assert.ThrowsAsync<KubernetesApiException>(() => client.GetAsync(resource, "demo", "a", Cancellation));
        await server.DisposeAsync();
        await Assert.ThrowsAsync<HttpRequestException>(() => client.DeleteAsync(resource, "demo", "a", Cancellation));

        Assert.Equal(
            [
                "ha_webhook_kubernetes_requests_total 1 verb=get resource=things.counted.io code=404",
                "ha_webhook_kubernetes_request_duration_seconds some verb=get resource=things.counted.io",
                "ha_webhook_kubernetes_requests_total 1 verb=delete resource=things.counted.io code=error",
                "ha_webhook_kubernetes_request_duration_seconds some verb=delete resource=things.counted.io",
            ],
            counted.Where(line => line.Contains("counted.io", StringComparison.Ordinal)));

        void Note(Instrument instrument, string value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var text = new StringBuilder($"{instrument.Name} {value}");
            foreach (var (key, tag) in tags)
            {
                text.Append(CultureInfo.InvariantCulture, $" {key}={tag}");
            }

            counted.Enqueue(text.ToString());
        }
    }
}
