using System.Text.Json.Nodes;
using HaWebhook.Policy.Manifests;

namespace HaWebhook.Policy.Configuration;

/// <summary>A list of values of one kind.</summary>
/// <param name="item">What each item is.</param>
/// <param name="accepts">The list in words, to be read after "must be".</param>
internal sealed class ListOf<T>(PolicyValue<T> item, string accepts) : PolicyValue<IReadOnlyList<T>>
{
    public override string Accepts => accepts;

    /// <summary>What is wrong with a list without items; null where nothing is.</summary>
    public string? WhenEmpty { get; init; }

    public override bool Fits(ManifestNode node) => node is SequenceNode list && list.Items.All(item.Fits);

    public override IReadOnlyList<T> Read(ManifestNode node, PolicyPlace place)
    {
        var items = ((SequenceNode)node).Items;
        if (items.Count == 0 && WhenEmpty is not null)
        {
            place.Fail(WhenEmpty);
        }

        return [.. items.Select((value, index) => item.Read(value, value is MappingNode ? place.Item(index, value.Line) : place with { Verb = "has" }))];
    }

    public override void Describe(JsonObject schema)
    {
        var each = new JsonObject();
        item.Describe(each);
        schema["type"] = "array";
        schema["items"] = each;
        if (WhenEmpty is not null)
        {
            schema["minItems"] = 1;
        }
    }

    public override JsonNode Write(IReadOnlyList<T> value) => new JsonArray([.. value.Select(item.Write)]);
}

/// <summary>A mapping with known keys.</summary>
/// <param name="keys">The keys.</param>
/// <param name="read">Makes the value out of what the keys give.</param>
internal sealed class MappingOf<T>(IReadOnlyList<PolicyKey> keys, Func<PolicySection, T> read) : PolicyValue<T>
{
    public override string Accepts => "a mapping";

    /// <summary>Lists of which at least one must have an item.</summary>
    public IReadOnlyList<PolicyKey> AnyOf { get; init; } = [];

    /// <summary>What is wrong where none of <see cref="AnyOf"/> has an item.</summary>
    public string WhenNone { get; init; } = "";

    /// <summary>Writes a value as JSON; null where no default needs it.</summary>
    public Func<T, JsonObject>? Writes { get; init; }

    public override bool Fits(ManifestNode node) => node is MappingNode;

    public override T Read(ManifestNode node, PolicyPlace place)
    {
        var section = new PolicySection((MappingNode)node, place, keys);
        if (AnyOf.Count > 0 && AnyOf.All(section.IsEmpty))
        {
            place.Fail(WhenNone);
        }

        return read(section);
    }

    public override void Describe(JsonObject schema)
    {
        schema["type"] = "object";
        schema["additionalProperties"] = false;
        var properties = new JsonObject();
        foreach (var key in keys.Where(key => key.Refusal is null))
        {
            properties[key.Name] = key.Schema();
        }

        schema["properties"] = properties;
        if (keys.Any(key => key.IsRequired))
        {
            schema["required"] = new JsonArray([.. keys.Where(key => key.IsRequired).Select(key => JsonValue.Create(key.Name))]);
        }

        if (AnyOf.Count > 0)
        {
            schema["anyOf"] = new JsonArray([.. AnyOf.Select(HasAnItem)]);
        }
    }

    public override JsonNode? Write(T value) => Writes?.Invoke(value);

    private static JsonObject HasAnItem(PolicyKey key) => new()
    {
        ["required"] = new JsonArray(key.Name),
        ["properties"] = new JsonObject { [key.Name] = new JsonObject { ["type"] = "array", ["minItems"] = 1 } },
    };
}
