using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace HaWebhook.Policy.Tests.Configuration;

/// <summary>
/// As much of JSON Schema (draft 7) as the policy's schema uses. A keyword that is not known here fails the test: it would go unchecked.
/// </summary>
internal static class SchemaCheck
{
    public static bool Accepts(JsonObject schema, JsonNode? value) => Accepts(schema, schema, value);

    private static bool Accepts(JsonObject root, JsonObject schema, JsonNode? value) => schema.All(keyword => keyword.Key switch
    {
        "$schema" or "title" or "description" or "default" => true,
        "type" => Types(keyword.Value!).Any(type => IsOf(type, value)),
        "enum" => keyword.Value!.AsArray().Any(choice => JsonNode.DeepEquals(choice, value)),
        "minimum" => NumberOf(value) is not { } number || number >= NumberOf(keyword.Value),
        "maximum" => NumberOf(value) is not { } number || number <= NumberOf(keyword.Value),
        "pattern" => TextOf(value) is not { } text || Matches(text, keyword.Value!.GetValue<string>()),
        "format" => keyword.Value!.GetValue<string>() == "date"
            ? TextOf(value) is not { } text || DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
            : throw new NotSupportedException($"format {keyword.Value}"),
        "items" => value is not JsonArray list || list.All(item => Accepts(root, keyword.Value!.AsObject(), item)),
        "minItems" => value is not JsonArray list || list.Count >= keyword.Value!.GetValue<int>(),
        "maxItems" => value is not JsonArray list || list.Count <= keyword.Value!.GetValue<int>(),
        "minProperties" => value is not JsonObject mapping || mapping.Count >= keyword.Value!.GetValue<int>(),
        "propertyNames" => value is not JsonObject mapping || mapping.All(entry => Accepts(root, keyword.Value!.AsObject(), entry.Key)),
        "required" => value is not JsonObject mapping || keyword.Value!.AsArray().All(key => mapping.ContainsKey(key!.GetValue<string>())),
        "properties" => value is not JsonObject mapping
            || mapping.All(entry => keyword.Value!.AsObject()[entry.Key] is not JsonObject property || Accepts(root, property, entry.Value)),
        "additionalProperties" => keyword.Value!.GetValueKind() == JsonValueKind.False
            ? value is not JsonObject mapping || mapping.All(entry => schema["properties"]!.AsObject().ContainsKey(entry.Key))
            : schema["properties"] is null
                ? value is not JsonObject texts || texts.All(entry => Accepts(root, keyword.Value!.AsObject(), entry.Value))
                : throw new NotSupportedException("a schema for additionalProperties beside properties"),
        "anyOf" => keyword.Value!.AsArray().Any(choice => Accepts(root, choice!.AsObject(), value)),
        "allOf" => keyword.Value!.AsArray().All(part => Accepts(root, part!.AsObject(), value)),
        "$ref" => Accepts(root, keyword.Value!.GetValue<string>()["#/".Length..].Split('/').Aggregate(root, (at, step) => at[step]!.AsObject()), value),
        _ => throw new NotSupportedException($"the keyword {keyword.Key}"),
    });

    /// <summary>JavaScript's $ is the very end; here it may have a line feed behind it.</summary>
    private static bool Matches(string text, string pattern) =>
        Regex.IsMatch(text, pattern.EndsWith('$') ? pattern[..^1] + "(?!\\n)$" : pattern, RegexOptions.ECMAScript);

    private static IEnumerable<string> Types(JsonNode type) =>
        type is JsonArray several ? several.Select(one => one!.GetValue<string>()) : [type.GetValue<string>()];

    private static bool IsOf(string type, JsonNode? value) => type switch
    {
        "null" => value is null,
        "object" => value is JsonObject,
        "array" => value is JsonArray,
        "string" => TextOf(value) is not null,
        "boolean" => value?.GetValueKind() is JsonValueKind.True or JsonValueKind.False,

        // To JSON Schema 2.0 is a whole number.
        "integer" => NumberOf(value) is { } number && number == Math.Floor(number),
        _ => throw new NotSupportedException($"the type {type}"),
    };

    private static string? TextOf(JsonNode? value) => value?.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    private static double? NumberOf(JsonNode? value) =>
        value?.GetValueKind() == JsonValueKind.Number ? double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture) : null;
}
