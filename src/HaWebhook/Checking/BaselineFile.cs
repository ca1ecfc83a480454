using System.Globalization;
using HaWebhook.Checking.Reports;
using HaWebhook.Commands;
using HaWebhook.Policy;
using HaWebhook.Policy.Manifests;

namespace HaWebhook.Checking;

/// <summary>
/// Reads and writes baselines: YAML, a line for each finding, in an order that does not depend on files, so that what changes in
/// version control is what has changed in the manifests.
/// </summary>
internal sealed class BaselineFile
{
    /// <summary>The largest file that is read: some 300,000 findings.</summary>
    private const int LargestFile = 64 << 20;

    /// <summary>Errors past these are only counted: another file altogether has no end of them.</summary>
    private const int MostTold = 20;

    private const int Version = 1;

    private const string Head = """
        # Findings that ha-webhook check knows: they do not fail it. Written with --write-baseline.
        # Take a line out when it is mended; a check with --baseline tells which ones are.
        version: 1

        """;

    /// <summary>In the order of <see cref="FindingKey.Parts"/>.</summary>
    private static readonly string[] _keys = ["namespace", "kind", "group", "name", "rule", "field"];

    private readonly List<ManifestError> _errors = [];

    /// <exception cref="CommandException">The file cannot be read, or is no baseline.</exception>
    public static Baseline Read(string path)
    {
        var file = new BaselineFile();
        var lines = file.Parse(GivenFile.ReadText(path, LargestFile, "a baseline"));
        return file._errors.Count == 0 ? new Baseline(path, lines) : throw new CommandException([.. file.Errors(path)]);
    }

    /// <summary>Writes all that was found.</summary>
    /// <returns>The number of findings.</returns>
    /// <exception cref="CommandException">The file cannot be written.</exception>
    public static int Write(string path, CheckResult result)
    {
        var keys = result.Objects
            .SelectMany(item => item.Findings.Select(found => found.Finding).Concat(item.Known).Select(finding => FindingKey.Of(item, finding)))
            .Distinct()
            .Order(FindingKey.Order)
            .ToList();
        OutputFile.Write(path, output =>
        {
            using var writer = new StreamWriter(output, leaveOpen: true) { NewLine = "\n" };
            writer.Write(Head);
            writer.WriteLine(keys.Count == 0 ? "findings: []" : "findings:");
            foreach (var key in keys)
            {
                writer.WriteLine($"- {{{string.Join(", ", _keys.Zip(key.Parts, (name, value) => $"{name}: {FlowYaml.Scalar(value)}"))}}}");
            }
        });
        return keys.Count;
    }

    private IEnumerable<string> Errors(string path)
    {
        foreach (var error in _errors.Take(MostTold))
        {
            yield return $"{path}:{error.Line}: {error.Message}";
        }

        if (_errors.Count > MostTold)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{path}: {_errors.Count - MostTold:N0} more errors; is it a baseline?");
        }
    }

    private Dictionary<FindingKey, int> Parse(string text)
    {
        var lines = new Dictionary<FindingKey, int>();
        if (ManifestReader.Read(text) is not [var document])
        {
            Fail(1, "a baseline is one document with version and findings");
        }
        else if (document.Error is { } error)
        {
            _errors.Add(error);
        }
        else if (document.Root is not MappingNode root)
        {
            Fail(document.Line, "a baseline is a mapping with version and findings");
        }
        else
        {
            RejectUnknown(root, ["version", "findings"]);
            if (!root.TryGet("version", out var version) || (version as ScalarNode)?.Text != $"{Version}")
            {
                Fail(version?.Line ?? root.Line, $"version must be {Version}");
            }

            if (root.TryGet("findings", out var findings) && findings is SequenceNode list)
            {
                foreach (var item in list.Items)
                {
                    Parse(item, lines);
                }
            }
            else
            {
                Fail(findings?.Line ?? root.Line, "findings must be a list");
            }
        }

        return lines;
    }

    private void Parse(ManifestNode node, Dictionary<FindingKey, int> lines)
    {
        if (node is not MappingNode mapping)
        {
            Fail(node.Line, $"a finding must be a mapping with {string.Join(", ", _keys)}");
            return;
        }

        var before = _errors.Count;
        RejectUnknown(mapping, _keys);
        var values = _keys.Select(key => TextOf(mapping, key)).ToArray();
        if (_errors.Count == before)
        {
            lines.TryAdd(new(new(values[0], values[2], values[1], values[3]), values[4], values[5]), node.Line);
        }
    }

    private string TextOf(MappingNode node, string key)
    {
        if (!node.TryGet(key, out var value))
        {
            Fail(node.Line, $"{key} is missing");
        }
        else if (value is not ScalarNode { Kind: not ScalarKind.Null })
        {
            Fail(value.Line, $"{key} must be a text");
        }

        return (value as ScalarNode)?.Text ?? "";
    }

    private void RejectUnknown(MappingNode node, string[] known)
    {
        foreach (var entry in node.Entries.Where(entry => !known.Contains(entry.Key)))
        {
            Fail(entry.Line, $"{entry.Key} is not a key of a baseline{NearestName.Hint(entry.Key, known)}");
        }
    }

    private void Fail(int line, string message) => _errors.Add(new(line, message));
}
