using System.Text.Json.Nodes;
using HaWebhook.Policy.Manifests;

namespace HaWebhook.Policy.Configuration;

/// <summary>A kind of value that the policy file takes. The reader, its errors and the schema all go by it.</summary>
/// <typeparam name="T">What it is read into.</typeparam>
internal abstract class PolicyValue<T>
{
    /// <summary>What is accepted, to be read after "must be".</summary>
    public abstract string Accepts { get; }

    /// <summary>Whether a node has the form of such a value.</summary>
    public abstract bool Fits(ManifestNode node);

    /// <summary>What to say of a node that does not fit.</summary>
    public virtual string Misfit(ManifestNode node) => $"must be {Accepts}";

    /// <summary>Reads a node that fits, and tells what else is wrong with it.</summary>
    public abstract T Read(ManifestNode node, PolicyPlace place);

    /// <summary>Adds the keywords of JSON Schema that say the same.</summary>
    public abstract void Describe(JsonObject schema);

    /// <summary>A value as JSON, for a default; null where there is nothing to write.</summary>
    public virtual JsonNode? Write(T value) => null;
}
