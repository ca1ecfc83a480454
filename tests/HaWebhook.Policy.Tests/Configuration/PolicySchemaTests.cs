using System.Text.Json.Nodes;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Manifests;
using HaWebhook.Policy.Rules;

namespace HaWebhook.Policy.Tests.Configuration;

public class PolicySchemaTests
{
    /// <summary>What else makes an entry right, by the key of its list or mapping.</summary>
    private static readonly Dictionary<string, (string Key, string Value)[]> _around = new()
    {
        ["exemptions"] = [("reason", "a test"), ("usernames", "[ops]")],
        ["workloads"] = [("group", "a.b"), ("kind", "C"), ("resource", "cs")],
        ["replicatedResources"] = [("group", "a.b"), ("kind", "C"), ("resource", "cs"), ("path", "spec.count")],
        ["overrides"] = [("namespaceSelector", "{matchLabels: {a: b}}"), ("mode", "Warn")],
        ["overrides.namespaceSelector.matchExpressions"] = [("key", "a"), ("operator", "Exists")],
    };

    private static readonly string[] _values =
    [
        "null", "~", "", "true", "True", "false", "yes", "Off", "n", "'true'", "-1", "0", "1", "2", "+2", "007", "1.5", "'2'", "100", "101", "3650", "3651", "99999999999",
        "''", "' '", "a", "' a '", "a/b", "a/b/c", "/b", "all", "minimum-replicas", "spec", "spec.a", "spec.a[].b-c_d", "spec.a[0]", "status.a", "\"spec.a\\n\"",
        "2027-01-31", "'2027-01-31'", "2027-02-29", "2028-02-29", "2027-1-31", "2027-01-31T00:00:00Z",
        "In", "NotIn", "Exists", "exists", "Deny", "deny", "Warn", "Audit", "Enforce", "Allow", "Any", "StricterOnly", "Ignore", "Never", "Stateless", "Fill", "Keep", "Bare", "All",
        "[]", "[a]", "['']", "[' ']", "[1]", "[true]", "[no]", "[null]", "[a, b]", "[a, 1]", "[a/b]", "[all]", "[all, minimum-replica]", "[[]]", "[{}]", "{}", "{a: b}", "{a: ''}", "{a: 1}", "{a b: c}", "{a: b c}", "{a.b/c: d}", "{a: no}", "{a: true}", "{matchLabels: {a: b}}",
        "{minimum-replicas: {minimum: 1}}", "{minimum-replicas: {minimum: 3}}", "{default-probes: {liveness: Never}}",
    ];

    private static readonly JsonObject _schema = JsonNode.Parse(PolicySchema.Write())!.AsObject();

    /// <summary>Every key that the schema knows, with the keys that lead there; what is in a list has its list's key before it.</summary>
    public static TheoryData<string> Keys => [.. KeysOf(_schema, "")];

    [Theory]
    [MemberData(nameof(Keys))]
    public void Reader_KnowsTheKey_AndAgreesOnEveryValue(string key)
    {
        foreach (var value in _values)
        {
            PolicyReading.Read(TextWith(key, value), out var errors);

            Assert.DoesNotContain(errors, error => error.Message.StartsWith($"{key} is not a key", StringComparison.Ordinal));
        }
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Key_HasADescriptionThatIsASentence(string key)
    {
        var description = Assert.IsAssignableFrom<JsonValue>(SchemaOf(key)["description"]).GetValue<string>();

        Assert.EndsWith(".", description, StringComparison.Ordinal);
        Assert.DoesNotContain("  ", description, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Sample_ShowsTheKey(string key)
    {
        var sample = ManifestReader.Read(RepositoryFile.ReadText("samples/policy.yaml"))[0].Root!;

        Assert.Contains(key, KeysOf(sample, ""));
    }

    [Fact]
    public void Sample_NamesTheSchemaForEditors() =>
        Assert.StartsWith(
            "# yaml-language-server: $schema=../docs/policy.schema.json\n", RepositoryFile.ReadText("samples/policy.yaml"), StringComparison.Ordinal);

    /// <summary>The defaults that the schema tells, given as a policy, change nothing.</summary>
    [Fact]
    public void Defaults_AreThoseOfThePolicy()
    {
        var policy = PolicyReading.Read(Defaults(_schema).ToJsonString(), out var errors);

        Assert.Empty(errors);
        var read = Assert.IsType<PolicyOptions>(policy);
        var defaults = PolicyOptions.Default;
        Assert.Equivalent(defaults with { Hash = read.Hash, Rules = read.Rules }, read, strict: true);
        Assert.Equal(BuiltInRules.All.Select(rule => rule.Id), read.Rules.Keys);
        foreach (var rule in BuiltInRules.All)
        {
            var settings = read.Rules[rule.Id];
            Assert.Equal((rule as ValidatingRuleDefinition)?.DefaultAction, settings.Action);
            Assert.Equal(rule is ValidatingRuleDefinition ? null : rule.IsOn(RuleSettings.Defaults), settings.Enabled);
            Assert.Equal(rule.Parameters, settings.Values.Keys);
            Assert.All(rule.Parameters, parameter => Assert.Equal(parameter.DefaultText, TextOf(settings.Values[parameter])));
        }
    }

    /// <summary>A default that the schema tells where the policy has another, or none, would mislead.</summary>
    [Fact]
    public void EveryOptionalKeyButTheseHasADefault() =>
        Assert.Equal(
            ["annotationExemptions", "exemptions.until", "overrides.mode", "overrides.rules", "rules", .. BuiltInRules.All.Select(rule => $"rules.{rule.Id}")],
            KeysOf(_schema, "").Where(key => SchemaOf(key) is { } schema && schema["default"] is null && schema["type"] is JsonArray));

    private static IEnumerable<string> KeysOf(JsonObject schema, string above)
    {
        foreach (var (name, property) in Properties(schema))
        {
            yield return above + name;
            foreach (var below in KeysOf(property, above + name + "."))
            {
                yield return below;
            }
        }
    }

    private static IEnumerable<string> KeysOf(ManifestNode node, string above) => node switch
    {
        MappingNode mapping => mapping.Entries.SelectMany(entry => KeysOf(entry.Value, above + entry.Key + ".").Prepend(above + entry.Key)),
        SequenceNode list => list.Items.SelectMany(item => KeysOf(item, above)),
        _ => [],
    };

    private static JsonObject SchemaOf(string key) =>
        key.Split('.').Aggregate(_schema, (schema, step) => Properties(schema).Single(property => property.Name == step).Schema);

    /// <summary>The properties of a mapping, or of the mappings in a list.</summary>
    private static IEnumerable<(string Name, JsonObject Schema)> Properties(JsonObject schema) =>
        ((schema["items"] ?? schema)["properties"] as JsonObject)?.Select(property => (property.Key, property.Value!.AsObject())) ?? [];

    private static string TextWith(string key, string value)
    {
        var steps = key.Split('.');
        for (var i = steps.Length - 1; i > 0; i--)
        {
            var isList = _around.TryGetValue(string.Join('.', steps[..i]), out var around);
            var entries = (around ?? []).Where(entry => entry.Key != steps[i]).Append((steps[i], value)).Select(entry => $"{entry.Item1}: {entry.Item2}");
            value = isList ? $"[{{{string.Join(", ", entries)}}}]" : $"{{{string.Join(", ", entries)}}}";
        }

        return $"{steps[0]}: {value}\n";
    }

    private static JsonObject Defaults(JsonObject schema) => new(
        from property in Properties(schema)
        where property.Schema["items"] is null || property.Schema["default"] is not null
        select KeyValuePair.Create(
            property.Name,
            property.Schema["properties"] is null ? property.Schema["default"]?.DeepClone() : Defaults(property.Schema)));

    private static string? TextOf(object value) => value switch
    {
        bool flag => flag ? "true" : "false",
        IEnumerable<string> list => $"[{string.Join(", ", list)}]",
        _ => value.ToString(),
    };
}
