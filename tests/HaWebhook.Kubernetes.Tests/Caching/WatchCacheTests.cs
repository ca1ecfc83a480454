using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using HaWebhook.Kubernetes.Caching;
using Microsoft.AspNetCore.Http;

namespace HaWebhook.Kubernetes.Tests.Caching;

/// <summary>What a cache says of itself, and what it does with a server in a given state.</summary>
public sealed class WatchCacheTests
{
    private static readonly WatchCacheOptions _quick = new()
    {
        MinimumBackoff = TimeSpan.FromMilliseconds(1),
        MaximumBackoff = TimeSpan.FromMilliseconds(10),
        NotServedInterval = TimeSpan.FromMilliseconds(20),
    };

    private readonly LogLines<WatchCache<Widget>> _log = new();
    private readonly CheckingSink _sink = new();
    private readonly FakeKind _kind = new(new Random(1));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Objects_AreListedThenFollowed()
    {
        _kind.Put("a");
        _kind.Put("b");
        await using var running = await StartAsync(_kind.AnswerAsync);
        await running.Cache.WaitUntilSyncedAsync(Cancellation);

        Assert.Equal(["added a", "added b"], _sink.Changes);
        Assert.Equal(new WatchCacheStatus(true, true, null, null, 2), await running.Until(status => status.StaleSince is null));

        _kind.Put("a");
        _kind.Delete("b");
        _kind.Put("b");
        _kind.Put("c");
        await _sink.Until("added c");

        Assert.Equal(["added a", "added b", "updated a", "removed b", "added b", "added c"], _sink.Changes);
        Assert.Equal(_kind.Objects, _sink.Known.OrderBy(widget => widget.Name));
        Assert.Empty(_sink.Errors);
        Assert.Equal(["Information: 2 widgets.test.io known"], _log.All);
    }

    [Fact]
    public async Task AfterTheServerForgot_OnlyDifferencesAreTold()
    {
        _kind.Put("same");
        _kind.Put("changed");
        _kind.Put("deleted");
        _kind.Put("recreated");
        var isOpen = true;
        await using var running = await StartAsync(context => isOpen ? _kind.AnswerAsync(context) : Aborted(context));
        await running.Until(status => status is { IsSynced: true, StaleSince: null });

        isOpen = false;
        running.Server.CutConnections();
        await running.Until(status => status.StaleSince is not null);
        _kind.Put("changed");
        _kind.Delete("deleted");
        _kind.Delete("recreated");
        _kind.Put("recreated");
        _kind.Put("new");
        _kind.Forget();
        isOpen = true;
        await _sink.Until("added new");
        await running.Until(status => status.StaleSince is null);

        Assert.Empty(_sink.Errors);
        Assert.Equal(
            ["removed deleted", "updated changed", "added new", "removed recreated", "added recreated"],
            _sink.Changes.Skip(4));
    }

    [Fact]
    public async Task Watches_ThatAreCutAgainAndAgain_AreToldOnce()
    {
        _kind.Put("a");
        var watches = 0;
        await using var running = await StartAsync(async context =>
        {
            if (!context.Request.Query.ContainsKey("watch"))
            {
                await _kind.AnswerAsync(context);
                return;
            }

            Interlocked.Increment(ref watches);
            await context.Response.Body.FlushAsync(Cancellation);
            context.Abort();
        });

        await running.Until(_ => Volatile.Read(ref watches) >= 20);

        Assert.Single(_log.All, line => line.StartsWith("Warning: cut off from", StringComparison.Ordinal));
        Assert.InRange(_log.All.Count(line => line.EndsWith("again, 1 known", StringComparison.Ordinal)), 0, 1);
    }

    [Fact]
    public async Task AForbiddenList_IsNamedAndTriedAgain()
    {
        var isAllowed = false;
        await using var running = await StartAsync(
            context => isAllowed ? _kind.AnswerAsync(context) : Recording.Read("21").ReplayAsync(context));

        var status = await running.Until(status => status.LastError is not null);

        Assert.Equal((false, true, null), (status.IsSynced, status.IsServed, status.StaleSince));
        Assert.StartsWith("cannot list widgets.test.io: deployments.apps is forbidden: User ", status.LastError, StringComparison.Ordinal);
        isAllowed = true;
        _kind.Put("a");
        await running.Cache.WaitUntilSyncedAsync(Cancellation);
        status = await running.Until(status => status.StaleSince is null);
        Assert.Equal(new WatchCacheStatus(true, true, null, null, 1), status);
        Assert.Single(_log.All, line => line.StartsWith("Warning: cut off from widgets.test.io, going on with what is known: cannot list", StringComparison.Ordinal));
        Assert.Contains("Information: watching widgets.test.io again, 1 known", _log.All);
    }

    [Fact]
    public async Task AKindThatIsNotServed_IsEmptyAndFoundWhenItAppears()
    {
        _kind.IsServed = false;
        await using var running = await StartAsync(_kind.AnswerAsync);
        await running.Cache.WaitUntilSyncedAsync(Cancellation);

        Assert.Equal(new WatchCacheStatus(true, false, null, null, 0), running.Cache.Status);
        Assert.Equal(["GET /apis/test.io/v1/widgets?limit=500", "GET /apis/test.io/v1"], running.Server.Requests.Take(2));

        _kind.Put("a");
        _kind.IsServed = true;
        await _sink.Until("added a");
        Assert.True(running.Cache.Status.IsServed);

        _kind.IsServed = false;
        _kind.Forget();
        _kind.Put("b");
        running.Server.CutConnections();
        await _sink.Until("removed a");
        await running.Until(status => !status.IsServed);
        Assert.Equal(0, running.Cache.Status.Count);
        Assert.Empty(_sink.Errors);
    }

    [Fact]
    public async Task A404OfSomethingInBetween_DoesNotEmptyTheCache()
    {
        _kind.Put("a");
        var isBroken = false;
        await using var running = await StartAsync(context => isBroken && !context.Request.Path.Value!.EndsWith("/v1", StringComparison.Ordinal)
            ? Recording.Read("10").ReplayAsync(context)
            : _kind.AnswerAsync(context));
        await running.Until(status => status is { IsSynced: true, StaleSince: null });

        isBroken = true;
        running.Server.CutConnections();
        var status = await running.Until(status => status.LastError is { } error && error.Contains("cannot list", StringComparison.Ordinal));

        Assert.Equal("cannot list widgets.test.io: 404 page not found (404 NotFound)", status.LastError);
        Assert.Equal((true, true, 1), (status.IsSynced, status.IsServed, status.Count));
        Assert.NotNull(status.StaleSince);
        Assert.NotNull(running.Cache.Find("n1", "a"));
    }

    [Fact]
    public async Task AServerThatIsGone_LeavesWhatIsKnown()
    {
        _kind.Put("a");
        await using var running = await StartAsync(_kind.AnswerAsync);
        await running.Until(status => status is { IsSynced: true, StaleSince: null });
        var before = DateTimeOffset.UtcNow;

        await running.Server.DisposeAsync();
        var status = await running.Until(status => status.LastError is { } error && error.EndsWith("cannot be reached: Connection refused", StringComparison.Ordinal));

        Assert.Equal((true, 1), (status.IsSynced, status.Count));
        Assert.InRange(status.StaleSince!.Value, before.AddMinutes(-1), DateTimeOffset.UtcNow);
    }

    [Fact]
    public async Task ASilentWatch_IsCutAndResumedWhereItWas()
    {
        _kind.Put("a");
        var watches = 0;
        await using var running = await StartAsync(
            async context =>
            {
                if (context.Request.Query.ContainsKey("watch") && Interlocked.Increment(ref watches) == 1)
                {
                    await context.Response.Body.FlushAsync(context.RequestAborted);
                    await Task.Delay(Timeout.Infinite, context.RequestAborted);
                    return;
                }

                await _kind.AnswerAsync(context);
            },
            _quick with { Silence = TimeSpan.FromMilliseconds(200) });
        await running.Cache.WaitUntilSyncedAsync(Cancellation);

        _kind.Put("b");
        await _sink.Until("added b");

        Assert.Single(running.Server.Requests, request => request.Contains("limit=", StringComparison.Ordinal));
        Assert.Contains(_log.All, line => line.Contains("watch widgets.test.io: nothing came for 0.2 s, not even a bookmark", StringComparison.Ordinal));
    }

    [Fact]
    public async Task WhatTheReducerCannotRead_IsLeftOutAndSaid()
    {
        _kind.Put("good");
        _kind.Put("bad");
        _kind.Put("ignored");
        await using var running = await StartAsync(_kind.AnswerAsync, reduce: json => Widget.Read(json) switch
        {
            { Name: "bad" } => throw new FormatException("no widget"),
            { Name: "ignored" } => null,
            var widget => widget,
        });
        await running.Cache.WaitUntilSyncedAsync(Cancellation);

        Assert.Equal(["added good"], _sink.Changes);
        Assert.Contains("Error: left out n0/bad of widgets.test.io, which cannot be read (untold before it: 0): no widget", _log.All);
    }

    [Fact]
    public async Task ASinkThatThrows_StopsNothing()
    {
        _kind.Put("a");
        await using var running = await StartAsync(_kind.AnswerAsync, sink: new ThrowingSink());
        await running.Until(status => status is { IsSynced: true, StaleSince: null });

        Assert.Equal(1, running.Cache.Status.Count);
        Assert.Contains("Error: a change of n1/a of widgets.test.io was not taken (untold before it: 0)", _log.All);
    }

    [Fact]
    public async Task Restarts_AreCountedByReason()
    {
        var reasons = new ConcurrentQueue<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "ha_webhook_kubernetes_watch_restarts_total")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) => reasons.Enqueue(string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))));
        listener.Start();
        var resource = new ResourceType("test.io", "v1", "counted");
        var answers = new Queue<string>(["not json\n", Recording.Read("06").Body, "{\"type\":\"ADD"]);
        await using var running = await StartAsync(
            async context =>
            {
                if (!context.Request.Query.ContainsKey("watch"))
                {
                    await new Recording(200, "application/json", """{"metadata":{"resourceVersion":"5"},"items":[]}""").ReplayAsync(context);
                    return;
                }

                await context.Response.Body.FlushAsync(context.RequestAborted);
                await (answers.TryDequeue(out var answer) ? context.Response.WriteAsync(answer) : Task.Delay(Timeout.Infinite, context.RequestAborted));
            },
            resource: resource);
        await running.Until(status => answers.Count == 0 && status.StaleSince is null && status.LastError is null);

        Assert.Equal(
            ["resource=counted.test.io reason=garbage", "resource=counted.test.io reason=expired", "resource=counted.test.io reason=disconnected"],
            reasons.Where(reason => reason.Contains("counted", StringComparison.Ordinal)));
    }

    private static Task Aborted(HttpContext context)
    {
        context.Abort();
        return Task.CompletedTask;
    }

    private Task<RunningCache> StartAsync(
        Func<HttpContext, Task> answer,
        WatchCacheOptions? options = null,
        Func<ReadOnlyMemory<byte>, Widget?>? reduce = null,
        IWatchSink<Widget>? sink = null,
        ResourceType? resource = null) =>
        RunningCache.StartAsync(
            answer, client => new(client, resource ?? FakeKind.Widgets, reduce ?? Widget.Read, _log, sink ?? _sink, options ?? _quick));

    private sealed class ThrowingSink : IWatchSink<Widget>
    {
        public void Apply(in CacheChange<Widget> change) => throw new InvalidOperationException("no");
    }
}
