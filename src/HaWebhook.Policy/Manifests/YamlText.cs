using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace HaWebhook.Policy.Manifests;

/// <summary>Where YamlDotNet reads a text otherwise than kubectl does, and how its errors are worded.</summary>
internal static class YamlText
{
    public const string Tab = "a tab can not indent YAML: use spaces";
    public const string ShallowFlow = "a line inside { } or [ ] must be indented deeper than the key it belongs to";

    /// <summary>YamlDotNet takes a NUL for the end of the text and lets other control characters pass.</summary>
    public static void RefuseControlCharacters(string text, int firstLine)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var allowed = text[i] switch
            {
                '\t' or '\n' or '\r' or '\u0085' => true,
                '\uFFFE' or '\uFFFF' => false,
                var high when char.IsHighSurrogate(high) => i + 1 < text.Length && char.IsLowSurrogate(text[++i]),
                var other => !char.IsControl(other) && !char.IsLowSurrogate(other),
            };
            if (!allowed)
            {
                var line = firstLine + text.AsSpan(0, i).Count('\n');
                throw new ManifestException(line, $"the character U+{(int)text[i]:X4} is not allowed in YAML");
            }
        }
    }

    /// <summary>YamlDotNet lets tabs indent; to kubectl they are an error, and which level they mean is anyone's guess.</summary>
    public static void RefuseTab(string text, NodeEvent node, int line)
    {
        var sawTab = false;
        var i = (int)node.Start.Index - 1;
        while (i >= 0 && text[i] is ' ' or '\t' or '-' or '?' or ':')
        {
            sawTab |= text[i--] == '\t';
        }

        if (sawTab && node.Start.Index != node.End.Index && (i < 0 || text[i] is '\n' or '\r'))
        {
            throw new ManifestException(line, Tab);
        }
    }

    /// <summary>In a block after a flow collection YamlDotNet drops the colon that a plain text such as :8080 starts with.</summary>
    public static string WithLostColon(string text, Scalar scalar)
    {
        var before = (int)scalar.Start.Index - 1;
        var lost = scalar.Style == ScalarStyle.Plain && scalar.Value.Length > 0 && before >= 0 && text[before] == ':'
            && (before == 0 || char.IsWhiteSpace(text[before - 1]));
        return lost ? ":" + scalar.Value : scalar.Value;
    }

    /// <summary>Errors about tabs carry the position of the mapping around them.</summary>
    public static bool IsAboutTab(Exception failure)
    {
        return failure.Message.Contains(" tab ", StringComparison.Ordinal);
    }

    public static string Reason(Exception failure)
    {
        return failure switch
        {
            _ when IsAboutTab(failure) => Tab,
            YamlException => ErrorText.Reason("YAML", failure.Message),
            InvalidOperationException => ShallowFlow,
            _ => "not valid YAML",
        };
    }
}
