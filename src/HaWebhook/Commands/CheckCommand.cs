using System.CommandLine;
using HaWebhook.Checking;
using HaWebhook.Checking.Reports;

namespace HaWebhook.Commands;

/// <summary><c>ha-webhook check FILE|DIR|-</c>: judges manifests as admission would, in a pipeline or at a desk.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        var paths = CommandOptions.Paths("Files, directories, or - for standard input.", ArgumentArity.OneOrMore);
        var output = OutputOption.Create(ReportFormat.All);
        var (failOn, @namespace) = (FailOnOption.Create(), Namespace());
        var verbose = new Option<bool>("--verbose") { Description = "Tell in the text also what was not judged, and why." };
        var policy = CommandOptions.Policy();
        var mode = CommandOptions.Mode();
        var (fix, dryRun) = (CommandOptions.Fix(), CommandOptions.DryRun());
        var rules = new RuleOptions(RuleSelection.Names);
        var baseline = CommandOptions.File(
            "--baseline",
            "The file of known findings, which neither fail the check nor show in its reports.");
        var writeBaseline = CommandOptions.File(
            "--write-baseline",
            "Write what is found to this file, as known from now on; the exit code is 0 then.");
        var command = new Command("check", "Judge manifests as admission would.")
        {
            paths, output, policy, mode, failOn, @namespace, rules.Only, rules.Without, baseline, writeBaseline, verbose, fix, dryRun,
        };
        command.Validators.Add(result =>
        {
            CommandOptions.CheckFix(result, paths, fix, dryRun);
            if (result.GetValue(dryRun) && result.GetResult(writeBaseline) is not null)
            {
                result.AddError("--dry-run fixes nothing, so that --write-baseline would miss what is still wrong: leave out one of them");
            }

            if (result.GetValue(dryRun) && OutputOption.IsOnStandardOutput(result, output))
            {
                result.AddError("--dry-run shows the changes on standard output; give the report a file, such as json=report.json");
            }
        });
        command.SetAction(parsed => new CheckRun(new()
        {
            Paths = parsed.GetValue(paths)!,
            Reports = [.. parsed.GetValue(output)!.Where(report => report.File is not null || !parsed.GetValue(dryRun))],
            Policy = parsed.GetValue(policy),
            Mode = parsed.GetValue(mode),
            FailOn = FailOnOption.ActionOf(parsed.GetValue(failOn)!),
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

    private static Option<string> Namespace()
    {
        var @namespace = new Option<string>("--namespace", "-n")
        {
            Description = "The namespace of objects that name none.",
            HelpName = "NAME",
            DefaultValueFactory = _ => "default",
        };
        @namespace.Validators.Add(result =>
        {
            // As the API server has it: what it would refuse is a slip, such as an empty variable of a script.
            if (result.Tokens is [.., { Value: var name }]
                && (name.Length is 0 or > 63 || name.StartsWith('-') || name.EndsWith('-')
                    || !name.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character == '-')))
            {
                result.AddError($"--namespace must be the name of a namespace (at most 63 of a-z, 0-9 and -), not '{name}'");
            }
        });
        return @namespace;
    }
}
