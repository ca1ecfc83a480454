using System.Globalization;
using System.Text.Json;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace HaWebhook.Kubernetes.Credentials;

/// <summary>A value in a kubeconfig that knows where it is written.</summary>
/// <param name="file">The file.</param>
/// <param name="path">The fields that lead to it; empty for the whole file.</param>
/// <param name="node">The value.</param>
internal sealed class ConfigNode(string file, string path, YamlNode node)
{
    /// <summary>More than any kubeconfig needs, and few enough for parsers that call themselves.</summary>
    private const int MaximumDepth = 100;

    /// <summary>Values that are written, those counted twice that aliases stand for.</summary>
    private const int MaximumValues = 10_000;

    public string File => file;

    /// <summary>The file, the line and the field, for people.</summary>
    public string Place => string.Create(CultureInfo.InvariantCulture, $"{file}:{node.Start.Line}{(path.Length == 0 ? "" : $": {path}")}");

    /// <summary>Reads a file.</summary>
    /// <returns>Its mapping; null where the file is empty.</returns>
    /// <exception cref="KubernetesConfigurationException">It is no mapping in YAML or JSON.</exception>
    public static ConfigNode? Parse(string file, string text)
    {
        try
        {
            CheckDepth(file, text);
            var yaml = new YamlStream();
            yaml.Load(new StringReader(text));
            return yaml.Documents.Count == 0 || IsNothing(yaml.Documents[0].RootNode)
                ? null
                : new ConfigNode(file, "", yaml.Documents[0].RootNode).AsMapping();
        }
        catch (Exception exception) when (exception is not KubernetesConfigurationException)
        {
            // Whatever YamlDotNet trips over, be it its own exceptions or others, is a fault of the text.
            var line = exception is YamlException yaml ? yaml.Start.Line : 1;
            throw new KubernetesConfigurationException(string.Create(CultureInfo.InvariantCulture, $"{file}:{line}: not YAML: {exception.Message}"), exception);
        }
    }

    public KubernetesConfigurationException Error(string what) => new($"{Place} {what}");

    /// <summary>The value of a field; null where it is absent or null.</summary>
    public ConfigNode? Field(string name) => Value(name) is { } value ? new(file, Below(name), value) : null;

    /// <summary>A field that is text; null where it is absent or empty.</summary>
    public string? Text(string name) => Field(name)?.Text() is { Length: > 0 } text ? text : null;

    /// <summary>A field that is true or false; absent means false.</summary>
    public bool Flag(string name) => Text(name) switch
    {
        null or "false" => false,
        "true" => true,
        var other => throw Field(name)!.Error($"is '{other}'; must be true or false"),
    };

    /// <summary>The items of a list; none where it is absent.</summary>
    public IEnumerable<ConfigNode> Items(string name) => Field(name)?.Items() ?? [];

    /// <summary>The texts of a list.</summary>
    public IEnumerable<string> Values() => Items().Select(item => item.Text());

    /// <summary>The names and values of a mapping of texts.</summary>
    public IEnumerable<(string Name, ConfigNode Value)> Members() =>
        ((YamlMappingNode)AsMapping().Node).Children
            .Select(member => (Name: (member.Key as YamlScalarNode)?.Value ?? "", member.Value))
            .Select(member => (member.Name, new ConfigNode(file, Below(member.Name), member.Value)));

    public string Text() => node is YamlScalarNode { Value: { } value } ? value : throw Error("must be text");

    /// <summary>A field that holds bytes as base64; null where it is absent.</summary>
    public byte[]? Bytes(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        try
        {
            return Convert.FromBase64String(text);
        }
        catch (FormatException)
        {
            throw Field(name)!.Error("is not base64");
        }
    }

    public ConfigNode AsMapping() => node is YamlMappingNode ? this : throw Error("must be a mapping of fields");

    /// <summary>Refuses fields that mean something that would not be done.</summary>
    public void Allow(params ReadOnlySpan<string> names)
    {
        foreach (var (name, value) in Members())
        {
            if (!names.Contains(name) && !IsNothing(value.Node))
            {
                throw value.Error("is not supported");
            }
        }
    }

    /// <summary>Writes the value as JSON.</summary>
    public void Write(Utf8JsonWriter writer)
    {
        var left = MaximumValues;
        Write(writer, 0, ref left);
    }

    private void Write(Utf8JsonWriter writer, int depth, ref int left)
    {
        if (depth > MaximumDepth || --left < 0)
        {
            throw Error($"stands for more than {MaximumValues} values, or for itself");
        }

        switch (node)
        {
            case YamlMappingNode:
                writer.WriteStartObject();
                foreach (var (name, value) in Members())
                {
                    writer.WritePropertyName(name);
                    value.Write(writer, depth + 1, ref left);
                }

                writer.WriteEndObject();
                break;
            case YamlSequenceNode sequence:
                writer.WriteStartArray();
                foreach (var item in sequence)
                {
                    new ConfigNode(file, path, item).Write(writer, depth + 1, ref left);
                }

                writer.WriteEndArray();
                break;
            case YamlScalarNode { Style: ScalarStyle.Plain, Value: "true" or "false" or "null" } word:
                writer.WriteRawValue(word.Value);
                break;
            case YamlScalarNode { Style: ScalarStyle.Plain, Value: { } plain }
                when long.TryParse(plain, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number):
                writer.WriteNumberValue(number);
                break;
            default:
                writer.WriteStringValue(Text());
                break;
        }
    }

    private YamlNode Node => node;

    private IEnumerable<ConfigNode> Items()
    {
        var list = node as YamlSequenceNode ?? throw Error("must be a list");
        return list.Select((item, position) => new ConfigNode(file, $"{path}[{position}]", item));
    }

    private string Below(string name) => path.Length == 0 ? name : $"{path}.{name}";

    private YamlNode? Value(string name) =>
        ((YamlMappingNode)AsMapping().Node).Children.TryGetValue(new YamlScalarNode(name), out var value) && !IsNothing(value) ? value : null;

    private static bool IsNothing(YamlNode value) =>
        value is YamlScalarNode { Style: ScalarStyle.Plain or ScalarStyle.Any, Value: null or "" or "null" or "~" };

    /// <summary>The parser alone needs no stack; what is built from it does.</summary>
    private static void CheckDepth(string file, string text)
    {
        var parser = new Parser(new StringReader(text));
        var depth = 0;
        while (parser.MoveNext())
        {
            depth += parser.Current!.NestingIncrease;
            if (depth > MaximumDepth)
            {
                throw new KubernetesConfigurationException($"{file}:{parser.Current.Start.Line}: nested more than {MaximumDepth} deep");
            }
        }
    }
}
