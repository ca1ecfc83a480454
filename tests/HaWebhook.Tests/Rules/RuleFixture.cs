using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using HaWebhook.Admission;
using HaWebhook.Checking;
using HaWebhook.Fuzzing.Admission;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Evaluation;

namespace HaWebhook.Tests.Rules;

/// <summary>
/// A manifest <c>Fixtures/rule-id/expectation-why.yaml</c>. Its first document is judged as <c>check</c> would, by that one rule,
/// with the other documents around it. A first line <c># rules: {minimum: 3}</c> holds the rule's settings.
/// </summary>
internal sealed class RuleFixture(string rule, string name)
{
    private const string SettingsMark = "# rules: ";

    private static readonly string _root = Path.Combine(AppContext.BaseDirectory, "Fixtures");
    private static readonly JsonSerializerOptions _pretty = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly string _text = File.ReadAllText(Path.Combine(_root, rule, name + ".yaml"));

    /// <summary>Whether expectations are rewritten and not compared. What is written must be read before it is committed.</summary>
    public static bool Updates { get; } = Environment.GetEnvironmentVariable("UPDATE_FIXTURES") == "1";

    /// <summary>Every file below <c>Fixtures</c>, in order, with slashes.</summary>
    public static IReadOnlyList<string> Files { get; } =
    [
        .. Directory.EnumerateFiles(_root, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(_root, file).Replace('\\', '/'))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>
    /// Rule and name of the fixtures that expect this: <c>allow</c>, <c>deny</c>, <c>skip</c> (the rule cannot judge), <c>mutate</c> or <c>keep</c>.
    /// </summary>
    public static IEnumerable<(string Rule, string Name)> ThatExpect(string expectation) =>
        from file in Files
        where file.EndsWith(".yaml", StringComparison.Ordinal)
        let steps = file[..^".yaml".Length].Split('/')
        where steps.Length == 2 && steps[1].StartsWith(expectation + "-", StringComparison.Ordinal)
        select (steps[0], steps[1]);

    /// <summary>What the policy says to the first document.</summary>
    public CheckedObject Judge() => Judge(_text)[0];

    /// <summary>The same, with the documents in the opposite order, as another file may have them.</summary>
    public CheckedObject JudgeBackwards() => Judge(Join(Objects().Reverse()))[^1];

    /// <summary>What the policy says to the first document once a patch has been applied to it.</summary>
    public CheckedObject JudgePatched(byte[] patch)
    {
        var objects = Objects().ToList();
        objects[0] = JsonPatch.Apply(objects[0], patch);
        return Judge(Join(objects))[0];
    }

    /// <summary>
    /// The findings as people would read them, one a line, each with what to do on the next, and rules that could not judge with their reason.
    /// </summary>
    public static string Describe(CheckedObject judged)
    {
        var text = new StringBuilder();
        foreach (var (finding, _) in judged.Findings)
        {
            text.Append(finding.Action.ToString().ToUpperInvariant());
            text.Append(' ').Append(finding.Rule).Append(": ").Append(finding.Field).Append(' ').Append(finding.Message).Append('\n');
            text.Append("  ").Append(finding.Fix).Append('\n');
        }

        foreach (var skipped in judged.Skipped)
        {
            text.Append("SKIP ").Append(skipped.Rule).Append(": ").Append(skipped.Reason).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>The changes as a JSON patch.</summary>
    public static byte[] PatchOf(CheckedObject judged) => JsonPatch.Write(judged.Changes.Select(change => change.Change));

    /// <summary>The text of the expectation beside the fixture; null where there is none.</summary>
    public string? Expected(string extension)
    {
        var file = Path.Combine(_root, rule, name + extension);
        return File.Exists(file) ? File.ReadAllText(file) : null;
    }

    /// <summary>Rewrites an expectation in the sources.</summary>
    public void Update(string extension, string text) =>
        File.WriteAllText(SourceTree.PathOf("tests", "HaWebhook.Tests", "Fixtures", rule, name + extension), text);

    /// <summary>JSON as the expectations hold it.</summary>
    public static string Pretty(byte[] json) => JsonNode.Parse(json)!.ToJsonString(_pretty) + "\n";

    private IEnumerable<byte[]> Objects()
    {
        var manifests = new ManifestObjects();
        manifests.Add(new(name, _text, null));
        return manifests.Objects.Select(manifest => manifest.ToJson());
    }

    private IReadOnlyList<CheckedObject> Judge(string text)
    {
        var evaluators = new PolicyEvaluators(Policy(), new FixedClock());
        var result = new ManifestCheck(evaluators, "default").Run([new ManifestFile(name, text, null)]);
        Assert.Empty(result.Errors);
        Assert.Empty(result.Skipped);
        Assert.NotEmpty(result.Objects);
        return result.Objects;
    }

    /// <summary>The policy in which only this rule runs.</summary>
    private PolicyOptions Policy()
    {
        var first = _text[.._text.IndexOf('\n', StringComparison.Ordinal)];
        Assert.True(first[0] != '#' || first.StartsWith(SettingsMark, StringComparison.Ordinal), $"a comment on the first line must be {SettingsMark}");
        var settings = first[0] == '#' ? first[SettingsMark.Length..] : "{}";
        var options = PolicyFile.Read(FuzzedPolicy.OnlyOne(rule, settings), out var errors);
        Assert.Empty(errors);
        return options!;
    }

    private static string Join(IEnumerable<byte[]> objects) => string.Join("\n---\n", objects.Select(Encoding.UTF8.GetString));
}
