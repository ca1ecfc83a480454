using System.Text.Json.Nodes;

namespace HaWebhook.Policy.Configuration;

/// <summary>A key of the policy file, described once: the reader, its errors, the schema and the documentation all come from here.</summary>
public abstract class PolicyKey
{
    private protected PolicyKey(string name, string description) => (Name, Description) = (name, description);

    /// <summary>The key, in camelCase, or a rule's id.</summary>
    public string Name { get; }

    /// <summary>What it means, as sentences.</summary>
    public string Description { get; }

    /// <summary>What values it takes, for instance <c>a whole number from 2 to 100</c>.</summary>
    public abstract string Accepts { get; }

    /// <summary>The default as the policy file would write it; empty where there is none to write.</summary>
    public abstract string DefaultText { get; }

    /// <summary>Whether leaving it out, or giving null, is an error. Any other key that is left out or null has its default.</summary>
    public bool IsRequired { get; private protected init; }

    /// <summary>Why it is an error here although it is a key elsewhere; null where it is none.</summary>
    internal virtual string? Refusal => null;

    /// <summary>Its value in a section, or its default.</summary>
    internal abstract object? ReadFrom(PolicySection section);

    /// <summary>Itself as JSON Schema.</summary>
    internal abstract JsonObject Schema();
}

/// <summary>A key with values of one type.</summary>
/// <typeparam name="T">The values' type.</typeparam>
public class PolicyKey<T> : PolicyKey
{
    internal PolicyKey(string name, PolicyValue<T> value, T otherwise, string description)
        : base(name, description) => (Value, Default) = (value, otherwise);

    /// <summary>Its value where the policy says nothing.</summary>
    public T Default { get; }

    /// <inheritdoc/>
    public override string Accepts => Value.Accepts;

    /// <inheritdoc/>
    public override string DefaultText => TextOf(Value.Write(Default));

    /// <summary>What it takes.</summary>
    internal PolicyValue<T> Value { get; }

    internal override object? ReadFrom(PolicySection section) => section.Get(this);

    internal override JsonObject Schema()
    {
        var schema = new JsonObject { ["description"] = Description };
        Value.Describe(schema);
        if (!IsRequired)
        {
            AllowNull(schema);
            if (Value.Write(Default) is { } otherwise)
            {
                schema["default"] = otherwise;
            }
        }

        return schema;
    }

    /// <summary>Null is the same as left out, as in Kubernetes.</summary>
    private static void AllowNull(JsonObject schema)
    {
        schema["type"] = new JsonArray(schema["type"]!.GetValue<string>(), "null");
        (schema["enum"] as JsonArray)?.Add((JsonNode?)null);
    }

    private static string TextOf(JsonNode? node) => node switch
    {
        null => "",
        JsonArray list => $"[{string.Join(", ", list.Select(TextOf))}]",
        _ => node.ToString(),
    };
}

/// <summary>A key that must be given.</summary>
internal class RequiredKey<T> : PolicyKey<T>
{
    public RequiredKey(string name, PolicyValue<T> value, T otherwise, string description)
        : base(name, value, otherwise, description) => IsRequired = true;
}

/// <summary>A text that must be given.</summary>
internal sealed class RequiredKey(string name, PolicyValue<string> value, string description) : RequiredKey<string>(name, value, "", description);

/// <summary>A key that belongs elsewhere: giving it is an error that says so.</summary>
internal sealed class RefusedKey(string name, string refusal) : PolicyKey(name, "")
{
    public override string Accepts => "";

    public override string DefaultText => "";

    internal override string Refusal => refusal;

    internal override object? ReadFrom(PolicySection section) => null;

    internal override JsonObject Schema() => throw new InvalidOperationException("a key that is refused is not in the schema");
}
