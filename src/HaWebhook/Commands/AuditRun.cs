using System.Text.Json;
using HaWebhook.Auditing;
using HaWebhook.Checking;
using HaWebhook.Checking.Reports;
using HaWebhook.Cluster;
using HaWebhook.Kubernetes;
using HaWebhook.Policy;
using HaWebhook.Policy.Configuration;

namespace HaWebhook.Commands;

/// <summary>One run of <c>audit</c>: reads, judges, reports. Reports go to their targets; everything else is told on standard error.</summary>
internal sealed class AuditRun(AuditOptions options)
{
    /// <summary>Audits manifests.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="CommandException">It cannot run, or not do all that it was asked to.</exception>
    public int OfManifests()
    {
        var question = Question();
        using var input = Console.OpenStandardInput();
        var files = ManifestFiles.Read(options.From, input);
        var report = new ManifestAudit(question, "default", ProgressLine.StandardError()).Run(string.Join(", ", options.From), files, options.Namespaces);
        RefuseToOverwrite(report);
        if (report is { Objects.Count: 0, Errors.Count: 0, SkippedDocuments.Count: 0 })
        {
            Tell("nothing to audit: the input holds no objects that mean anything here");
        }

        return Finish(report);
    }

    /// <summary>Audits a cluster.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="CommandException">Nothing could be read, or not all be done that was asked.</exception>
    public async Task<int> OfClusterAsync(KubernetesClient client, CancellationToken cancellation)
    {
        var question = Question();
        RefuseToOverwrite(null);
        await CheckNamespacesAsync(client, cancellation);
        var report = await new ClusterAudit(question, ProgressLine.StandardError()).RunAsync(client, options.Namespaces, cancellation);
        foreach (var gap in report.Gaps)
        {
            Tell($"partial: {gap.What}: {gap.Reason} {gap.Fix}");
        }

        return Finish(report);
    }

    private AuditQuestion Question()
    {
        var policy = PolicyLoader.Load(options.Policy, options.Mode);
        foreach (var rule in options.Rules.AskedForInVain(policy))
        {
            Tell($"{rule} is off in the policy, so that --rule {rule} finds nothing");
        }

        return new()
        {
            Policy = options.Rules.Of(policy),
            AsIf = options.AsIf,
            TeamLabel = options.TeamLabel,
            Rules = options.Rules,
            Clock = TimeProvider.System,
        };
    }

    /// <summary>A namespace that does not exist is a slip, and nothing would be found in it.</summary>
    private async Task CheckNamespacesAsync(KubernetesClient client, CancellationToken cancellation)
    {
        var missing = new List<string>();
        foreach (var name in options.Namespaces)
        {
            try
            {
                await client.GetAsync(ClusterKind.Namespaces.Resource, null, name, cancellation);
            }
            catch (KubernetesApiException exception) when (exception.IsNotFound)
            {
                missing.Add(name);
            }
            catch (KubernetesApiException exception) when (exception.Code == 403)
            {
                // Whoever may read only what is in it is not told.
            }
        }

        if (missing.Count > 0)
        {
            var known = await NamesAsync(client, cancellation);
            throw new CommandException([.. missing.Select(name => $"--namespace: there is no namespace {name}{NearestName.Hint(name, known)}")]);
        }
    }

    private static async Task<IReadOnlyList<string>> NamesAsync(KubernetesClient client, CancellationToken cancellation)
    {
        try
        {
            return (await client.ListAsync(ClusterKind.Namespaces.Resource, null, NameOf, cancellation)).Items;
        }
        catch (KubernetesApiException)
        {
            return [];
        }
    }

    private static string NameOf(ReadOnlyMemory<byte> json)
    {
        using var read = JsonDocument.Parse(json);
        return read.RootElement.GetProperty("metadata").GetProperty("name").GetString() ?? "";
    }

    private void RefuseToOverwrite(AuditReport? report)
    {
        var read = (report?.Objects.Select(item => item.File) ?? []).Append(options.Policy).OfType<string>()
            .Distinct()
            .Where(file => file.Length > 0 && file != ManifestFile.StandardInput)
            .Select(Path.GetFullPath)
            .ToHashSet(StringComparer.Ordinal);
        if (options.Reports.Select(target => target.File).OfType<string>().FirstOrDefault(file => read.Contains(Path.GetFullPath(file))) is { } input)
        {
            throw new CommandException($"{input}: not written, because it was read as input: give the output another name");
        }
    }

    private int Finish(AuditReport report)
    {
        var context = new ReportContext(options.FailOn, SourceRoot.Around(Directory.GetCurrentDirectory()), Tell) { IsVerbose = options.IsVerbose };
        ReportOutput.Write(options.Reports, context, (format, output) => format.Write(report, output));
        var isRefused = options.FailOn != ValidationAction.Off
            && report.Preview?.Objects.Any(item => item.Findings.Any(finding => finding.Action >= options.FailOn)) == true;
        return !report.Source.IsLiving && report.Errors.Count > 0 ? ExitCode.CouldNotRun
            : isRefused || report.Summary.Reaches(options.FailOn) ? ExitCode.Findings
            : ExitCode.Success;
    }

    private static void Tell(string line) => Console.Error.WriteLine($"ha-webhook: {LogLine.Of(line)}");
}
