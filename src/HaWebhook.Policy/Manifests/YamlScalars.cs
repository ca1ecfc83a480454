using System.Text;

namespace HaWebhook.Policy.Manifests;

/// <summary>Gives YAML scalars their type, by the rules of the YAML library that kubectl is built with (go-yaml v2).</summary>
internal static class YamlScalars
{
    /// <summary>What !! stands for.</summary>
    public const string StandardTag = "tag:yaml.org,2002:";

    /// <summary>The merge key may be written with this tag.</summary>
    public const string MergeTag = StandardTag + "merge";

    /// <summary>The type of a scalar without a tag and without quotes.</summary>
    public static ScalarNode Plain(int line, string text)
    {
        return text switch
        {
            _ when IsNull(text) => new ScalarNode(line, text, ScalarKind.Null, "null"),
            "y" or "Y" or "yes" or "Yes" or "YES" or "true" or "True" or "TRUE" or "on" or "On" or "ON" => Boolean(line, text, "true"),
            "n" or "N" or "no" or "No" or "NO" or "false" or "False" or "FALSE" or "off" or "Off" or "OFF" => Boolean(line, text, "false"),
            ".nan" or ".NaN" or ".NAN" or ".inf" or ".Inf" or ".INF" => throw NotJson(line, text),
            "+.inf" or "+.Inf" or "+.INF" or "-.inf" or "-.Inf" or "-.INF" => throw NotJson(line, text),
            _ => Number(line, text) ?? new ScalarNode(line, text),
        };
    }

    /// <summary>Whether a scalar without a tag and without quotes is null.</summary>
    public static bool IsNull(string text) => text is "" or "~" or "null" or "Null" or "NULL";

    /// <summary>The type of a scalar with a tag.</summary>
    public static ScalarNode Tagged(int line, string text, string tag)
    {
        return ShortTag(tag) switch
        {
            "!" or "!!str" => new ScalarNode(line, text),
            "!!binary" => new ScalarNode(line, FromBase64(line, text)),
            "!!null" => Plain(line, text, ScalarKind.Null, "!!null"),
            "!!bool" => Plain(line, text, ScalarKind.Boolean, "!!bool"),
            "!!int" => Plain(line, text, ScalarKind.Integer, "!!int"),
            "!!float" => Plain(line, text) is { Kind: ScalarKind.Integer } integer
                ? Float(line, text, GoNumbers.Float(integer.Json)!.Value)
                : Plain(line, text, ScalarKind.Float, "!!float"),
            _ => throw Unsupported(line, tag),
        };
    }

    /// <summary>Lets the tags of mappings and lists pass that say nothing new.</summary>
    public static void CheckCollectionTag(int line, string? tag, string expected)
    {
        if (tag is not (null or "!") && ShortTag(tag) != expected)
        {
            throw Unsupported(line, tag);
        }
    }

    /// <summary>The key that a scalar becomes in JSON.</summary>
    public static string Key(ScalarNode scalar, int line)
    {
        return scalar.Kind switch
        {
            ScalarKind.String => scalar.Text,
            ScalarKind.Float => GoNumbers.Key(GoNumbers.Float(scalar.Json)!.Value),
            ScalarKind.Null => throw new ManifestException(line, "a key is missing or null: quote it if it is text"),
            ScalarKind.Integer when !long.TryParse(scalar.Json, out _) =>
                throw new ManifestException(line, $"the key {ErrorText.Quote(scalar.Text)} is too large a number: quote it if it is text"),
            _ => scalar.Json,
        };
    }

    private static ScalarNode? Number(int line, string text)
    {
        if (!(char.IsAsciiDigit(text[0]) || text[0] is '-' or '+' or '.'))
        {
            return null;
        }

        var digits = text[0] == '.' ? text : text.Replace("_", "", StringComparison.Ordinal);
        if (text[0] != '.' && GoNumbers.Integer(digits) is { } integer)
        {
            return new ScalarNode(line, text, ScalarKind.Integer, integer);
        }

        return GoNumbers.Float(digits) is { } number ? Float(line, text, number) : null;
    }

    private static ScalarNode Plain(int line, string text, ScalarKind kind, string tag)
    {
        var scalar = Plain(line, text);
        return scalar.Kind == kind ? scalar : throw new ManifestException(line, $"{ErrorText.Quote(text)} is not a valid {tag}");
    }

    private static ScalarNode Boolean(int line, string text, string json)
    {
        return new ScalarNode(line, text, ScalarKind.Boolean, json);
    }

    private static ScalarNode Float(int line, string text, double number)
    {
        return new ScalarNode(line, text, ScalarKind.Float, GoNumbers.Json(number));
    }

    private static string FromBase64(int line, string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length)
            ? Encoding.UTF8.GetString(bytes, 0, length)
            : throw new ManifestException(line, "a !!binary value is not valid base64");
    }

    private static string ShortTag(string tag)
    {
        return tag.StartsWith(StandardTag, StringComparison.Ordinal) ? "!!" + tag[StandardTag.Length..] : tag;
    }

    private static ManifestException NotJson(int line, string text)
    {
        return new ManifestException(line, $"{text} has no form in JSON: quote it if it is text");
    }

    private static ManifestException Unsupported(int line, string tag)
    {
        return new ManifestException(line, $"the tag {ErrorText.Quote(ShortTag(tag))} is not supported");
    }
}
