using System.CommandLine;
using HaWebhook.Policy.Configuration;

namespace HaWebhook.Commands;

/// <summary><c>ha-webhook check FILE|DIR|-</c>: judges manifests as admission would, in a pipeline or at a desk.</summary>
internal static class CheckCommand
{
    private static readonly string[] _levels = ["deny", "warn", "audit", "never"];

    public static Command Create()
    {
        var paths = CommandOptions.Paths("Files, directories, or - for standard input.", ArgumentArity.OneOrMore);
        var output = OutputOption.Create();
        var failOn = new Option<string>("--fail-on") { Description = "The least action that makes the exit code 1: deny, warn, audit or never.", DefaultValueFactory = _ => "deny" };
        failOn.AcceptOnlyFromAmong(_levels);
        var @namespace = new Option<string>("--namespace", "-n") { Description = "The namespace of objects that name none.", DefaultValueFactory = _ => "default" };
        var verbose = new Option<bool>("--verbose") { Description = "Tell in the text also what was not judged, and why." };
        var policy = CommandOptions.Policy();
        var mode = CommandOptions.Mode();
        var (fix, dryRun) = (CommandOptions.Fix(), CommandOptions.DryRun());
        var rules = new RuleOptions();
        var baseline = CommandOptions.File("--baseline", "The file of known findings, which neither fail the check nor show in its reports.");
        var writeBaseline = CommandOptions.File("--write-baseline", "Write what is found to this file, as known from now on; the exit code is 0 then.");
        var command = new Command("check", "Judge manifests as admission would.")
        {
            paths, output, policy, mode, failOn, @namespace, rules.Only, rules.Without, baseline, writeBaseline, verbose, fix, dryRun,
        };
        command.Validators.Add(result =>
        {
            CommandOptions.CheckFix(result, paths, fix, dryRun);
            if (result.GetValue(dryRun) && result.GetResult(writeBaseline) is not null)
            {
                result.AddError("--dry-run writes nothing: leave out --write-baseline");
            }
        });
        command.SetAction(parsed => new CheckRun(new()
        {
            Paths = parsed.GetValue(paths)!,
            Reports = parsed.GetValue(output)!,
            Policy = parsed.GetValue(policy),
            Mode = parsed.GetValue(mode),
            FailOn = ActionOf(parsed.GetValue(failOn)!),
            Namespace = parsed.GetValue(@namespace)!,
            Rules = rules.SelectionOf(parsed),
            Baseline = parsed.GetValue(baseline),
            WriteBaseline = parsed.GetValue(writeBaseline),
            IsVerbose = parsed.GetValue(verbose),
            Fixes = parsed.GetValue(fix),
            IsDryRun = parsed.GetValue(dryRun),
        }).Run());
        return command;
    }

    private static ValidationAction ActionOf(string level) =>
        level == "never" ? ValidationAction.Off : Enum.Parse<ValidationAction>(level, ignoreCase: true);
}
