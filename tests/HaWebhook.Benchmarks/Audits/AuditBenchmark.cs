using System.CommandLine;
using System.Globalization;
using System.Text;

namespace HaWebhook.Benchmarks.Audits;

/// <summary><c>audit</c>: what auditing a cluster in the background costs.</summary>
internal static class AuditBenchmark
{
    public static Command Create(string[] args)
    {
        var workloads = Commands.Positive("--workloads", 10_000, "Deployments");
        var pods = Commands.Positive("--pods", 30_000, "Pods, spread over the Deployments, 100 on a node");
        var runs = Commands.Positive("--runs", 3, "Audits that are measured");
        var webhook = Commands.Webhook();
        var output = Commands.Output();
        var command = new Command("audit", "Measures the audit in the background of serve.") { workloads, pods, runs, webhook, output };
        command.SetAction(parsed => RunAsync(
            parsed.GetRequiredValue(webhook),
            parsed.GetValue(workloads),
            parsed.GetValue(pods),
            parsed.GetValue(runs),
            parsed.GetValue(output) is { } path ? new ReportFile(path, "audit") : null,
            Commands.CommandLineOf(args)));
        return command;
    }

    private static Task<int> RunAsync(string webhook, int workloads, int pods, int runs, ReportFile? file, string commandLine) => Measurement.RunAsync(async stop =>
    {
        Commands.RequireFile(webhook);
        file?.Check();
        var machine = Machine.Describe();
        using var place = new Workplace();
        Console.Error.WriteLine($"making {workloads:N0} Deployments and {pods:N0} pods");
        await using var cluster = await SeededCluster.StartAsync(new(workloads, NamespaceSize: 100));
        var nodes = AuditedPods.Seed(cluster, pods);
        var measured = await new AuditRuns(webhook, cluster, place, Console.Error).RunAsync(runs, stop);
        var report = Report(machine, commandLine, workloads, pods, nodes, measured);
        Console.Write(report);
        file?.Write(report);
        return 0;
    });

    private static string Report(string machine, string commandLine, int workloads, int pods, int nodes, AuditResults measured)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Machine: {machine}.\nMade by `{commandLine}`.\n");
        text.Append(CultureInfo.InvariantCulture, $"Conditions: `ha-webhook serve --audit-interval 10s` with the default policy, beside an API server double with {workloads:N0} Deployments, ");
        text.Append(CultureInfo.InvariantCulture, $"{ClusterSize.ReplicaSets} × as many ReplicaSets, {pods:N0} pods and {nodes:N0} nodes in 3 zones, on all cores, which the double shares.\n\n");
        text.Append("| | without an audit | audit alone | with reports, first | with reports, unchanged |\n| --- | --- | --- | --- | --- |\n");
        text.Append("| seconds a run |  | ").AppendJoin(" | ", new[] { measured.Alone, measured.First, measured.Unchanged }.Select(run => $"{run.Seconds:N1}")).Append(" |\n");
        text.Append("| of that CPU seconds |  | ").AppendJoin(" | ", new[] { measured.Alone, measured.First, measured.Unchanged }.Select(run => $"{run.ProcessorSeconds:N1}")).Append(" |\n");
        text.Append("| requests that read |  | ").AppendJoin(" | ", new[] { measured.Alone, measured.First, measured.Unchanged }.Select(run => $"{run.Reads:N0}")).Append(" |\n");
        text.Append("| requests that write |  | ").AppendJoin(" | ", new[] { measured.Alone, measured.First, measured.Unchanged }.Select(run => $"{run.Writes:N0}")).Append(" |\n");
        text.Append(CultureInfo.InvariantCulture, $"| memory after, MiB | {MiB(measured.Before.Resident)} | ");
        text.AppendJoin(" | ", new[] { measured.Alone, measured.First, measured.Unchanged }.Select(run => MiB(run.Memory.Resident))).Append(" |\n");
        text.Append(CultureInfo.InvariantCulture, $"| peak memory, MiB | {MiB(measured.Before.Peak)} | ");
        text.AppendJoin(" | ", new[] { measured.Alone, measured.First, measured.Unchanged }.Select(run => MiB(run.Memory.Peak))).Append(" |\n\n");
        text.Append("* seconds a run: from its start until its figures are told, as the log says, rests included. Medians; the first with reports is the sum of the runs until all are written, at most 5,000 after each.\n");
        text.Append("* CPU seconds: of the whole server, which also watches the cluster, from one run's end to the next's.\n");
        text.Append("* requests: counted by the double; renewals of the lease are left out.\n");
        text.Append("* memory: VmRSS and VmHWM of /proc/PID/status.\n");
        return text.ToString();
    }

    private static string MiB(long bytes) => $"{bytes >> 20:N0}";
}
