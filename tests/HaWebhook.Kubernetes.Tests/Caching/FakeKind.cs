using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace HaWebhook.Kubernetes.Tests.Caching;

/// <summary>The widgets of a server that knows what it does, and on request misbehaves at random in every way that servers and networks do.</summary>
internal sealed class FakeKind(Random random)
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, string> _objects = new(StringComparer.Ordinal);
    private readonly List<(long Version, string Type, string Json)> _log = [];
    private readonly Dictionary<long, string[]> _snapshots = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _version = 100;
    private long _forgotten;

    public static ResourceType Widgets { get; } = new("test.io", "v1", "widgets");

    /// <summary>Whether requests may fail.</summary>
    public bool IsMisbehaving { get; set; }

    /// <summary>Whether the kind is served at all.</summary>
    public bool IsServed { get; set; } = true;

    /// <summary>The state of each object: its name, uid and resourceVersion.</summary>
    public IReadOnlyList<Widget> Objects
    {
        get
        {
            lock (_lock)
            {
                return [.. _objects.Values.Select(json => Widget.Read(Encoding.UTF8.GetBytes(json))!)];
            }
        }
    }

    /// <summary>Creates the object, or changes it.</summary>
    public void Put(string name)
    {
        lock (_lock)
        {
            var known = _objects.TryGetValue(name, out var json) ? Widget.Read(Encoding.UTF8.GetBytes(json)) : null;
            Happen(known is null ? "ADDED" : "MODIFIED", name, known?.Uid ?? Guid.NewGuid().ToString());
        }
    }

    /// <summary>Deletes the object, where there is one.</summary>
    public void Delete(string name)
    {
        lock (_lock)
        {
            if (_objects.TryGetValue(name, out var json))
            {
                Happen("DELETED", name, Widget.Read(Encoding.UTF8.GetBytes(json))!.Uid);
            }
        }
    }

    /// <summary>Forgets what happened before now: watches from then on are told 410.</summary>
    public void Forget()
    {
        lock (_lock)
        {
            _forgotten = _version;
            _log.Clear();
            _snapshots.Clear();
        }
    }

    public Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        if (!IsServed)
        {
            return new Recording(404, "text/plain; charset=utf-8", "404 page not found\n").ReplayAsync(context);
        }

        return path == "/apis/test.io/v1" ? Json(context, 200, """{"kind":"APIResourceList","resources":[{"name":"widgets"}]}""")
            : context.Request.Query.ContainsKey("watch") ? WatchAsync(context)
            : ListAsync(context);
    }

    private void Happen(string type, string name, string uid)
    {
        _version++;
        var json = $$$"""{"metadata":{"name":"{{{name}}}","namespace":"n{{{name.Length % 3}}}","uid":"{{{uid}}}","resourceVersion":"{{{_version}}}"},"spec":{"a":[1,{"b":"}"}]}}""";
        _objects.Remove(name);
        if (type != "DELETED")
        {
            _objects[name] = json;
        }

        _log.Add((_version, type, json));
        var changed = _changed;
        _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        changed.SetResult();
    }

    private async Task ListAsync(HttpContext context)
    {
        var limit = Number(context, "limit") is > 0 and var given ? (int)given : int.MaxValue;
        var token = context.Request.Query["continue"].ToString();
        var fault = IsMisbehaving ? Pick(16) : -1;
        switch (fault)
        {
            case 0:
                await Status(context, 503, "ServiceUnavailable");
                return;
            case 1:
                await Json(context, 200, "<html>proxy</html>");
                return;
            case 2:
                await Status(context, 403, "Forbidden");
                return;
            case 3:
                await new Recording(404, "text/plain", "404 page not found\n").ReplayAsync(context);
                return;
            case 4 when token.Length > 0:
                await Status(context, 410, "Expired");
                return;
            case 5 when token.Length > 0:
                await Json(context, 200, """{"kind":"WidgetList","metadata":{"resourceVersion":"1"},"items":[]}""");
                return;
        }

        var (body, isKnown) = Page(token, limit);
        if (!isKnown)
        {
            await Status(context, 410, "Expired");
            return;
        }

        if (fault is 6 or 7)
        {
            await context.Response.WriteAsync(body[..(body.Length / 2)], context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            context.Abort();
            return;
        }

        await Json(context, 200, body);
    }

    private (string Body, bool IsKnown) Page(string token, int limit)
    {
        lock (_lock)
        {
            var (version, start) = (_version, 0);
            if (token.Length > 0)
            {
                var parts = token.Split(':');
                (version, start) = (long.Parse(parts[0], CultureInfo.InvariantCulture), int.Parse(parts[1], CultureInfo.InvariantCulture));
            }
            else
            {
                _snapshots[version] = [.. _objects.Values];
            }

            if (!_snapshots.TryGetValue(version, out var all))
            {
                return ("", false);
            }

            var items = all.Skip(start).Take(limit).ToList();
            var next = start + items.Count < all.Length ? $$""","continue":"{{version}}:{{start + items.Count}}" """ : "";
            var metadata = $$"""{"resourceVersion":"{{version}}"{{next}} }""";
            return ($$"""{"kind":"WidgetList","metadata":{{metadata}},"items":[{{string.Join(",\n", items)}}]}""", true);
        }
    }

    private async Task WatchAsync(HttpContext context)
    {
        var version = Number(context, "resourceVersion");
        var fault = IsMisbehaving ? Pick(14) : -1;
        var faultAfter = Pick(6);
        if (fault == 0)
        {
            await Status(context, 500, "InternalError");
            return;
        }

        if (fault == 1)
        {
            context.Response.Headers.RetryAfter = "0";
            await Status(context, 429, "TooManyRequests");
            return;
        }

        if (version < _forgotten && Pick(2) == 0)
        {
            await Status(context, 410, "Expired");
            return;
        }

        context.Response.ContentType = "application/json";
        await context.Response.Body.FlushAsync(context.RequestAborted);
        while (!context.RequestAborted.IsCancellationRequested)
        {
            var (events, changed) = Since(version);
            if (events is null)
            {
                await Write(context, """{"type":"ERROR","object":{"kind":"Status","message":"too old","reason":"Expired","code":410}}""");
                return;
            }

            foreach (var (next, type, json) in events)
            {
                if (fault is >= 2 and <= 6 && faultAfter-- <= 0)
                {
                    await FailAsync(context, fault, $$"""{"type":"{{type}}","object":{{json}} }""");
                    return;
                }

                await Write(context, $$"""{"type":"{{type}}","object":{{json}} }""");
                version = next;
            }

            if (Pick(3) == 0)
            {
                await Write(context, $$$"""{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"{{{version}}}"} } }""");
            }

            await changed.WaitAsync(context.RequestAborted);
        }
    }

    private static async Task FailAsync(HttpContext context, int fault, string line)
    {
        switch (fault)
        {
            case 2:
                // Cut in the middle of an event.
                await context.Response.WriteAsync(line[..(line.Length / 2)], context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                context.Abort();
                break;
            case 3:
                // Open and silent.
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
                break;
            case 4:
                await Write(context, line.Replace("\"object\"", "object", StringComparison.Ordinal));
                break;
            case 5:
                await Write(context, """{"type":"ERROR","object":{"kind":"Status","message":"too old","reason":"Expired","code":410}}""");
                break;
            case 6:
                // Ends as if the event were whole, and half of it is missing.
                await context.Response.WriteAsync(line[..(line.Length / 2)], context.RequestAborted);
                break;
        }
    }

    private (List<(long Version, string Type, string Json)>? Events, Task Changed) Since(long version)
    {
        lock (_lock)
        {
            return (version < _forgotten ? null : [.. _log.Where(entry => entry.Version > version)], _changed.Task);
        }
    }

    private int Pick(int count)
    {
        lock (_lock)
        {
            return random.Next(count);
        }
    }

    private static long Number(HttpContext context, string name) =>
        long.TryParse(context.Request.Query[name], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static async Task Write(HttpContext context, string line)
    {
        await context.Response.WriteAsync(line + "\n", context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }

    private static Task Status(HttpContext context, int code, string reason) =>
        Json(context, code, $$"""{"kind":"Status","status":"Failure","message":"as a test wants","reason":"{{reason}}","code":{{code}} }""");

    private static Task Json(HttpContext context, int code, string body) => new Recording(code, "application/json", body).ReplayAsync(context);
}
