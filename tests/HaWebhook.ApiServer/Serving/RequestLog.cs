using System.Collections.Concurrent;

namespace HaWebhook.ApiServer;

/// <summary>A request that was answered or refused.</summary>
/// <param name="Verb">The verb as in a role: <c>list</c>, <c>watch</c>, <c>patch</c>; <c>get</c> for what is no resource, such as <c>/version</c>.</param>
/// <param name="Resource">The resource with its subresource, such as <c>deployments/scale</c>; empty for what is none.</param>
/// <param name="Path">The path and query.</param>
/// <param name="User">The user's name; empty where the credentials were not good.</param>
/// <param name="Status">The HTTP status.</param>
public sealed record RequestRecord(string Verb, string Resource, string Path, string User, int Status);

/// <summary>A question to the authorizer. An apply asks two where it creates: <c>patch</c>, and then <c>create</c> with the name.</summary>
/// <param name="User">Who wants something.</param>
/// <param name="Verb">The verb as in a role.</param>
/// <param name="Group">The API group; empty for the core group.</param>
/// <param name="Resource">The resource with its subresource.</param>
/// <param name="Namespace">The namespace; null for kinds that have none, and for all namespaces.</param>
/// <param name="Name">The object's name; null where the request names none.</param>
public sealed record AccessRecord(string User, string Verb, string Group, string Resource, string? Namespace, string? Name);

/// <summary>Every request since the server started, in the order in which they were answered (a watch: begun).</summary>
public sealed class RequestLog
{
    private readonly ConcurrentQueue<RequestRecord> _records = [];
    private readonly ConcurrentQueue<AccessRecord> _accesses = [];

    /// <summary>All of them.</summary>
    public IReadOnlyList<RequestRecord> All => [.. _records];

    /// <summary>Every question to the authorizer, whatever its answer: what a role has to allow.</summary>
    public IReadOnlyList<AccessRecord> Accesses => [.. _accesses];

    /// <summary>How many there were.</summary>
    /// <param name="verb">The verb; null means any.</param>
    /// <param name="resource">The resource, with its subresource; null means any.</param>
    public int Count(string? verb = null, string? resource = null)
        => _records.Count(record => (verb is null || record.Verb == verb) && (resource is null || record.Resource == resource));

    /// <summary>Forgets them.</summary>
    public void Clear()
    {
        _records.Clear();
        _accesses.Clear();
    }

    internal void Add(RequestRecord record) => _records.Enqueue(record);

    internal void Add(AccessRecord access) => _accesses.Enqueue(access);
}
