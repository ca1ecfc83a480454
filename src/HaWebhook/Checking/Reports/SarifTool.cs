using System.Reflection;
using System.Text.Json;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Rules;
using HaWebhook.Policy.Rules.Cluster;

namespace HaWebhook.Checking.Reports;

/// <summary>Tells a reader of SARIF who found it: the program and every rule that can be the source of a result.</summary>
internal sealed class SarifTool
{
    private readonly Rule[] _rules;
    private readonly Dictionary<string, int> _indexes;

    private SarifTool(IEnumerable<Rule> rules)
    {
        _rules = [.. rules];
        _indexes = _rules.Index().ToDictionary(entry => entry.Item.Id, entry => entry.Index, StringComparer.Ordinal);
    }

    /// <summary>With the rules of a check.</summary>
    public static SarifTool OfCheck { get; } = new([.. BuiltInRules.Validating.Select(Describe), ExemptionsRule]);

    /// <summary>With those of an audit: also the ones about what only a living cluster shows.</summary>
    public static SarifTool OfAudit { get; } = new([.. BuiltInRules.Validating.Select(Describe), .. ClusterRules.All.Select(Describe), ExemptionsRule]);

    private static Rule ExemptionsRule => new(
        Verdict.Exemptions,
        "An exemption holds.",
        "One that is expired, gives no reason, names no known rule, lies too far ahead or is not allowed does not exempt.",
        ValidationAction.Warn,
        "The annotations ha-webhook.io/exempt, exempt-reason and exempt-until on a workload or its pod template.",
        """
        metadata:
          annotations:
            ha-webhook.io/exempt: minimum-replicas
            ha-webhook.io/exempt-reason: leader elected
            ha-webhook.io/exempt-until: "2027-01-31"
        """);

    /// <summary>The place of a rule among the rules; null where it is none of them.</summary>
    public int? IndexOf(string rule) => _indexes.TryGetValue(rule, out var index) ? index : null;

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject("tool");
        json.WriteStartObject("driver");
        json.WriteString("name", "HaWebhook");
        json.WriteString("semanticVersion", Version());
        json.WriteStartArray("rules");
        foreach (var rule in _rules)
        {
            Write(json, rule);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Rule rule)
    {
        json.WriteStartObject();
        json.WriteString("id", rule.Id);
        json.WriteString("name", NameOf(rule.Id));
        WriteText(json, "shortDescription", rule.Summary);
        WriteText(json, "fullDescription", $"{rule.Summary} {rule.Why}");
        json.WriteStartObject("help");
        json.WriteString("text", $"{rule.Why}\n\nJudges: {rule.Judges}\n\nTo satisfy it:\n\n{rule.Example}\n\n{More(rule, "")}");
        json.WriteString(
            "markdown",
            $"{rule.Why}\n\n**Judges:** {rule.Judges}\n\n**To satisfy it:**\n\n```yaml\n{rule.Example}\n```\n\n{More(rule, "`")}");
        json.WriteEndObject();
        json.WriteStartObject("defaultConfiguration");
        json.WriteBoolean("enabled", rule.Action != ValidationAction.Off);
        json.WriteString("level", Severity(rule.Action, "note"));
        json.WriteEndObject();
        json.WriteStartObject("properties");
        json.WriteStartArray("tags");
        json.WriteStringValue("kubernetes");
        json.WriteStringValue("reliability");
        json.WriteEndArray();
        json.WriteString("precision", "high");
        json.WriteString("problem.severity", Severity(rule.Action, "recommendation"));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string More(Rule rule, string quote)
    {
        string Code(string text) => quote + text + quote;
        var exempt = rule.Id == Verdict.Exemptions
            ? ""
            : $"To be exempt, annotate the workload {Code($"ha-webhook.io/exempt: {rule.Id}")} and {Code("ha-webhook.io/exempt-reason: <why>")}. ";
        return $"{exempt}More: {Code($"ha-webhook explain {rule.Id}")}.";
    }

    private static string Severity(ValidationAction action, string otherwise) => action switch
    {
        ValidationAction.Deny => "error",
        ValidationAction.Warn => "warning",
        _ => otherwise,
    };

    private static void WriteText(Utf8JsonWriter json, string property, string text)
    {
        json.WriteStartObject(property);
        json.WriteString("text", text);
        json.WriteEndObject();
    }

    private static Rule Describe(ValidatingRuleDefinition rule) =>
        new(rule.Id, rule.Summary, rule.Why, rule.DefaultAction, rule.Judges, rule.Example.TrimEnd('\n'));

    private static Rule Describe(ClusterRuleDefinition rule) => new(rule.Id, rule.Summary, rule.Why, rule.Action, rule.Judges, rule.Example.TrimEnd('\n'));

    /// <summary>minimum-replicas as MinimumReplicas: SARIF wants names that read like identifiers.</summary>
    private static string NameOf(string id) => string.Concat(id.Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));

    /// <summary>The version without what a build adds to it, which would make each build's reports differ.</summary>
    private static string Version() =>
        typeof(SarifTool).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    private sealed record Rule(string Id, string Summary, string Why, ValidationAction Action, string Judges, string Example);
}
