using System.CommandLine;
using HaWebhook.Policy;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Rules;
using HaWebhook.Policy.Rules.Cluster;

namespace HaWebhook.Commands;

/// <summary><c>ha-webhook explain [RULE]</c>: what a rule requires, why, and how to satisfy it or be exempt from it.</summary>
internal static class ExplainCommand
{
    public static Command Create()
    {
        var rule = new Argument<string?>("rule") { Description = "The rule's id, or exemptions; without one all rules are listed.", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("explain", "Explain a rule, or how to be exempt, or list all rules.") { rule };
        command.SetAction(parsed => Run(parsed.GetValue(rule), Console.Out));
        return command;
    }

    private static int Run(string? id, TextWriter output)
    {
        if (id is null)
        {
            List(output);
            return ExitCode.Success;
        }

        if (id == Verdict.Exemptions)
        {
            output.Write(RuleText.Exemptions);
            return ExitCode.Success;
        }

        if (ClusterRules.All.FirstOrDefault(rule => rule.Id == id) is { } rule)
        {
            output.Write(RuleText.Of(rule));
            return ExitCode.Success;
        }

        output.Write(RuleText.Of(BuiltInRules.Find(id) ?? throw Unknown(id)));
        return ExitCode.Success;
    }

    private static CommandException Unknown(string id)
    {
        var rules = BuiltInRules.All.Select(rule => rule.Id).Concat(ClusterRules.All.Select(rule => rule.Id)).ToList();
        var hint = NearestName.Hint(id, [.. rules, Verdict.Exemptions]);
        return new($"there is no rule {SingleLine.Of(id)}{(hint.Length > 0 ? hint : $"; the rules are {string.Join(", ", rules)}")}");
    }

    private static void List(TextWriter output)
    {
        var width = BuiltInRules.All.Max(rule => rule.Id.Length) + 2;
        output.WriteLine("Rules that judge:");
        foreach (var rule in BuiltInRules.Validating)
        {
            output.WriteLine($"  {rule.Id.PadRight(width)}{rule.DefaultAction,-6} {rule.Summary}");
        }

        output.WriteLine();
        output.WriteLine("Rules that fill in:");
        foreach (var rule in BuiltInRules.Mutating)
        {
            output.WriteLine($"  {rule.Id.PadRight(width)}{"on",-6} {rule.Summary}");
        }

        output.WriteLine();
        output.WriteLine("Rules by which serve keeps objects in the cluster, with --audit-interval:");
        foreach (var rule in BuiltInRules.Background)
        {
            output.WriteLine($"  {rule.Id.PadRight(width)}{"off",-6} {rule.Summary}");
        }

        output.WriteLine();
        output.WriteLine("Rules about what only a living cluster shows, by which ha-webhook audit judges:");
        foreach (var rule in ClusterRules.All)
        {
            output.WriteLine($"  {rule.Id.PadRight(width)}{rule.Action,-6} {rule.Summary}");
        }

        output.WriteLine();
        output.WriteLine("More of each: ha-webhook explain RULE. How to be exempt: ha-webhook explain exemptions.");
    }
}
