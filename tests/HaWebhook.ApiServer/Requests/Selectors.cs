using System.Text.Json.Nodes;
using HaWebhook.ApiServer.Storage;

namespace HaWebhook.ApiServer.Requests;

/// <summary>Label and field selectors: of a query's text, and of a <c>LabelSelector</c> object.</summary>
internal static class Selectors
{
    private static readonly string[] _setOperators = [" notin ", " in "];

    /// <summary>What a list or watch asks for: namespace, labels and fields together.</summary>
    public static Func<StoredObject, bool> Of(ApiRequest request)
    {
        var labels = Labels(request.Query["labelSelector"].FirstOrDefault() ?? "");
        var fields = Fields(request);
        return stored => (request.Namespace is null || stored.Namespace == request.Namespace) && labels(stored.Labels) && fields(stored);
    }

    /// <summary>A label selector as text: <c>a=b,c!=d,e in (f,g),h,!i</c>.</summary>
    public static Func<IReadOnlyDictionary<string, string>, bool> Labels(string text)
    {
        var requirements = SplitOutsideParentheses(text).Select(Requirement).ToList();
        return labels => requirements.TrueForAll(requirement => requirement(labels));
    }

    /// <summary>A <c>LabelSelector</c>: null and empty select everything, as in a webhook's selectors.</summary>
    public static bool Matches(JsonObject? selector, IReadOnlyDictionary<string, string> labels)
        => (selector.Child("matchLabels") ?? []).All(label => labels.GetValueOrDefault(label.Key) == label.Value?.ToString())
            && selector.Items("matchExpressions").All(expression => Matches(
                labels, expression.Text("key") ?? "", expression.Text("operator") ?? "", expression.Texts("values")));

    private static bool Matches(IReadOnlyDictionary<string, string> labels, string key, string @operator, string[] values)
    {
        var found = labels.TryGetValue(key, out var value);
        return @operator switch
        {
            "In" => found && values.Contains(value),
            "NotIn" => !found || !values.Contains(value),
            "Exists" => found,
            "DoesNotExist" => !found,
            _ => throw ApiException.BadRequest($"\"{@operator}\" is not a valid label selector operator"),
        };
    }

    private static Func<IReadOnlyDictionary<string, string>, bool> Requirement(string text)
    {
        foreach (var word in _setOperators)
        {
            var at = text.IndexOf(word, StringComparison.Ordinal);
            if (at > 0)
            {
                var values = text[(at + word.Length)..].Trim(' ', '(', ')').Split(',', StringSplitOptions.TrimEntries);
                var set = word == " in " ? "In" : "NotIn";
                return labels => Matches(labels, text[..at].Trim(), set, values);
            }
        }

        if (text.Contains("!=", StringComparison.Ordinal))
        {
            var (key, value) = Halves(text, "!=");
            return labels => Matches(labels, key, "NotIn", [value]);
        }

        if (text.Contains('='))
        {
            var (key, value) = Halves(text, text.Contains("==", StringComparison.Ordinal) ? "==" : "=");
            return labels => Matches(labels, key, "In", [value]);
        }

        return text.StartsWith('!')
            ? labels => Matches(labels, text[1..].Trim(), "DoesNotExist", [])
            : labels => Matches(labels, text, "Exists", []);
    }

    private static Func<StoredObject, bool> Fields(ApiRequest request)
    {
        var requirements = new List<Func<StoredObject, bool>>();
        foreach (var part in (request.Query["fieldSelector"].FirstOrDefault() ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var not = part.Contains("!=", StringComparison.Ordinal);
            var (field, value) = Halves(part, not ? "!=" : part.Contains("==", StringComparison.Ordinal) ? "==" : "=");
            requirements.Add(field switch
            {
                "metadata.name" => stored => stored.Name == value != not,
                "metadata.namespace" => stored => stored.Namespace == value != not,
                _ => throw ApiException.BadRequest($"Unable to find \"{request.Kind.Group}/{request.Kind.Version}, Resource={request.Kind.Plural}\" "
                    + $"that match label selector \"\", field selector \"{part}\": field label not supported: {field}"),
            });
        }

        return stored => requirements.TrueForAll(requirement => requirement(stored));
    }

    private static (string Key, string Value) Halves(string text, string separator)
    {
        var at = text.IndexOf(separator, StringComparison.Ordinal);
        return at < 0
            ? throw ApiException.BadRequest($"invalid selector: '{text}'; can't understand '{text}'")
            : (text[..at].Trim(), text[(at + separator.Length)..].Trim());
    }

    private static IEnumerable<string> SplitOutsideParentheses(string text)
    {
        var (start, depth) = (0, 0);
        for (var index = 0; index <= text.Length; index++)
        {
            var letter = index == text.Length ? ',' : text[index];
            depth += letter switch { '(' => 1, ')' => -1, _ => 0 };
            if ((letter == ',' && depth == 0) || index == text.Length)
            {
                if (text[start..index].Trim() is { Length: > 0 } part)
                {
                    yield return part;
                }

                start = index + 1;
            }
        }
    }
}
