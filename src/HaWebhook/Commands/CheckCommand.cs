using System.CommandLine;
using HaWebhook.Checking;
using HaWebhook.Fixing;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Evaluation;

namespace HaWebhook.Commands;

/// <summary><c>ha-webhook check FILE|DIR|-</c>: judges manifests as admission would, in a pipeline or at a desk.</summary>
internal static class CheckCommand
{
    private static readonly string[] _levels = ["deny", "warn", "audit", "never"];
    private static readonly string[] _formats = ["text", "json"];

    public static Command Create()
    {
        var paths = CommandOptions.Paths("Files, directories, or - for standard input.", ArgumentArity.OneOrMore);
        var output = new Option<string>("--output", "-o") { Description = "text or json.", DefaultValueFactory = _ => "text" };
        output.AcceptOnlyFromAmong(_formats);
        var failOn = new Option<string>("--fail-on") { Description = "The least action that makes the exit code 1: deny, warn, audit or never.", DefaultValueFactory = _ => "deny" };
        failOn.AcceptOnlyFromAmong(_levels);
        var @namespace = new Option<string>("--namespace", "-n") { Description = "The namespace of objects that name none.", DefaultValueFactory = _ => "default" };
        var verbose = new Option<bool>("--verbose") { Description = "Tell in the text also what was not judged, and why." };
        var policy = CommandOptions.Policy();
        var mode = CommandOptions.Mode();
        var (fix, dryRun) = (CommandOptions.Fix(), CommandOptions.DryRun());
        var command = new Command("check", "Judge manifests as admission would.") { paths, output, policy, mode, failOn, @namespace, verbose, fix, dryRun };
        command.Validators.Add(result => CommandOptions.CheckFix(result, paths, fix, dryRun));
        command.SetAction(parsed =>
        {
            var evaluator = new PolicyEvaluator(PolicyLoader.Load(parsed.GetValue(policy), parsed.GetValue(mode)), TimeProvider.System);
            var check = new ManifestCheck(evaluator, parsed.GetValue(@namespace)!);
            using var input = Console.OpenStandardInput();
            var files = ManifestFiles.Read(parsed.GetValue(paths)!, input);
            using var standardOutput = Console.OpenStandardOutput();
            var result = parsed.GetValue(fix)
                ? new FixRun(check, parsed.GetValue(dryRun), standardOutput, Console.Error).Run(files)
                : check.Run(files);
            if (parsed.GetValue(dryRun))
            {
                return ExitCodeOf(result, parsed.GetValue(failOn)!);
            }

            if (parsed.GetValue(output) == "json")
            {
                JsonReport.Write(result, standardOutput);
                standardOutput.Write("\n"u8);
            }
            else
            {
                TextReport.Write(result, Terminal.StandardOutput(), parsed.GetValue(verbose));
            }

            if (result is { Objects.Count: 0, Skipped.Count: 0, Errors.Count: 0 })
            {
                Console.Error.WriteLine("ha-webhook: nothing to check: the input holds no documents");
            }

            return ExitCodeOf(result, parsed.GetValue(failOn)!);
        });
        return command;
    }

    private static int ExitCodeOf(CheckResult result, string failOn)
    {
        if (result.Errors.Count > 0)
        {
            return ExitCode.CouldNotRun;
        }

        var level = failOn == "never" ? ValidationAction.Off : Enum.Parse<ValidationAction>(failOn, ignoreCase: true);
        return CheckSummary.Of(result).Reaches(level) ? ExitCode.Findings : ExitCode.Success;
    }
}
