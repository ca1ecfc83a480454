using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace HaWebhook.Policy.Manifests;

/// <summary>Where YamlDotNet reads a text otherwise than kubectl does, and how its errors are worded.</summary>
internal static class YamlText
{
    public const string Tab = "a tab cannot indent YAML: use spaces";
    public const string ShallowFlow = "a line inside { } or [ ] must be indented deeper than the key it belongs to";

    /// <summary>YamlDotNet takes a NUL for the end of the text and lets other control characters pass.</summary>
    public static void RefuseControlCharacters(string text, int firstLine)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (IsAllowed(text[i]))
            {
                continue;
            }

            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
            {
                var line = firstLine + text.AsSpan(0, i).Count('\n');
                throw new ManifestException(line, $"the character U+{(int)text[i]:X4} is not allowed in YAML");
            }

            i++;
        }
    }

    /// <summary>YamlDotNet lets tabs indent; to kubectl they are an error, and which level they mean is anyone's guess.</summary>
    public static void RefuseTab(string text, NodeEvent node, int line)
    {
        if (node.Start.Index == node.End.Index)
        {
            return;
        }

        var sawTab = false;
        var i = (int)node.Start.Index - 1;
        for (; i >= 0 && IsIndentation(text, i); i--)
        {
            sawTab |= text[i] == '\t';
        }

        if (sawTab && (i < 0 || text[i] is '\n' or '\r'))
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

    /// <summary>YamlDotNet has no words for a text in a flow collection that is indented too little.</summary>
    public static bool IsAboutFlow(Exception failure)
    {
        return failure is InvalidOperationException && failure.Message == new InvalidOperationException().Message;
    }

    public static string Reason(Exception failure)
    {
        return failure switch
        {
            _ when IsAboutTab(failure) => Tab,
            _ when IsAboutFlow(failure) => ShallowFlow,
            YamlException => ErrorText.Reason("YAML", failure.Message),
            _ => "not valid YAML",
        };
    }

    private static bool IsAllowed(char c)
    {
        return c is '\t' or '\n' or '\r' or '\u0085' || !(char.IsControl(c) || char.IsSurrogate(c) || c is '\uFFFE' or '\uFFFF');
    }

    // The indicators - ? : are part of the indentation when white space follows them.
    private static bool IsIndentation(string text, int index)
    {
        return text[index] is ' ' or '\t' || (text[index] is '-' or '?' or ':' && text[index + 1] is ' ' or '\t');
    }
}
