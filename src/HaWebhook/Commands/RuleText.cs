using System.Text;
using HaWebhook.Documents;
using HaWebhook.Policy.Objects;
using HaWebhook.Policy.Rules;
using HaWebhook.Policy.Rules.Cluster;

namespace HaWebhook.Commands;

/// <summary>Writes what there is to know of a rule as text for a terminal.</summary>
internal static class RuleText
{
    public const string Exemptions = """
        An exemption frees one workload from named rules, for a stated reason and, where it says so, until a day.

        On the workload, or on its pod template:

          metadata:
            annotations:
              ha-webhook.io/exempt: minimum-replicas        # rules, separated by commas, or all
              ha-webhook.io/exempt-reason: leader elected   # required
              ha-webhook.io/exempt-until: "2027-01-31"      # the last day on which it holds (UTC)

        In the policy, for namespaces, users, groups or service accounts (all that is given must match, exactly):

          exemptions:
          - {namespaces: [batch], rules: [minimum-replicas], reason: nightly jobs, until: 2027-01-31}

        An exemption that is expired, gives no reason, names no known rule, lies too far ahead (annotationExemptions.maximumDays)
        or is not allowed does not exempt, and a warning says so.

        """;

    public static string Of(RuleDefinition rule)
    {
        var text = new StringBuilder();
        text.AppendLine($"{rule.Id}: {rule.Summary}").AppendLine();
        Section(text, "Why", [rule.Why]);
        Section(text, rule is ValidatingRuleDefinition ? "Judges" : rule is MutatingRuleDefinition ? "Fills in" : "Writes for", [rule.Judges]);
        Section(text, "Reads", rule.Reads);
        if (rule is ValidatingRuleDefinition { Uses: not RelatedKinds.None and var uses })
        {
            Section(text, "Looks also at", [RelatedKindNames.Of(uses)]);
        }

        Section(text, "Parameters", Parameters(rule));
        Section(text, rule is ValidatingRuleDefinition ? "To satisfy it" : "It writes, for instance", rule.Example.TrimEnd('\n').Split('\n'));
        Section(
            text,
            rule is ValidatingRuleDefinition ? "To be exempt" : "To opt out",
            Exemption(rule.Id));
        return text.ToString().TrimEnd('\n') + "\n";
    }

    /// <summary>The same of a rule about what only a living cluster shows.</summary>
    public static string Of(ClusterRuleDefinition rule)
    {
        var text = new StringBuilder();
        text.AppendLine($"{rule.Id}: {rule.Summary}").AppendLine();
        Section(text, "Why", [rule.Why]);
        Section(text, "Judges", [rule.Judges, $"Only ha-webhook audit can know it; its action there is {rule.Action}."]);
        Section(text, "Reads", rule.Reads);
        Section(text, "To satisfy it", rule.Example.TrimEnd('\n').Split('\n'));
        Section(text, "To be exempt", Exemption(rule.Id));
        return text.ToString().TrimEnd('\n') + "\n";
    }

    private static string[] Exemption(string id) =>
    [
        "metadata:",
        "  annotations:",
        $"    ha-webhook.io/exempt: {id}",
        "    ha-webhook.io/exempt-reason: <why>",
        "    ha-webhook.io/exempt-until: <such as \"2027-01-31\", optional>",
    ];

    private static IEnumerable<string> Parameters(RuleDefinition rule)
    {
        foreach (var key in rule.Keys)
        {
            yield return $"{key.Name}: {key.DefaultText}  ({key.Accepts})";
            yield return $"    {key.Description}";
        }
    }

    private static void Section(StringBuilder text, string title, IEnumerable<string> lines)
    {
        text.AppendLine($"{title}:");
        foreach (var line in lines)
        {
            text.AppendLine($"  {line}");
        }

        text.AppendLine();
    }
}
