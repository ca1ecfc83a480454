using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Objects;
using HaWebhook.Policy.Rules;

namespace HaWebhook.Documents;

/// <summary>The page of all rules, made from their definitions.</summary>
internal static class RulesPage
{
    public static string Write()
    {
        var page = new Markdown();
        page.Block("<!-- Made by `ha-webhook docs` from the rules' own definitions: change those, then run it again. -->");
        page.Heading(1, "Rules");
        page.Block("""
            A rule that judges has an action: `Deny` refuses the request, `Warn` tells the user, `Audit` records, `Off` leaves the rule out. Any other
            rule is enabled or not. All are set under `rules` in the [policy file](../samples/policy.yaml), whose `mode` caps every action;
            [policy.schema.json](policy.schema.json) lets an editor check and complete that file.
            """);
        page.Table(BuiltInRules.All.Select(Row).Prepend(["rule", "requires or does", "by default"]));
        page.Block("""
            Where a rule is wrong about a workload, annotate the workload or its pod template as the rule's section shows. The reason is required;
            `ha-webhook.io/exempt-until: "2027-01-31"` beside it names the last day (UTC) on which the exemption holds. Several rules are separated by
            commas; `all` means every one. Whole namespaces, users and service accounts are exempted in the policy file, under `exemptions`.
            """);
        page.Block("""
            Some rules look also at other objects of the namespace, which their sections name. What such a rule cannot judge because those objects
            are not known is told as skipped, with the reason; it is never passed over in silence.
            """);
        page.Block("""
            Where pods really are, whether nodes can hold them and what is backed up no review tells. By that `ha-webhook audit` judges, with rules of
            its own: [audit.md](audit.md#rules-that-only-an-audit-knows).
            """);
        page.Heading(2, "Rules that judge");
        foreach (var rule in BuiltInRules.Validating)
        {
            Add(page, rule, "Judges", "For instance, this satisfies it:", "To be exempt:");
        }

        page.Heading(2, "Rules that fill in");
        foreach (var rule in BuiltInRules.Mutating)
        {
            Add(page, rule, "Fills in", "For instance, it writes:", "To opt out:");
        }

        page.Heading(2, "Rules that keep objects in the cluster");
        page.Block("""
            No review is about these. `serve` carries them out after each audit in the background (`--audit-interval`), by the one replica that audits:
            [audit.md](audit.md#default-disruption-budgets).
            """);
        foreach (var rule in BuiltInRules.Background)
        {
            Add(page, rule, "Writes for", "For instance, it writes:", "To opt out:");
        }

        return page.ToString();
    }

    private static string[] Row(RuleDefinition rule) => [$"[{rule.Id}](#{rule.Id})", Markdown.Plain(rule.Summary), ByDefault(rule)];

    private static string ByDefault(RuleDefinition rule) => rule is ValidatingRuleDefinition validating
        ? validating.DefaultAction.ToString()
        : rule.IsOn(RuleSettings.Defaults) ? "on" : "off";

    private static void Add(Markdown page, RuleDefinition rule, string judges, string example, string exempt)
    {
        page.Heading(3, rule.Id);
        page.Block(Markdown.Plain(rule.Summary));
        page.Block($"**Why.** {Markdown.Plain(rule.Why)}");
        page.Block($"**{judges}.** {Markdown.Plain(rule.Judges)}");
        page.Block("**Reads:**");
        page.List(rule.Reads.Select(Field));
        if (rule is ValidatingRuleDefinition { Uses: not RelatedKinds.None and var uses })
        {
            page.Block($"**Looks also at** {RelatedKindNames.Of(uses)}.");
        }

        page.Block($"**Parameters**, under `rules.{rule.Id}` in the policy file:");
        page.Table(rule.Keys.Select(Row).Prepend(["parameter", "default", "accepts", "meaning"]));
        page.Block(example);
        page.Yaml(rule.Example);
        page.Block(exempt);
        page.Yaml($"""
            metadata:
              annotations:
                ha-webhook.io/exempt: {rule.Id}
                ha-webhook.io/exempt-reason: why it is right as it is
            """);
    }

    private static string[] Row(PolicyKey key) =>
        [Markdown.Code(key.Name), Markdown.Code(key.DefaultText), Markdown.Plain(key.Accepts), Markdown.Plain(key.Description)];

    /// <summary>Fields, each perhaps with the object that it is of, and after a colon what their absence means.</summary>
    private static string Field(string reads)
    {
        var parts = reads.Split(": ", 2);
        return parts.Length == 1
            ? Markdown.Plain(reads)
            : $"{string.Join(", ", parts[0].Split(", ").Select(CodeFirst))}: {Markdown.Plain(parts[1])}";
    }

    /// <summary>The field is the first word; what begins as a sentence does is about no field.</summary>
    private static string CodeFirst(string text)
    {
        var words = text.Split(' ', 2);
        return words[0] is "the" or "where" ? Markdown.Plain(text)
            : words.Length == 1 ? Markdown.Code(text) : $"{Markdown.Code(words[0])} {Markdown.Plain(words[1])}";
    }
}
