using System.Globalization;
using System.Text.Json.Nodes;
using HaWebhook.Commands;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Rules;

namespace HaWebhook.Tests.Commands;

/// <summary>Whatever is wrong with a policy is told by file, line and key, with what is accepted, and the exit code is 2.</summary>
public sealed class BadPolicyTests : IDisposable
{
    private const string Nothing = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";

    private static readonly JsonObject _rules = JsonNode.Parse(PolicySchema.Write())!["properties"]!["rules"]!["properties"]!.AsObject();

    private readonly string _folder = Directory.CreateTempSubdirectory("ha-webhook-").FullName;

    /// <summary>Every key of every rule.</summary>
    public static TheoryData<string, string> Keys => [.. from rule in BuiltInRules.All from key in rule.Keys select (rule.Id, key.Name)];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_value_that_is_not_accepted_is_told(string rule, string name)
    {
        var key = BuiltInRules.Find(rule)!.Keys.Single(key => key.Name == name);

        Assert.All(BadValues(rule, name), value => Assert.StartsWith(
            $"policy.yaml:4: rules.{rule}.{name} must be {key.Accepts}", Assert.Single(ErrorsOf(rule, name, value)), StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_value_that_is_accepted_is_read(string rule, string name)
    {
        Assert.All(GoodValues(rule, name), value => Assert.Empty(ErrorsOf(rule, name, value)));
    }

    /// <summary>As in Kubernetes: <c>minimum:</c> with nothing behind it is not given.</summary>
    [Theory]
    [MemberData(nameof(Keys))]
    public void Null_is_the_default(string rule, string name)
    {
        var settings = PolicyLoader.Parse("policy.yaml", TextOf(rule, name, "null")).Rules[rule];

        Assert.Empty(settings.Values);
        Assert.Equal((null, null), (settings.Action, settings.Enabled));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_misspelt_key_is_told_with_the_right_one(string rule, string name) =>
        Assert.Equal([$"policy.yaml:4: rules.{rule}.{name}x is not a key of the policy; did you mean {name}?"], ErrorsOf(rule, name + "x", "1"));

    [Fact]
    public async Task All_of_them_at_once_are_told_by_the_executable()
    {
        var lines = new List<string> { "rules:" };
        var expected = new List<string>();
        var file = Path.Combine(_folder, "policy.yaml");
        foreach (var rule in BuiltInRules.All)
        {
            lines.Add($"  {rule.Id}:");
            foreach (var key in rule.Keys)
            {
                lines.Add($"    {key.Name}: {{}}");
                expected.Add($"ha-webhook: {file}:{lines.Count}: rules.{rule.Id}.{key.Name} must be {key.Accepts}");
            }
        }

        File.WriteAllLines(file, lines);
        var result = await Cli.RunWithInputAsync(Nothing, "check", "--policy", file, "-");

        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        var more = expected.Count > 50 ? [$"ha-webhook: {file}: and {expected.Count - 50} errors more"] : Array.Empty<string>();
        Assert.Equal([.. expected.Take(50), .. more], result.Errors.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public async Task Unknown_rules_are_told_with_those_that_were_meant()
    {
        var file = Path.Combine(_folder, "policy.yaml");
        File.WriteAllText(file, "rules:\n  minimum-replica: {}\n  nonsense: {}\nexemptions:\n- {reason: a, groups: [b], rules: [managed-pod, rubbish]}\n");
        var result = await Cli.RunWithInputAsync(Nothing, "check", "--policy", file, "-");

        Assert.Equal(2, result.ExitCode);
        Assert.Equal(
            $"""
            ha-webhook: {file}:2: rules.minimum-replica is not a key of the policy; did you mean minimum-replicas?
            ha-webhook: {file}:3: rules.nonsense is not a key of the policy
            ha-webhook: {file}:5: exemptions[0].rules has managed-pod, which is no rule; did you mean managed-pods?
            ha-webhook: {file}:5: exemptions[0].rules has rubbish, which is no rule

            """,
            result.Errors);
    }

    [Fact]
    public void Errors_without_end_are_counted()
    {
        var text = string.Concat(Enumerable.Range(1, 1000).Select(i => $"k{i}: v\n"));
        var errors = Assert.Throws<CommandException>(() => PolicyLoader.Parse("policy.yaml", text)).Lines;

        Assert.Equal("policy.yaml:1: k1 is not a key of the policy", errors[0]);
        Assert.Equal("policy.yaml:50: k50 is not a key of the policy", errors[49]);
        Assert.Equal("policy.yaml: and 950 errors more", errors[50]);
        Assert.Equal(51, errors.Count);
    }

    [Fact]
    public void A_long_name_is_cut()
    {
        var error = Assert.Single(Assert.Throws<CommandException>(() => PolicyLoader.Parse("p", "? " + new string('k', 100_000) + "\n: v\n")).Lines);

        Assert.InRange(error.Length, 400, 600);
        Assert.EndsWith("...", error, StringComparison.Ordinal);
    }

    private static IEnumerable<string> BadValues(string rule, string name)
    {
        var schema = _rules[rule]!["properties"]![name]!;
        string[] always = ["{}", "{a: b}", "[[]]", "1.5", "2027-01-31"];
        return schema["type"]![0]!.GetValue<string>() switch
        {
            "integer" =>
            [
                .. always, "[]", "text", "true", "-99999999999", "99999999999",
                $"'{schema["minimum"]}'", Below(schema["minimum"]!), Above(schema["maximum"]!),
            ],
            "boolean" => [.. always, "[]", "0", "1", "yes", "off", "'true'"],
            "string" when schema["enum"] is JsonArray names =>
                [.. always, "[]", "1", "true", "''", $"[{names[0]}]", $"{names[0]}s", $"{names[0]}".ToLowerInvariant()],
            "array" => [.. always, .. CanBeEmpty(schema) ? [] : new[] { "[]" }, "text", "1", "['']", "[' ']", "[1]", "[true]", "[null]", "[a, {}]"],
            var type => throw new NotSupportedException($"say here what is wrong for a parameter of type {type}"),
        };
    }

    private static IEnumerable<string> GoodValues(string rule, string name)
    {
        var schema = _rules[rule]!["properties"]![name]!;
        return schema["type"]![0]!.GetValue<string>() switch
        {
            "integer" => [$"{schema["minimum"]}", $"{schema["maximum"]}", $"{schema["default"]}"],
            "boolean" => ["true", "false", "True", "FALSE"],
            "string" when schema["enum"] is JsonArray names =>
                names.Where(choice => choice is not null).SelectMany(choice => new[] { $"{choice}", $"'{choice}'" }),
            "array" => [.. CanBeEmpty(schema) ? new[] { "[]" } : [], "[a]", "[a, b]", "[no, 'true']"],
            var type => throw new NotSupportedException($"say here what is right for a parameter of type {type}"),
        };
    }

    private static bool CanBeEmpty(JsonNode schema) => schema["minItems"] is null;

    private static string Below(JsonNode bound) => (bound.GetValue<int>() - 1).ToString(CultureInfo.InvariantCulture);

    private static string Above(JsonNode bound) => (bound.GetValue<int>() + 1).ToString(CultureInfo.InvariantCulture);

    private static string TextOf(string rule, string name, string value) => $"# a comment\nrules:\n  {rule}:\n    {name}: {value}\n";

    private static IReadOnlyList<string> ErrorsOf(string rule, string name, string value)
    {
        try
        {
            PolicyLoader.Parse("policy.yaml", TextOf(rule, name, value));
            return [];
        }
        catch (CommandException exception)
        {
            return exception.Lines;
        }
    }
}
