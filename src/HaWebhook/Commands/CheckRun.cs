using HaWebhook.Checking;
using HaWebhook.Checking.Reports;
using HaWebhook.Fixing;
using HaWebhook.Policy.Evaluation;

namespace HaWebhook.Commands;

/// <summary>One run of <c>check</c>: reads, judges, reports. Reports go to their targets; everything else is told on standard error.</summary>
internal sealed class CheckRun(CheckOptions options)
{
    /// <returns>The exit code.</returns>
    /// <exception cref="CommandException">It cannot run, or not do all that it was asked to.</exception>
    public int Run()
    {
        var policy = PolicyLoader.Load(options.Policy, options.Mode);
        foreach (var rule in options.Rules.AskedForInVain(policy))
        {
            Tell($"{rule} is off in the policy, so that --rule {rule} finds nothing");
        }

        var baseline = options.Baseline is { } known ? BaselineFile.Read(known) : null;
        var result = Check(new PolicyEvaluators(options.Rules.Of(policy), TimeProvider.System));
        if (baseline is not null)
        {
            result = baseline.SetApart(result);
        }

        RefuseToOverwrite(result);
        Report(result);
        foreach (var line in baseline?.Stale(result, options.Rules.JudgesOf(policy)) ?? [])
        {
            Tell(line);
        }

        if (result is { Objects.Count: 0, Skipped.Count: 0, Errors.Count: 0 })
        {
            Tell("nothing to check: the input holds no documents");
        }

        return options.WriteBaseline is { } file ? WriteBaseline(file, result) : ExitCodeOf(result);
    }

    private CheckResult Check(PolicyEvaluators evaluators)
    {
        using var input = Console.OpenStandardInput();
        var check = new ManifestCheck(evaluators, options.Namespace) { Rules = options.Rules, Progress = ProgressLine.StandardError() };
        var files = ManifestFiles.Read(options.Paths, input);
        if (!options.Fixes)
        {
            return check.Run(files);
        }

        using var output = Console.OpenStandardOutput();
        return new FixRun(check, options.IsDryRun, output, Console.Error).Run(files);
    }

    /// <summary>A slip such as <c>-o json=deploy.yaml</c> must not cost a manifest.</summary>
    private void RefuseToOverwrite(CheckResult result)
    {
        List<string> reports = [.. options.Reports.Select(report => report.File).OfType<string>()];
        var read = PathsOf(result.Objects.Select(item => item.Manifest.File).Append(options.Policy));
        if (reports.Append(options.WriteBaseline).OfType<string>().FirstOrDefault(file => read.Contains(Path.GetFullPath(file))) is { } input)
        {
            throw new CommandException($"{input}: not written, because it was read as input: give the output another name");
        }

        var baselines = PathsOf([options.Baseline, options.WriteBaseline]);
        if (reports.Find(file => baselines.Contains(Path.GetFullPath(file))) is { } baseline)
        {
            throw new CommandException($"{baseline}: not written, because it is the baseline: give the report another name");
        }
    }

    private static HashSet<string> PathsOf(IEnumerable<string?> files) =>
        [.. files.OfType<string>().Distinct().Where(file => file != ManifestFile.StandardInput).Select(Path.GetFullPath)];

    private void Report(CheckResult result)
    {
        var context = new ReportContext(options.FailOn, SourceRoot.Around(Directory.GetCurrentDirectory()), Tell) { IsVerbose = options.IsVerbose };
        ReportOutput.Write(options.Reports, context, (report, output) => report.Write(result, output));
    }

    private static int WriteBaseline(string file, CheckResult result)
    {
        if (result.Errors.Count > 0)
        {
            throw new CommandException($"{file}: not written, because not all of the input could be read");
        }

        if (result.Objects.Count == 0)
        {
            // Mostly what filled the pipe has failed, and everything that is known would be lost.
            throw new CommandException($"{file}: not written, because there is nothing in the input");
        }

        var count = BaselineFile.Write(file, result);
        Tell($"{file}: written; {count} finding{(count == 1 ? " is" : "s are")} known from now on");
        return ExitCode.Success;
    }

    private int ExitCodeOf(CheckResult result) =>
        result.Errors.Count > 0 ? ExitCode.CouldNotRun
        : CheckSummary.Of(result).Reaches(options.FailOn) ? ExitCode.Findings
        : ExitCode.Success;

    private static void Tell(string line) => Console.Error.WriteLine($"ha-webhook: {LogLine.Of(line)}");
}
