using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace HaWebhook.Tests.Fixing;

/// <summary>Writes manifests as many hands do: every style of YAML, comments and blank lines anywhere, JSON, several documents.</summary>
internal sealed class RandomManifest(int seed)
{
    private static readonly string[] _comments = ["# a comment", "#", "# key: value", "# - item", "## ---"];

    private readonly Random _random = new(seed);
    private readonly StringBuilder _text = new();
    private int _mapping = 2;
    private int _dash;
    private int _item = 2;
    private bool _isPlain;

    public string Write()
    {
        for (var documents = _random.Next(1, 4); documents > 0; documents--)
        {
            var root = Chance(5) ? List() : Workload();
            (_mapping, _dash, _item, _isPlain) = (_random.Next(1, 6), _random.Next(4), _random.Next(2, 5), Chance(3));
            if (Chance(6))
            {
                _text.Append(root.ToJsonString(new JsonSerializerOptions { WriteIndented = Chance(2) })).Append('\n');
            }
            else
            {
                Comments();
                WriteMapping(root, 0);
                Comments();
            }

            _text.Append(documents == 1 ? "" : Chance(4) ? "...\n---\n" : "--- # next\n");
        }

        var text = _text.ToString();
        text = Chance(4) ? text.ReplaceLineEndings("\r\n") : text;
        return Chance(5) ? text.TrimEnd('\r', '\n') : text;
    }

    private JsonObject List()
    {
        var items = new JsonArray();
        for (var count = _random.Next(3); count >= 0; count--)
        {
            items.Add(Workload());
        }

        return Shuffled(("apiVersion", "v1"), ("kind", "List"), ("items", items));
    }

    private JsonObject Workload()
    {
        var labels = Shuffled(("app", "web"), ("yes", "1"), ("a.b/c-d", Chance(2) ? "on" : "x"));
        var pod = Shuffled(
            ("containers", Containers()),
            (Maybe("initContainers"), Containers()),
            (Maybe("nodeSelector"), Shuffled(("disk", "ssd"))),
            (Maybe("volumes"), new JsonArray(Shuffled(("name", "tmp"), ("emptyDir", new JsonObject())))),
            (Maybe("hostname"), Text()),
            (Maybe("topologySpreadConstraints"), Chance(2) ? null : new JsonArray()));
        if (Chance(3))
        {
            return Shuffled(("apiVersion", "v1"), ("kind", "Pod"), ("metadata", Shuffled(("name", "a"), ("labels", labels))), ("spec", pod));
        }

        var template = Shuffled(("metadata", Shuffled(("labels", labels.DeepClone()), (Maybe("annotations"), Shuffled(("note", Text()))))), ("spec", pod));
        var spec = Shuffled(("replicas", 2), ("selector", Shuffled(("matchLabels", labels))), ("template", template), (Maybe("paused"), true));
        return Shuffled(("apiVersion", "apps/v1"), ("kind", Chance(2) ? "Deployment" : "StatefulSet"), ("metadata", Shuffled(("name", "a"), (Maybe("note"), Text()))), ("spec", spec));
    }

    private JsonArray Containers()
    {
        var containers = new JsonArray();
        for (var count = _random.Next(3); count >= 0; count--)
        {
            var port = Shuffled(("containerPort", 8080), (Maybe("name"), "http"));
            containers.Add(Shuffled(
                ("name", Chance(8) ? "twin" : $"c{count}"),
                (Maybe("image"), "registry.example.com:5000/a/b:1.2"),
                ("ports", Chance(4) ? new JsonArray() : new JsonArray(port)),
                (Maybe("args"), new JsonArray(Text(), "-c", "8080", Text())),
                (Maybe("workingDir"), Text()),
                (Maybe("resources"), Shuffled(("limits", Shuffled(("cpu", "1"), ("memory", "64Mi"))))),
                (Maybe("readinessProbe"), Chance(2) ? null : Shuffled(("exec", Shuffled(("command", new JsonArray("ready")))), (Maybe("periodSeconds"), 3))),
                (Maybe("livenessProbe"), null)));
        }

        return containers;
    }

    private JsonNode? Text() => _random.Next(8) switch
    {
        0 => "",
        1 => "line\n\n  deeper\nlast\n",
        2 => "# not a comment\nb: c\n\n\n",
        3 => "it's \"quoted\" \\ \t",
        4 => "no break\nat the end",
        5 => null,
        _ => "word",
    };

    private string Maybe(string key) => Chance(2) ? key : "";

    private JsonObject Shuffled(params (string Key, JsonNode? Value)[] members)
    {
        _random.Shuffle(members);
        return [.. members.Where(member => member.Key.Length > 0).Select(member => KeyValuePair.Create(member.Key, member.Value))];
    }

    private bool Chance(int oneIn) => _random.Next(oneIn) == 0;

    private void WriteMapping(JsonObject mapping, int column)
    {
        var isFirst = true;
        foreach (var (key, value) in mapping)
        {
            if (!isFirst)
            {
                Comments();
                _text.Append(' ', column);
            }

            isFirst = false;
            _text.Append(Chance(10) ? $"\"{key}\"" : key).Append(':').Append(Chance(15) ? " " : "");
            WriteValue(value, column);
        }
    }

    private void WriteValue(JsonNode? value, int column)
    {
        if (value is JsonObject { Count: > 0 } mapping && !Chance(6))
        {
            EndLine();
            var inner = column + _mapping;
            Comments();
            _text.Append(' ', inner);
            WriteMapping(mapping, inner);
        }
        else if (value is JsonArray { Count: > 0 } list && !Chance(6))
        {
            EndLine();
            WriteList(list, column + _dash);
        }
        else if (value is JsonValue scalar && scalar.GetValueKind() == JsonValueKind.String)
        {
            _text.Append(' ');
            WriteText(scalar.GetValue<string>(), column);
        }
        else
        {
            _text.Append(value is null && Chance(2) ? "" : ' ' + Flow(value, column + _mapping));
            EndLine();
        }
    }

    private void WriteList(JsonArray list, int column)
    {
        foreach (var item in list)
        {
            Comments();
            _text.Append(' ', column).Append('-').Append(' ', _item - 1);
            switch (item)
            {
                case JsonObject { Count: > 0 } mapping when !Chance(6):
                    WriteMapping(mapping, column + _item);
                    break;
                case JsonValue scalar when scalar.GetValueKind() == JsonValueKind.String:
                    WriteText(scalar.GetValue<string>(), column);
                    break;
                default:
                    _text.Append(Flow(item, column + _item));
                    EndLine();
                    break;
            }
        }
    }

    private void WriteText(string text, int column)
    {
        var indent = new string(' ', column + _mapping);
        if (!text.Contains('\n', StringComparison.Ordinal) || Chance(4))
        {
            _text.Append(text == "word" && Chance(2) ? text : text == "word" && Chance(2) ? $"wo\n{indent}rd" : JsonSerializer.Serialize(text));
            EndLine();
            return;
        }

        _text.Append(Chance(2) ? '|' : '>').Append(text.EndsWith("\n\n", StringComparison.Ordinal) || Chance(4) ? "+" : text.EndsWith('\n') ? "" : "-");
        EndLine(mayBeBlank: false);
        foreach (var line in text.TrimEnd('\n').Split('\n'))
        {
            _text.Append(line.Length == 0 ? "" : indent).Append(line).Append('\n');
        }

        _text.Append('\n', text.Length - text.TrimEnd('\n').Length);
    }

    private string Flow(JsonNode? node, int column)
    {
        var isQuoted = Chance(5);
        var lines = Chance(4) ? "\n" + new string(' ', column) : "";
        var end = Chance(2) ? lines : "";
        string Between(IEnumerable<string> items) => string.Join("," + (lines.Length > 0 ? lines : isQuoted && Chance(2) ? "" : " "), items);
        return node switch
        {
            JsonObject { Count: 0 } => Chance(2) ? "{}" : "{ }",
            JsonObject mapping => "{" + end + Between(mapping.Select(member => $"{(isQuoted ? $"\"{member.Key}\":" : member.Key + ": ")}{Flow(member.Value, column + 1)}")) + (Chance(5) ? "," : "") + end + "}",
            JsonArray { Count: 0 } => "[]",
            JsonArray list => "[" + end + Between(list.Select(item => Flow(item, column + 1))) + end + "]",
            null => "null",
            _ => node.ToJsonString(),
        };
    }

    private void EndLine(bool mayBeBlank = true)
    {
        _text.Append(_isPlain || !Chance(8) ? "" : "   " + _comments[_random.Next(_comments.Length)]).Append('\n');
        if (mayBeBlank && !_isPlain && Chance(12))
        {
            _text.Append(' ', _random.Next(3)).Append('\n');
        }
    }

    private void Comments()
    {
        for (; !_isPlain && Chance(8) && (_text.Length == 0 || _text[^1] == '\n'); _text.Append('\n'))
        {
            _text.Append(' ', _random.Next(12)).Append(_comments[_random.Next(_comments.Length)]);
        }
    }
}
