using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Json;
using HaWebhook.Policy.Objects;
using HaWebhook.Policy.Rules;

namespace HaWebhook.Policy.Evaluation;

/// <summary>Reads reviews and objects from JSON, by the kinds that a policy knows.</summary>
public sealed class PolicyReader
{
    private readonly KindTable _kinds;
    private readonly ReviewReader _reviews;

    internal PolicyReader(PolicyOptions options)
    {
        _kinds = new KindTable(options.Workloads, options.ReplicatedResources);
        _reviews = new ReviewReader(_kinds);
    }

    /// <summary>Reads an AdmissionReview.</summary>
    /// <param name="body">The request's body in UTF-8. The review points into it and lives no longer.</param>
    /// <exception cref="MalformedJsonException">The body is not a review that can be decided.</exception>
    public Review ReadReview(ReadOnlyMemory<byte> body) => _reviews.Read(body);

    /// <summary>The resources that mean something here, the common ones first: Kubernetes' own, and those that the policy lists.</summary>
    public IEnumerable<(string Group, string Resource)> Resources => _kinds.Resources;

    /// <summary>Whether a kind means something here.</summary>
    /// <param name="apiVersion">Its group and version.</param>
    /// <param name="kind">The kind.</param>
    public bool Knows(string apiVersion, string kind) => _kinds.Find(KubernetesObject.GroupOf(apiVersion), kind) is not null;

    /// <summary>Reads an object; null where its kind means nothing here.</summary>
    /// <param name="json">The object in UTF-8. What is returned points into it and lives no longer.</param>
    /// <param name="apiVersion">Its group and version.</param>
    /// <param name="kind">Its kind.</param>
    /// <exception cref="MalformedJsonException">A field has the wrong type, or the text is not JSON.</exception>
    public KubernetesObject? ReadObject(ReadOnlyMemory<byte> json, string apiVersion, string kind)
    {
        if (_kinds.Find(KubernetesObject.GroupOf(apiVersion), kind) is not { } entry)
        {
            return null;
        }

        var cursor = new JsonCursor(json);
        cursor.Begin();
        var read = ObjectReader.Read(ref cursor, entry, apiVersion);
        cursor.End();
        return read;
    }

    /// <summary>Reads what rules look at of an object that is related to another; null where its kind means nothing here.</summary>
    /// <param name="json">The object in UTF-8. What is returned holds on to none of it.</param>
    /// <param name="apiVersion">Its group and version.</param>
    /// <param name="kind">Its kind.</param>
    /// <param name="strings">The strings that it shares with others.</param>
    /// <exception cref="MalformedJsonException">A field has the wrong type, or the text is not JSON.</exception>
    public KubernetesObject? ReadRelated(ReadOnlyMemory<byte> json, string apiVersion, string kind, SharedStrings strings) =>
        ReadObject(json, apiVersion, kind) is { } whole ? Reduce(whole, strings) : null;

    /// <summary>What rules look at of an object that is related to another. It cannot be judged itself.</summary>
    /// <param name="whole">The object.</param>
    /// <param name="strings">The strings that it shares with others.</param>
    public static KubernetesObject Reduce(KubernetesObject whole, SharedStrings strings) => ReducedObject.Of(whole, strings);
}
