using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Configuration;

/// <summary>What a requirement of a label selector may ask of a label: the words of Kubernetes.</summary>
internal enum SelectorOperator
{
    In,
    NotIn,
    Exists,
    DoesNotExist,
}

/// <summary>A label selector of the policy file, key by key.</summary>
internal static partial class SelectorKeys
{
    private const string LabelKey = "the key of a label, such as env or example.com/env";

    private static readonly FormedText _value =
        new(LabelValues(), "the value of a label: at most 63 letters, digits, dots, dashes and underscores") { CanBeEmpty = true };

    private static readonly PolicyKey<IReadOnlyDictionary<string, string>> _matchLabels = new(
        "matchLabels",
        new TextsByKey(LabelKeys(), LabelKey, _value),
        Metadata.NoStrings,
        "Labels that there must be, each with its value.");

    private static readonly RequiredKey _key = new("key", new FormedText(LabelKeys(), LabelKey), "The key of the label.");

    private static readonly RequiredKey<SelectorOperator?> _operator = new(
        "operator",
        new Optional<SelectorOperator>(PolicyValues.Choice<SelectorOperator>()),
        null,
        "What is asked of the label. In: its value is one of these. NotIn: it is not, or there is no such label. Exists and DoesNotExist: "
            + "whether there is one.");

    private static readonly PolicyKey<IReadOnlyList<string>> _values =
        new("values", new ListOf<string>(_value, "a list of texts"), [], "The values for In and NotIn; none for the others.");

    private static readonly PolicyKey<IReadOnlyList<LabelSelectorRequirement>> _matchExpressions = new(
        "matchExpressions",
        new ListOf<LabelSelectorRequirement>(
            new MappingOf<LabelSelectorRequirement>([_key, _operator, _values], ReadRequirement) { Refine = DescribeValues }, "a list of mappings"),
        [],
        "Further requirements, of which all must hold.");

    /// <summary>The selector.</summary>
    public static MappingOf<LabelSelector> Value { get; } = new(
        [_matchLabels, _matchExpressions],
        section => new LabelSelector(section.Get(_matchLabels), section.Get(_matchExpressions)))
    {
        AnyOf = [_matchLabels, _matchExpressions],
        WhenNone = "must give matchLabels or matchExpressions: without them it would select every namespace",
    };

    private static LabelSelectorRequirement ReadRequirement(PolicySection section)
    {
        var asked = section.Get(_operator);
        var values = section.Get(_values);
        if (asked is SelectorOperator.In or SelectorOperator.NotIn && section.IsEmpty(_values))
        {
            section.Fail(_values, $"must name values for {asked}");
        }
        else if (asked is SelectorOperator.Exists or SelectorOperator.DoesNotExist && !section.IsEmpty(_values))
        {
            section.Fail(_values, $"must be left out for {asked}");
        }

        return new(section.Get(_key), asked?.ToString() ?? "", values.Count == 0 ? null : values);
    }

    /// <summary>The same for an editor.</summary>
    private static void DescribeValues(JsonObject schema) => schema["anyOf"] = new JsonArray(
        new JsonObject
        {
            ["properties"] = new JsonObject
            {
                [_operator.Name] = new JsonObject { ["enum"] = new JsonArray(nameof(SelectorOperator.In), nameof(SelectorOperator.NotIn)) },
                [_values.Name] = new JsonObject { ["type"] = "array", ["minItems"] = 1 },
            },
            ["required"] = new JsonArray(_values.Name),
        },
        new JsonObject
        {
            ["properties"] = new JsonObject
            {
                [_operator.Name] = new JsonObject
                {
                    ["enum"] = new JsonArray(nameof(SelectorOperator.Exists), nameof(SelectorOperator.DoesNotExist)),
                },
                [_values.Name] = new JsonObject { ["type"] = new JsonArray("array", "null"), ["maxItems"] = 0 },
            },
        });

    /// <summary>A name, perhaps with a domain before it (Kubernetes, Labels and Selectors).</summary>
    [GeneratedRegex("^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$")]
    private static partial Regex LabelKeys();

    [GeneratedRegex("^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$")]
    private static partial Regex LabelValues();
}
