using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net.Mime;
using System.Runtime.CompilerServices;
using System.Text.Json;
using HaWebhook.Kubernetes.Connection;
using HaWebhook.Kubernetes.Json;

namespace HaWebhook.Kubernetes;

/// <summary>
/// A client of one API server, on top of the KubernetesClient package. It knows no kinds: objects are JSON, and what to make of them is the caller's
/// business.
/// </summary>
/// <remarks>
/// The package finds and shows credentials and makes connections. Its typed models are passed by: they would hold each object of a cluster whole,
/// and lose the fields that they do not know.
///
/// Safe for use by many at once. Every method throws <see cref="KubernetesApiException"/> where the server refuses,
/// <see cref="HttpRequestException"/> or <see cref="IOException"/> where it cannot be reached, <see cref="TimeoutException"/> where it takes too
/// long,
/// <see cref="InvalidDataException"/> where its answer makes no sense, <see cref="KubernetesConfigurationException"/> where there is no credential,
/// <see cref="OperationCanceledException"/> where the caller cancels and <see cref="ArgumentException"/> for a name that cannot be one.
/// </remarks>
public sealed partial class KubernetesClient : IDisposable
{
    private readonly ApiTransport _transport;

    /// <summary>Makes a client. Nothing is sent before it is asked for something.</summary>
    /// <param name="connection">Which server, and as whom.</param>
    /// <param name="clock">Measures time and waits.</param>
    /// <param name="options">How patient to be; null for the defaults.</param>
    /// <param name="meters">Makes the meter of its measurements; null for one that belongs to nobody in particular.</param>
    public KubernetesClient(KubernetesConnection connection, TimeProvider clock, KubernetesClientOptions? options = null, IMeterFactory? meters = null)
    {
        Connection = connection;
        Metrics = new KubernetesMetrics(meters);
        _transport = new ApiTransport(connection, options ?? new(), Metrics, clock);
    }

    /// <summary>Which server, and as whom.</summary>
    public KubernetesConnection Connection { get; }

    /// <summary>What time it is by the server: the <c>Date</c> of its last answer, and what has passed since; null before the first.</summary>
    /// <remarks>To the second. A wall clock that jumps here does not change it.</remarks>
    public DateTimeOffset? ServerTime => _transport.ServerTime;

    internal KubernetesMetrics Metrics { get; }

    internal TimeProvider Clock => _transport.Clock;

    /// <summary>Reads an object.</summary>
    /// <param name="resource">Its kind.</param>
    /// <param name="namespaceName">Its namespace; null for kinds that have none.</param>
    /// <param name="name">Its name.</param>
    /// <param name="cancellation">Cancels the call.</param>
    /// <param name="subresource">A part of it, such as scale; null for the object itself.</param>
    /// <returns>The object as JSON.</returns>
    public Task<ReadOnlyMemory<byte>> GetAsync(
        ResourceType resource, string? namespaceName, string name, CancellationToken cancellation, string? subresource = null) =>
        SendAsync(new("get", resource, resource.ObjectPath(namespaceName, name, subresource)), cancellation);

    /// <summary>Lists objects, page by page, as they were at one moment.</summary>
    /// <typeparam name="T">What to keep of an object.</typeparam>
    /// <param name="resource">Their kind.</param>
    /// <param name="namespaceName">Their namespace; null for all namespaces.</param>
    /// <param name="read">
    /// Makes something of an object's JSON, which is only valid during the call and as a rule lacks apiVersion and kind. Called again for the
    /// same objects
    /// where the server loses track of its pages and the list starts anew.
    /// </param>
    /// <param name="cancellation">Cancels the call.</param>
    /// <param name="options">What to list; null for everything.</param>
    public async Task<ResourceList<T>> ListAsync<T>(
        ResourceType resource, string? namespaceName, Func<ReadOnlyMemory<byte>, T> read, CancellationToken cancellation, ListOptions? options = null)
    {
        options ??= new();
        return await TryListAsync(resource, namespaceName, read, options, cancellation)

            // The pages took so long that the server forgot the moment they are of. The whole list at once has no pages to lose.
            ?? await TryListAsync(resource, namespaceName, read, options with { PageSize = 0 }, cancellation)
            ?? throw new InvalidDataException($"cannot list {resource}: the server sends pages of different moments");
    }

    /// <summary>
    /// Watches objects until the server ends the watch, which is no error: watch on from the last resourceVersion. An ERROR event of the server
    /// is thrown as
    /// the exception that it would have been as an answer, so that 410 looks the same in both shapes
    /// (<see cref="KubernetesApiException.IsExpired"/>).
    /// </summary>
    /// <param name="resource">Their kind.</param>
    /// <param name="namespaceName">Their namespace; null for all namespaces.</param>
    /// <param name="options">From when, and for how long.</param>
    /// <param name="cancellation">Ends the watch.</param>
    /// <param name="connected">Called once when the server has accepted the watch; null for nothing.</param>
    /// <exception cref="TimeoutException">The server accepted no watch, or was silent for too long.</exception>
    public async IAsyncEnumerable<WatchEvent> WatchAsync(
        ResourceType resource,
        string? namespaceName,
        WatchOptions options,
        [EnumeratorCancellation] CancellationToken cancellation,
        Action? connected = null)
    {
        var request = new ApiRequest("watch", resource, resource.CollectionPath(namespaceName) + QueryOf(options));
        using var response = await _transport.OpenAsync(request, cancellation);
        using var buffer = new StreamBuffer(await response.Content.ReadAsStreamAsync(cancellation));
        connected?.Invoke();
        using var patience = new Patience(options.Silence ?? Timeout.InfiniteTimeSpan, Clock, cancellation);
        await foreach (var happened in new WatchReader(buffer, FillAsync).ReadAsync(request.ToString(), cancellation))
        {
            yield return happened;
        }

        async ValueTask FillAsync(int count)
        {
            // The clock only runs while something is waited for: the caller may take its time with an event.
            patience.Resume();
            try
            {
                await buffer.FillAsync(count, patience.Token);
            }
            catch (OperationCanceledException) when (patience.IsOver)
            {
                throw new TimeoutException($"{request}: nothing came for {options.Silence?.TotalSeconds:0.###} s, not even a bookmark");
            }

            patience.Pause();
        }
    }

    /// <summary>Creates an object.</summary>
    /// <param name="resource">Its kind.</param>
    /// <param name="namespaceName">Its namespace; null for kinds that have none.</param>
    /// <param name="body">The object as JSON, with apiVersion and kind.</param>
    /// <param name="cancellation">Cancels the call; the object may have been created all the same.</param>
    /// <returns>The object as the server stored it.</returns>
    /// <exception cref="KubernetesApiException">It is there already (<see cref="KubernetesApiException.IsAlreadyExists"/>), or another
    /// refusal.</exception>
    public Task<ReadOnlyMemory<byte>> CreateAsync(
        ResourceType resource, string? namespaceName, ReadOnlyMemory<byte> body, CancellationToken cancellation) =>
        SendAsync(new("create", resource, resource.CollectionPath(namespaceName)) { Body = body, ContentType = MediaTypeNames.Application.Json }, cancellation);

    /// <summary>Replaces an object. With its metadata.resourceVersion nobody else's change is overwritten; without, whatever is there is.</summary>
    /// <param name="resource">Its kind.</param>
    /// <param name="namespaceName">Its namespace; null for kinds that have none.</param>
    /// <param name="name">Its name.</param>
    /// <param name="body">The whole object as JSON.</param>
    /// <param name="cancellation">Cancels the call.</param>
    /// <param name="subresource">A part of it, such as scale; null for the object itself.</param>
    /// <returns>The object as the server stored it.</returns>
    /// <exception cref="KubernetesApiException">The resourceVersion is not the current one (<see cref="KubernetesApiException.IsConflict"/>), or
    /// another refusal.</exception>
    public Task<ReadOnlyMemory<byte>> UpdateAsync(
        ResourceType resource, string? namespaceName, string name, ReadOnlyMemory<byte> body, CancellationToken cancellation, string? subresource = null) =>
        SendAsync(
            new("update", resource, resource.ObjectPath(namespaceName, name, subresource)) { Body = body, ContentType = MediaTypeNames.Application.Json },
            cancellation);

    /// <summary>Sets the fields that the body names, and drops those that it named the last time and no longer does: server-side apply.</summary>
    /// <param name="resource">Its kind.</param>
    /// <param name="namespaceName">Its namespace; null for kinds that have none.</param>
    /// <param name="name">Its name.</param>
    /// <param name="body">The fields as JSON, with apiVersion, kind and metadata.name.</param>
    /// <param name="fieldManager">Who owns the fields from now on; one name for each purpose.</param>
    /// <param name="cancellation">Cancels the call.</param>
    /// <param name="force">Whether to take over fields that somebody else owns.</param>
    /// <param name="dryRun">Whether everything is done but storing it: admission webhooks are asked, and defaults and validation apply.</param>
    /// <param name="warned">Called for each warning that comes with the object; null for nobody.</param>
    /// <returns>The object as the server stored it, or would have.</returns>
    /// <exception cref="KubernetesApiException">Somebody else owns a field (<see cref="KubernetesApiException.IsConflict"/>), or another
    /// refusal.</exception>
    public Task<ReadOnlyMemory<byte>> ApplyAsync(
        ResourceType resource,
        string? namespaceName,
        string name,
        ReadOnlyMemory<byte> body,
        string fieldManager,
        CancellationToken cancellation,
        bool force = false,
        bool dryRun = false,
        Action<string>? warned = null)
    {
        var query = new QueryText().Add("fieldManager", fieldManager).Add("force", force ? "true" : null).Add("dryRun", dryRun ? "All" : null);
        return SendAsync(
            new("patch", resource, resource.ObjectPath(namespaceName, name) + query)
            {
                Body = body,
                ContentType = "application/apply-patch+yaml",
                Warned = warned,
            },
            cancellation);
    }

    /// <summary>Deletes an object.</summary>
    /// <param name="resource">Its kind.</param>
    /// <param name="namespaceName">Its namespace; null for kinds that have none.</param>
    /// <param name="name">Its name.</param>
    /// <param name="cancellation">Cancels the call.</param>
    /// <param name="uid">Only this object, and no later one of the same name; null for whichever is there.</param>
    /// <param name="resourceVersion">Only this state of it; null for any.</param>
    public Task DeleteAsync(
        ResourceType resource, string? namespaceName, string name, CancellationToken cancellation, string? uid = null, string? resourceVersion = null)
    {
        var options = new DeleteOptions("v1", "DeleteOptions", new(uid, resourceVersion));
        return SendAsync(
            new("delete", resource, resource.ObjectPath(namespaceName, name))
            {
                Body = JsonSerializer.SerializeToUtf8Bytes(options, WireJson.Default.DeleteOptions),
                ContentType = MediaTypeNames.Application.Json,
            },
            cancellation);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _transport.Dispose();
        Metrics.Dispose();
    }

    /// <summary>The list; null where its pages are not of one moment.</summary>
    private async Task<ResourceList<T>?> TryListAsync<T>(
        ResourceType resource, string? namespaceName, Func<ReadOnlyMemory<byte>, T> read, ListOptions options, CancellationToken cancellation)
    {
        var items = new List<T>();
        ListMeta? first = null;
        string? next = null;
        do
        {
            var query = new QueryText()
                .Add("limit", options.PageSize > 0 ? options.PageSize.ToString(CultureInfo.InvariantCulture) : null)
                .Add("continue", next)
                .Add("labelSelector", options.LabelSelector)
                .Add("fieldSelector", options.FieldSelector);
            ListMeta page;
            try
            {
                page = await _transport.SendAsync(new("list", resource, resource.CollectionPath(namespaceName) + query), ReadPageAsync, cancellation);
            }
            catch (KubernetesApiException exception) when (exception.IsExpired && next is not null)
            {
                return null;
            }

            first ??= page;
            if (page.ResourceVersion != first.ResourceVersion)
            {
                // Some servers answer a forgotten token not with 410 but with an empty page of that other moment.
                return null;
            }

            next = page.Continue;
        }
        while (!string.IsNullOrEmpty(next));
        return new(items, first.ResourceVersion ?? "");

        async Task<ListMeta> ReadPageAsync(Stream stream, CancellationToken token)
        {
            using var buffer = new StreamBuffer(stream);
            return await new ListReader(buffer, item => items.Add(read(item))).ReadAsync(token);
        }
    }

    private Task<ReadOnlyMemory<byte>> SendAsync(ApiRequest request, CancellationToken cancellation)
    {
        return _transport.SendAsync<ReadOnlyMemory<byte>>(
            request,
            async (stream, token) =>
            {
                var body = new MemoryStream();
                await stream.CopyToAsync(body, token);
                return body.GetBuffer().AsMemory(0, (int)body.Length);
            },
            cancellation);
    }

    private static T Read<T>(ReadOnlyMemory<byte> answer, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type, string what)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(answer.Span, type) ?? throw new InvalidDataException($"{what}: the server answered null");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"{what}: the server's answer makes no sense: {exception.Message}", exception);
        }
    }

    private static QueryText QueryOf(WatchOptions options) => new QueryText()
        .Add("watch", "1")
        .Add("allowWatchBookmarks", "true")
        .Add("resourceVersion", options.ResourceVersion)
        .Add("timeoutSeconds", options.Timeout is { } time ? ((long)time.TotalSeconds).ToString(CultureInfo.InvariantCulture) : null)
        .Add("sendInitialEvents", options.SendInitialEvents ? "true" : null)
        .Add("resourceVersionMatch", options.SendInitialEvents ? "NotOlderThan" : null)
        .Add("labelSelector", options.LabelSelector)
        .Add("fieldSelector", options.FieldSelector);
}
