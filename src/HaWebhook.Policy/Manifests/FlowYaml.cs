using System.Globalization;
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
        return isPlain ? text : $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
    }

    /// <summary>A map of strings on one line, keys in order.</summary>
    public static string Mapping(IReadOnlyDictionary<string, string> map) =>
        $"{{{string.Join(", ", map.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => string.Create(CultureInfo.InvariantCulture, $"{Scalar(entry.Key)}: {Scalar(entry.Value)}")))}}}";

    /// <summary>A label selector on one line, with the fields that Kubernetes gives it.</summary>
    public static string Selector(LabelSelector selector)
    {
        var labels = selector.MatchLabels is { Count: > 0 } matched ? $"matchLabels: {Mapping(matched)}" : null;
        var expressions = selector.MatchExpressions is { Count: > 0 } required ? $"matchExpressions: [{string.Join(", ", required.Select(Requirement))}]" : null;
        return $"{{{string.Join(", ", new[] { labels, expressions }.OfType<string>())}}}";
    }

    private static string Requirement(LabelSelectorRequirement requirement)
    {
        var values = requirement.Values is { Count: > 0 } given ? $", values: [{string.Join(", ", given.Select(Scalar))}]" : "";
        return $"{{key: {Scalar(requirement.Key)}, operator: {Scalar(requirement.Operator)}{values}}}";
    }
}
