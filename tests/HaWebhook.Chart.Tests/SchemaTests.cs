using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace HaWebhook.Chart.Tests;

/// <summary>values.schema.json, values.yaml and the templates speak of the same values.</summary>
public class SchemaTests
{
    private const string SchemaFile = "charts/ha-webhook/values.schema.json";

    private static readonly JsonObject _schema = JsonNode.Parse(Repository.Read(SchemaFile))!.AsObject();

    private static readonly JsonObject _values = Yaml.Read(Repository.Read("charts/ha-webhook/values.yaml"));

    [Fact]
    public void Every_value_of_the_schema_has_a_default_and_the_other_way_round()
    {
        // Not among them: what a parent chart hands on, and what a policy leaves out.
        var known = Leaves(_schema, "").Where(path => path != "global" && !path.StartsWith("policy", StringComparison.Ordinal));
        var given = Leaves(_schema, _values, "").Where(path => !path.StartsWith("policy", StringComparison.Ordinal));

        Assert.Equal(known.Order(StringComparer.Ordinal), given.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_value_of_the_schema_is_used()
    {
        var templates = string.Join('\n', Directory.EnumerateFiles(Path.Combine(Repository.Chart, "templates"), "*", SearchOption.AllDirectories).Select(File.ReadAllText));
        var used = Regex.Matches(templates, @"\.Values\.([A-Za-z.]+)").Select(match => match.Groups[1].Value.TrimEnd('.')).ToHashSet(StringComparer.Ordinal);

        // Put into an object as they are, or taken apart there, for they may be null.
        string[] whole = ["policy", "policy.rules", "webhooks.namespaceSelector", "webhooks.objectSelector", "certificates.certManager.issuerRef"];

        // image is walked through as a whole.
        Assert.All(["registry", "repository", "tag", "digest"], key => Assert.Contains($".{key}", templates, StringComparison.Ordinal));
        Assert.All(
            Leaves(_schema, "").Where(path => path is not "global" && !path.StartsWith("image.", StringComparison.Ordinal)),
            path => Assert.True(used.Any(value => path == value || (path.StartsWith(value + ".", StringComparison.Ordinal) && whole.Contains(value))), $"{path} is used nowhere"));
    }

    [Fact]
    public void Every_value_that_is_used_is_in_the_schema()
    {
        var templates = string.Join('\n', Directory.EnumerateFiles(Path.Combine(Repository.Chart, "templates"), "*", SearchOption.AllDirectories).Select(File.ReadAllText));

        Assert.All(
            Regex.Matches(templates, @"\.Values\.([A-Za-z.]+)").Select(match => match.Groups[1].Value.TrimEnd('.')).Distinct(),
            path => Assert.True(_schema.At("properties/" + path.Replace(".", "/properties/", StringComparison.Ordinal)) is not null, $"{path} is not in the schema"));
    }

    [Fact]
    public void Every_level_that_is_ours_refuses_unknown_keys() =>
        Assert.All(Levels(_schema, "").Where(level => level.Schema.ContainsKey("properties")), level =>
            Assert.True(level.Schema["additionalProperties"] is JsonValue value && !(bool)value, level.Path));

    [Fact]
    public void The_policy_is_described_as_the_policy_file_is()
    {
        var policy = JsonNode.Parse(Repository.Read("docs/policy.schema.json").Replace("\"#/", "\"#/properties/policy/", StringComparison.Ordinal))!.AsObject();
        policy.Remove("$schema");
        policy.Remove("title");
        if (Environment.GetEnvironmentVariable("UPDATE_FIXTURES") == "1")
        {
            _schema["properties"]!["policy"] = policy.DeepClone();
            var options = new System.Text.Json.JsonSerializerOptions { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
            File.WriteAllText(Repository.PathOf(SchemaFile), _schema.ToJsonString(options) + "\n");
        }

        Assert.True(
            JsonNode.DeepEquals(policy, _schema.At("properties/policy")),
            $"the schema of the policy has changed: UPDATE_FIXTURES=1 dotnet test tests/HaWebhook.Chart.Tests writes it into {SchemaFile}");
    }

    /// <summary>The paths of the values that are no further described objects.</summary>
    private static IEnumerable<string> Leaves(JsonObject schema, string path) => schema["properties"] is JsonObject properties
        ? properties.SelectMany(property => Leaves(property.Value!.AsObject(), path.Length == 0 ? property.Key : $"{path}.{property.Key}"))
        : [path];

    /// <summary>The same of the values that there are, as deep as the schema goes.</summary>
    private static IEnumerable<string> Leaves(JsonObject? schema, JsonNode? value, string path) => schema?["properties"] is JsonObject properties && value is JsonObject { Count: > 0 } map
        ? map.SelectMany(entry => Leaves(properties[entry.Key] as JsonObject, entry.Value, path.Length == 0 ? entry.Key : $"{path}.{entry.Key}"))
        : schema?["properties"] is JsonObject { Count: > 0 } empty
        ? empty.Select(property => $"{path}.{property.Key}")
        : [path];

    private static IEnumerable<(string Path, JsonObject Schema)> Levels(JsonNode? node, string path) => node switch
    {
        JsonObject map => map.SelectMany(entry => Levels(entry.Value, $"{path}/{entry.Key}"))
            .Concat(map["type"]?.ToString() == "object" ? [(path, map)] : Array.Empty<(string, JsonObject)>()),
        JsonArray list => list.SelectMany((item, index) => Levels(item, $"{path}/{index}")),
        _ => [],
    };
}
