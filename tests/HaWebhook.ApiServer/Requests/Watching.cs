using System.Text;
using System.Text.Json.Nodes;
using HaWebhook.ApiServer.Storage;

namespace HaWebhook.ApiServer.Requests;

/// <summary>A watch: what is there (where asked for), then every write as it comes, bookmarks between, until its time is up.</summary>
internal sealed class Watching(ObjectStore store, Faults faults)
{
    /// <summary>Where a watch begins: null for "with what is there".</summary>
    /// <exception cref="ApiException">The version is to come, or (as <see cref="Faults.ExpiredWatches"/> says) too old.</exception>
    public long? Begin(ApiRequest request)
    {
        if (request.Flag("sendInitialEvents") && request.Query["resourceVersionMatch"] != "NotOlderThan")
        {
            throw new ApiException(422, "Invalid", "ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Forbidden: "
                + "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
        }

        var version = request.Number("resourceVersion");
        if (version > store.Version)
        {
            throw Reads.TooLarge(version.Value);
        }

        var fromNow = version is null or 0 || request.Flag("sendInitialEvents");
        return fromNow ? null
            : version < store.Oldest && faults.ExpiredWatches == Expiry.HttpStatus ? throw TooOld(version.Value)
            : version;
    }

    /// <summary>Writes events until the watch's time is up or the client has gone.</summary>
    public async Task RunAsync(
        ApiRequest request, long? from, bool metadataOnly, Func<ReadOnlyMemory<byte>, Task> write, CancellationToken cancellation)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        // Zero means none, as in the real server; it ends every watch after a while.
        ending.CancelAfter(TimeSpan.FromSeconds(request.Number("timeoutSeconds") is > 0 and var seconds ? seconds : 1800));
        var selects = Selectors.Of(request);
        var bookmarks = request.Flag("allowWatchBookmarks");
        var version = from ?? await InitialAsync(request, selects, bookmarks, metadataOnly, write);
        try
        {
            var nextBookmark = Task.Delay(faults.BookmarkInterval, ending.Token);
            while (!ending.IsCancellationRequested)
            {
                if (store.After(version) is not var (events, newest, changed))
                {
                    await write(Line("ERROR", Encoding.UTF8.GetBytes(TooOld(version).ToStatus().ToJsonString(Json.Options))));
                    return;
                }

                await faults.WhileStalledAsync(ending.Token);
                foreach (var written in events.Where(written => written.After.Kind == request.Kind.Stored))
                {
                    if (Shown(request, written, selects, metadataOnly) is { } line)
                    {
                        await write(line);
                    }
                }

                version = newest;
                var woken = await Task.WhenAny(changed, nextBookmark, Task.Delay(Timeout.Infinite, ending.Token));
                if (woken == nextBookmark && bookmarks && !ending.IsCancellationRequested)
                {
                    await write(Bookmark(request, version, initial: false));
                    nextBookmark = Task.Delay(faults.BookmarkInterval, ending.Token);
                }
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // The watch's own time is up, while it was stalled.
        }

        if (bookmarks && !cancellation.IsCancellationRequested && !faults.StallWatches)
        {
            await write(Bookmark(request, version, initial: false));
        }
    }

    private async Task<long> InitialAsync(
        ApiRequest request, Func<StoredObject, bool> selects, bool bookmarks, bool metadataOnly, Func<ReadOnlyMemory<byte>, Task> write)
    {
        var (objects, version) = store.List(request.Kind);
        foreach (var stored in objects.Where(selects))
        {
            await write(Line("ADDED", metadataOnly ? stored.MetadataOnly() : stored.Whole(request.Kind)));
        }

        if (bookmarks && request.Flag("sendInitialEvents"))
        {
            await write(Bookmark(request, version, initial: true));
        }

        return version;
    }

    // An object that comes into a selector is added to it, one that leaves it is deleted from it.
    private static byte[]? Shown(ApiRequest request, StoreEvent written, Func<StoredObject, bool> selects, bool metadataOnly)
    {
        var before = written.Before is { } old && selects(old);
        var after = !written.Deleted && selects(written.After);
        var type = (before, after) switch
        {
            (false, true) => "ADDED",
            (true, true) => "MODIFIED",
            (true, false) => "DELETED",
            _ => null,
        };
        return type is null ? null : Line(type, metadataOnly ? written.After.MetadataOnly() : written.After.Whole(request.Kind));
    }

    private static byte[] Bookmark(ApiRequest request, long version, bool initial)
    {
        var metadata = new JsonObject { ["resourceVersion"] = version.ToString(System.Globalization.CultureInfo.InvariantCulture) };
        if (initial)
        {
            metadata["annotations"] = new JsonObject { ["k8s.io/initial-events-end"] = "true" };
        }

        var bookmark = new JsonObject { ["kind"] = request.Kind.Kind, ["apiVersion"] = request.Kind.ApiVersion, ["metadata"] = metadata };
        foreach (var (name, value) in request.Kind.NewEmpty())
        {
            bookmark[name] = value?.DeepClone();
        }

        return Line("BOOKMARK", Encoding.UTF8.GetBytes(bookmark.ToJsonString(Json.Options)));
    }

    private ApiException TooOld(long version) => ApiException.Expired($"too old resource version: {version} ({store.Oldest})");

    private static byte[] Line(string type, byte[] value)
        => [.. Encoding.UTF8.GetBytes($$"""{"type":"{{type}}","object":"""), .. value, (byte)'}', (byte)'\n'];
}
