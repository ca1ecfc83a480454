using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
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

    /// <summary>Adds what else JSON Schema can say of it.</summary>
    public Action<JsonObject>? Refine { get; init; }

    /// <summary>Keys of which at least one must be given, with an item where it is a list or a mapping.</summary>
    public IReadOnlyList<PolicyKey> AnyOf { get; init; } = [];

    /// <summary>What is wrong where none of <see cref="AnyOf"/> is.</summary>
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
            schema["anyOf"] = new JsonArray([.. AnyOf.Select(IsGiven)]);
        }

        Refine?.Invoke(schema);
    }

    public override JsonNode? Write(T value) => Writes?.Invoke(value);

    private static JsonObject IsGiven(PolicyKey key)
    {
        // A key that may be left out may also be null, and then has two types.
        var type = key.Schema()["type"]!.AsArray()[0]!.GetValue<string>();
        var given = new JsonObject { ["type"] = type };
        if (type is "array" or "object")
        {
            given[type == "array" ? "minItems" : "minProperties"] = 1;
        }

        return new() { ["required"] = new JsonArray(key.Name), ["properties"] = new JsonObject { [key.Name] = given } };
    }
}

/// <summary>A mapping whose keys its author chooses.</summary>
/// <param name="form">Matches a whole key; written so that JSON Schema can have it as it is.</param>
/// <param name="required">The form in words, to be read after "must be".</param>
/// <param name="value">What each value is.</param>
internal sealed class TextsByKey(Regex form, string required, PolicyValue<string> value) : PolicyValue<IReadOnlyDictionary<string, string>>
{
    public override string Accepts => "a mapping";

    public override bool Fits(ManifestNode node) => node is MappingNode;

    public override IReadOnlyDictionary<string, string> Read(ManifestNode node, PolicyPlace place)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in ((MappingNode)node).Entries)
        {
            var below = place.Below(entry.Key, entry.Line);
            if (form.Match(entry.Key).Length != entry.Key.Length || entry.Key.Length == 0)
            {
                below.Fail($"must be {required}");
            }

            if (value.Fits(entry.Value))
            {
                texts[entry.Key] = value.Read(entry.Value, below);
            }
            else
            {
                below.Fail(value.Misfit(entry.Value));
            }
        }

        return texts;
    }

    public override void Describe(JsonObject schema)
    {
        var each = new JsonObject();
        value.Describe(each);
        schema["type"] = "object";
        schema["propertyNames"] = new JsonObject { ["pattern"] = form.ToString() };
        schema["additionalProperties"] = each;
    }

    public override JsonNode Write(IReadOnlyDictionary<string, string> value) =>
        new JsonObject(value.Select(text => KeyValuePair.Create(text.Key, (JsonNode?)text.Value)));
}

/// <summary>A value that the schema describes at another key already.</summary>
/// <param name="value">The value.</param>
/// <param name="pointer">Where it is described.</param>
internal sealed class SameAs<T>(PolicyValue<T> value, string pointer) : PolicyValue<T>
{
    public override string Accepts => value.Accepts;

    public override bool Fits(ManifestNode node) => value.Fits(node);

    public override T Read(ManifestNode node, PolicyPlace place) => value.Read(node, place);

    public override void Describe(JsonObject schema)
    {
        schema["type"] = "object";

        // In this draft nothing beside $ref counts.
        schema["allOf"] = new JsonArray(new JsonObject { ["$ref"] = pointer });
    }
}
