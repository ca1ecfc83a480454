using System.Collections.Concurrent;

namespace HaWebhook.ApiServer;

/// <summary>A request that was answered or refused.</summary>
/// <param name="Verb">The verb as in a role: <c>list</c>, <c>watch</c>, <c>patch</c>; <c>get</c> for what is no resource, such as <c>/version</c>.</param>
/// <param name="Resource">The resource with its subresource, such as <c>deployments/scale</c>; empty for what is none.</param>
/// <param name="Path">The path and query.</param>
/// <param name="User">The user's name; empty where the credentials were not good.</param>
/// <param name="Status">The HTTP status.</param>
public sealed record RequestRecord(string Verb, string Resource, string Path, string User, int Status);

/// <summary>Every request since the server started, in the order in which they were answered (a watch: begun).</summary>
public sealed class RequestLog
{
    private readonly ConcurrentQueue<RequestRecord> _records = [];

    /// <summary>All of them.</summary>
    public IReadOnlyList<RequestRecord> All => [.. _records];

    /// <summary>How many there were.</summary>
    /// <param name="verb">The verb; null means any.</param>
    /// <param name="resource">The resource, with its subresource; null means any.</param>
    public int Count(string? verb = null, string? resource = null)
        => _records.Count(record => (verb is null || record.Verb == verb) && (resource is null || record.Resource == resource));

    /// <summary>Forgets them.</summary>
    public void Clear() => _records.Clear();

    internal void Add(RequestRecord record) => _records.Enqueue(record);
}
