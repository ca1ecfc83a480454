using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Rules;

/// <summary>What a mutating rule does to an object.</summary>
/// <param name="Subject">The object with the changes made.</param>
/// <param name="Changes">The changes; empty for none.</param>
internal sealed record Mutation(PodOwner Subject, IReadOnlyList<Change> Changes)
{
    public static Mutation None(PodOwner subject) => new(subject, []);
}

/// <summary>One field that a mutating rule fills in: the operation <c>add</c> of a JSON patch (RFC 6902).</summary>
/// <param name="Path">JSON pointer to the field; its parent exists.</param>
/// <param name="Value">The field's value, as JSON in UTF-8.</param>
/// <param name="Container">The container that gets the field; empty where it is the pod's.</param>
public sealed record Change(string Path, ReadOnlyMemory<byte> Value, string Container = "")
{
    /// <summary>The name of the field that is filled in.</summary>
    public string FieldName => Path[(Path.LastIndexOf('/') + 1)..];
}
