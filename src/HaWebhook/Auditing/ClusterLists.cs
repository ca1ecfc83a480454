using System.Globalization;
using HaWebhook.Checking;
using HaWebhook.Kubernetes;
using HaWebhook.Policy.Json;

namespace HaWebhook.Auditing;

/// <summary>Lists what an audit needs, page by page, and notes what cannot be had instead of giving up.</summary>
/// <param name="client">The API server.</param>
/// <param name="namespaces">The only namespaces; empty for all.</param>
/// <param name="progress">Is told how far it has come.</param>
internal sealed class ClusterLists(KubernetesClient client, IReadOnlyList<string> namespaces, ProgressLine progress)
{
    /// <summary>Objects that cannot be read past these are only counted.</summary>
    private const int MostErrors = 100;

    /// <summary>What the client calls all namespaces.</summary>
    private static readonly string?[] _allNamespaces = [null];

    private readonly List<AuditGap> _gaps = [];
    private readonly List<CheckError> _errors = [];
    private int _read;
    private int _unread;

    /// <summary>What could not be listed.</summary>
    public List<AuditGap> Gaps => _gaps;

    /// <summary>Objects that could not be read.</summary>
    public IEnumerable<CheckError> Errors => _unread <= MostErrors
        ? _errors
        : _errors.Append(new("", 0, string.Create(CultureInfo.InvariantCulture, $"{_unread - MostErrors:N0} more objects cannot be read"))
        {
            Count = _unread - MostErrors,
        });

    /// <summary>How many lists of kinds that live in namespaces have come.</summary>
    public int Listed { get; private set; }

    /// <summary>The objects of a kind in the namespaces that are audited.</summary>
    /// <param name="resource">The kind.</param>
    /// <param name="read">Makes something of an object; null for nothing.</param>
    /// <param name="consequence">What is not known without them.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <param name="isOptional">Whether it is no gap where the kind is not served.</param>
    /// <param name="everywhere">Whether all namespaces matter, whichever are audited.</param>
    /// <returns>The objects, and whether these are all.</returns>
    public async Task<(List<T> Items, bool IsWhole)> ListAsync<T>(
        ResourceType resource,
        Func<ReadOnlyMemory<byte>, T?> read,
        string consequence,
        CancellationToken cancellation,
        bool isOptional = false,
        bool everywhere = false)
        where T : class
    {
        var items = new List<T>();
        var isWhole = true;
        var unread = _unread;
        var isAll = namespaces.Count == 0 || everywhere || !resource.IsNamespaced;
        foreach (var name in isAll ? _allNamespaces : (IEnumerable<string?>)namespaces)
        {
            try
            {
                var list = await client.ListAsync(resource, name, json => Read(resource, json, read), cancellation);
                items.AddRange(list.Items.OfType<T>());
                Listed += resource.IsNamespaced ? 1 : 0;
            }
            catch (Exception exception) when (exception is KubernetesApiException or HttpRequestException or IOException or TimeoutException or InvalidDataException)
            {
                isWhole = false;
                if (exception is not KubernetesApiException { IsNotFound: true } || !isOptional)
                {
                    _gaps.Add(GapOf(resource, name, exception, consequence));
                }
            }
        }

        if (_unread > unread)
        {
            _gaps.Add(GapOfUnread(resource, _unread - unread));
        }

        return (items, isWhole);
    }

    private static AuditGap GapOfUnread(ResourceType resource, int count) => new(
        string.Create(CultureInfo.InvariantCulture, $"{count:N0} {(count == 1 ? "object" : "objects")} of {resource}"),
        $"{(count == 1 ? "It is" : "They are")} not of the form that Kubernetes gives, as the errors tell.",
        $"{(count == 1 ? "It is" : "They are")} left out, and what hangs on {(count == 1 ? "it" : "them")} is not known.",
        "Correct what the errors name.");

    /// <summary>Something that could not be had.</summary>
    /// <param name="resource">The kind.</param>
    /// <param name="namespaceName">The namespace; null for all, and for kinds that have none.</param>
    /// <param name="exception">Why.</param>
    /// <param name="consequence">What is not known for want of it.</param>
    /// <param name="verb">What was tried.</param>
    public static AuditGap GapOf(ResourceType resource, string? namespaceName, Exception exception, string consequence, string verb = "list")
    {
        var rule = $"{{apiGroups: [{(resource.Group.Length == 0 ? "\"\"" : resource.Group)}], resources: [{resource.Plural}], verbs: [{verb}]}}";
        var fix = exception switch
        {
            KubernetesApiException { Code: 403 } when namespaceName is not null =>
                $"Add to a Role in namespace {namespaceName}, bound to the user, the rule {rule}.",
            KubernetesApiException { Code: 403 } when resource.IsNamespaced =>
                $"Add to a ClusterRole, bound to the user, the rule {rule}; or audit only namespaces that the user may read: --namespace.",
            KubernetesApiException { Code: 403 } => $"Add to a ClusterRole, bound to the user, the rule {rule}.",
            KubernetesApiException { IsNotFound: true } => "Ask whether the API server serves this version: kubectl api-resources.",
            _ => "Try again.",
        };
        return new(
            namespaceName is null ? resource.ToString() : $"{resource} in namespace {namespaceName}",
            SentenceOf(exception.Message),
            consequence,
            fix);
    }

    private T? Read<T>(ResourceType resource, ReadOnlyMemory<byte> json, Func<ReadOnlyMemory<byte>, T?> read)
        where T : class
    {
        progress.Show(++_read, "objects read");
        try
        {
            return read(json);
        }
        catch (MalformedJsonException exception)
        {
            if (++_unread <= MostErrors)
            {
                _errors.Add(new("", 0, $"an object of {resource} cannot be read: {exception.Message}"));
            }

            return null;
        }
    }

    private static string SentenceOf(string text) => text.Length == 0 ? "" : $"{char.ToUpperInvariant(text[0])}{text[1..]}{(text.EndsWith('.') ? "" : ".")}";
}
