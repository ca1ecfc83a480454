using System.Globalization;
using System.Text;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Manifests;

/// <summary>Writes values so that they can be pasted into YAML and mean there what they mean here.</summary>
public static class FlowYaml
{
    /// <summary>A string: plain where YAML reads it as that string, else in quotes.</summary>
    public static string Scalar(string text)
    {
        var isPlain = text.Length > 0
            && char.IsAsciiLetter(text[0])
            && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '-' or '/' or '_')
            && YamlScalars.Plain(1, text).Kind == ScalarKind.String;
        return isPlain ? text : Quoted(text);
    }

    /// <summary>A string in double quotes, as both YAML and JSON read it.</summary>
    public static string Quoted(string text)
    {
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        foreach (var character in text)
        {
            if (character is '"' or '\\')
            {
                quoted.Append('\\').Append(character);
            }
            else if (IsInvisible(character))
            {
                quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}");
            }
            else
            {
                quoted.Append(character);
            }
        }

        return quoted.Append('"').ToString();
    }

    /// <summary>A map of strings on one line, keys in order.</summary>
    public static string Mapping(IReadOnlyDictionary<string, string> map)
    {
        var entries = map.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => $"{Scalar(entry.Key)}: {Scalar(entry.Value)}");
        return $"{{{string.Join(", ", entries)}}}";
    }

    /// <summary>A label selector on one line, with the fields that Kubernetes gives it.</summary>
    public static string Selector(LabelSelector selector)
    {
        List<string> fields = [];
        if (selector.MatchLabels is { Count: > 0 } labels)
        {
            fields.Add($"matchLabels: {Mapping(labels)}");
        }

        if (selector.MatchExpressions is { Count: > 0 } expressions)
        {
            fields.Add($"matchExpressions: [{string.Join(", ", expressions.Select(Requirement))}]");
        }

        return $"{{{string.Join(", ", fields)}}}";
    }

    private static string Requirement(LabelSelectorRequirement requirement)
    {
        var values = requirement.Values is { Count: > 0 } given ? $", values: [{string.Join(", ", given.Select(Scalar))}]" : "";
        return $"{{key: {Scalar(requirement.Key)}, operator: {Scalar(requirement.Operator)}{values}}}";
    }

    private static bool IsInvisible(char character) => char.GetUnicodeCategory(character)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse;
}
