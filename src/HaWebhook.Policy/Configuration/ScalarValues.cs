using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using HaWebhook.Policy.Manifests;

namespace HaWebhook.Policy.Configuration;

/// <summary>
/// Scalars of the policy file, typed as editors type them (YAML 1.2): unlike in a manifest <c>Off</c>, <c>no</c> and <c>y</c> are texts,
/// so that an action can be Off and a namespace be called n.
/// </summary>
internal static class PolicyScalar
{
    /// <summary>The text of a node; null where it is none, or only white space.</summary>
    public static string? Text(ManifestNode node) =>
        node is ScalarNode { Kind: ScalarKind.String or ScalarKind.Boolean } scalar && Boolean(node) is null && !string.IsNullOrWhiteSpace(scalar.Text)
            ? scalar.Text
            : null;

    public static bool? Boolean(ManifestNode node) =>
        node is not ScalarNode { Kind: ScalarKind.Boolean } scalar ? null
        : scalar.Text.Equals("true", StringComparison.OrdinalIgnoreCase) ? true
        : scalar.Text.Equals("false", StringComparison.OrdinalIgnoreCase) ? false
        : null;

    public static int? Integer(ManifestNode node) =>
        node is ScalarNode { Kind: ScalarKind.Integer } scalar
        && int.TryParse(scalar.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
}

/// <summary>A whole number within bounds.</summary>
internal sealed class WholeNumber(int minimum, int maximum) : PolicyValue<int>
{
    public override string Accepts => string.Create(CultureInfo.InvariantCulture, $"a whole number from {minimum} to {maximum}");

    public override bool Fits(ManifestNode node) => PolicyScalar.Integer(node) is { } number && number >= minimum && number <= maximum;

    public override int Read(ManifestNode node, PolicyPlace place) => PolicyScalar.Integer(node)!.Value;

    public override void Describe(JsonObject schema)
    {
        schema["type"] = "integer";
        schema["minimum"] = minimum;
        schema["maximum"] = maximum;
    }

    public override JsonNode Write(int value) => value;
}

/// <summary>True or false.</summary>
internal sealed class TrueOrFalse : PolicyValue<bool>
{
    public override string Accepts => "true or false";

    public override bool Fits(ManifestNode node) => PolicyScalar.Boolean(node) is not null;

    public override bool Read(ManifestNode node, PolicyPlace place) => PolicyScalar.Boolean(node)!.Value;

    public override void Describe(JsonObject schema) => schema["type"] = "boolean";

    public override JsonNode Write(bool value) => value;
}

/// <summary>One of the names of an enumeration.</summary>
internal sealed class OneOf<T>(IReadOnlyList<T> choices) : PolicyValue<T>
    where T : struct, Enum
{
    private readonly string[] _names = [.. choices.Select(choice => choice.ToString())];

    public override string Accepts => "one of " + string.Join(", ", _names);

    public override bool Fits(ManifestNode node) => IndexOf(node) >= 0;

    public override string Misfit(ManifestNode node) =>
        base.Misfit(node) + (node is ScalarNode scalar ? NearestName.Hint(scalar.Text, _names) : "");

    public override T Read(ManifestNode node, PolicyPlace place) => choices[IndexOf(node)];

    public override void Describe(JsonObject schema)
    {
        schema["type"] = "string";
        schema["enum"] = new JsonArray([.. _names.Select(name => JsonValue.Create(name))]);
    }

    public override JsonNode Write(T value) => value.ToString();

    private int IndexOf(ManifestNode node) => Array.IndexOf(_names, PolicyScalar.Text(node));
}

/// <summary>A text that says something, without the white space around it.</summary>
internal sealed class FreeText : PolicyValue<string>
{
    public override string Accepts => "a text";

    public override bool Fits(ManifestNode node) => PolicyScalar.Text(node) is not null;

    public override string Read(ManifestNode node, PolicyPlace place) => PolicyScalar.Text(node)!.Trim();

    public override void Describe(JsonObject schema)
    {
        schema["type"] = "string";
        schema["pattern"] = @"\S";
    }

    public override JsonNode Write(string value) => value;
}

/// <summary>A text of a certain form.</summary>
/// <param name="form">Matches the whole text; written so that JSON Schema can have it as it is.</param>
/// <param name="required">The form in words, to be read after "must be".</param>
internal sealed class FormedText(Regex form, string required) : PolicyValue<string>
{
    public override string Accepts => "a text";

    /// <summary>Whether it may be empty, which a text otherwise may not.</summary>
    public bool CanBeEmpty { get; init; }

    public override bool Fits(ManifestNode node) =>
        PolicyScalar.Text(node) is not null || (CanBeEmpty && node is ScalarNode { Kind: ScalarKind.String, Text.Length: 0 });

    public override string Read(ManifestNode node, PolicyPlace place)
    {
        var text = ((ScalarNode)node).Text;

        // $ also matches before a line feed at the end.
        if (form.Match(text).Length != text.Length)
        {
            place.Fail($"{place.Verb} {text}; must be {required}");
        }

        return text;
    }

    public override void Describe(JsonObject schema)
    {
        schema["type"] = "string";
        schema["pattern"] = form.ToString();
    }
}

/// <summary>The name of a rule, or a word that stands for some.</summary>
internal sealed class RuleName(IReadOnlyList<string> names) : PolicyValue<string>
{
    public override string Accepts => "a text";

    public override bool Fits(ManifestNode node) => PolicyScalar.Text(node) is not null;

    public override string Read(ManifestNode node, PolicyPlace place)
    {
        var name = PolicyScalar.Text(node)!;
        if (!names.Contains(name, StringComparer.Ordinal))
        {
            place.Fail($"{place.Verb} {name}, which is no rule{NearestName.Hint(name, names)}");
        }

        return name;
    }

    public override void Describe(JsonObject schema)
    {
        schema["type"] = "string";
        schema["enum"] = new JsonArray([.. names.Select(name => JsonValue.Create(name))]);
    }

    public override JsonNode Write(string value) => value;
}

/// <summary>A value that a key may do without where its absence is told from any value.</summary>
internal sealed class Optional<T>(PolicyValue<T> value) : PolicyValue<T?>
    where T : struct
{
    public override string Accepts => value.Accepts;

    public override bool Fits(ManifestNode node) => value.Fits(node);

    public override string Misfit(ManifestNode node) => value.Misfit(node);

    public override T? Read(ManifestNode node, PolicyPlace place) => value.Read(node, place);

    public override void Describe(JsonObject schema) => value.Describe(schema);
}

/// <summary>A day.</summary>
internal sealed class Day : PolicyValue<DateOnly?>
{
    private const string Format = "yyyy-MM-dd";

    public override string Accepts => "a date such as 2027-01-31";

    public override bool Fits(ManifestNode node) => Parse(node) is not null;

    public override DateOnly? Read(ManifestNode node, PolicyPlace place) => Parse(node);

    public override void Describe(JsonObject schema)
    {
        schema["type"] = "string";
        schema["format"] = "date";
    }

    private static DateOnly? Parse(ManifestNode node) =>
        DateOnly.TryParseExact(PolicyScalar.Text(node), Format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
}
