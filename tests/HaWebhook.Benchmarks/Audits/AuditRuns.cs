using System.Globalization;
using System.Text.RegularExpressions;

namespace HaWebhook.Benchmarks.Audits;

/// <summary>What a run cost.</summary>
/// <param name="Seconds">How long it took.</param>
/// <param name="ProcessorSeconds">CPU time of the server in the meantime.</param>
/// <param name="Reads">Requests that read.</param>
/// <param name="Writes">Requests that write.</param>
/// <param name="Memory">Memory of the server after it.</param>
internal sealed record AuditRun(double Seconds, double ProcessorSeconds, int Reads, int Writes, Memory Memory);

/// <param name="Before">Memory of a server that does not audit, once it knows the cluster.</param>
/// <param name="Alone">A run that writes nothing because nothing is to be written.</param>
/// <param name="First">The first run that writes reports, and those after it until all are written.</param>
/// <param name="Unchanged">A run after those.</param>
internal sealed record AuditResults(Memory Before, AuditRun Alone, AuditRun First, AuditRun Unchanged);

/// <summary>Has a server audit a cluster, and counts what it asks of the API server.</summary>
internal sealed partial class AuditRuns(string webhook, SeededCluster cluster, Workplace place, TextWriter progress)
{
    private static readonly string[] _alone = ["--audit-interval", "10s", "--audit-reports", "none"];
    private static readonly string[] _reporting = ["--audit-interval", "10s"];
    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(50);

    /// <param name="runs">How many runs are measured of each kind that can be repeated.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<AuditResults> RunAsync(int runs, CancellationToken cancellation)
    {
        Memory before;
        using (var server = await StartAsync([], cancellation))
        {
            before = server.ReadMemory();
        }

        AuditRun alone;
        using (var server = await StartAsync(_alone, cancellation))
        {
            await NextAsync(server, cancellation);
            alone = await MedianAsync(server, runs, cancellation);
        }

        cluster.Server.ServeCustomResource("openreports.io", "v1alpha1", "Report", "reports");
        using (var server = await StartAsync(_reporting, cancellation))
        {
            var first = await FirstAsync(server, cancellation);
            return new(before, alone, first, await MedianAsync(server, runs, cancellation));
        }
    }

    private async Task<ServerProcess> StartAsync(string[] options, CancellationToken cancellation)
    {
        var file = place.NewFile("kubeconfig");
        await File.WriteAllTextAsync(file, cluster.Server.Kubeconfig(), cancellation);
        var program = ServerProgram.InCluster(webhook, "webhook", file, [.. options, "--namespace", "default", "--log-format", "text"]);
        var server = await ServerProcess.StartAsync(program, [], place, withProbe: false, cancellation);
        await server.WaitUntilReadyAsync(cancellation);
        return server;
    }

    /// <summary>A run of which the others are like.</summary>
    private async Task<AuditRun> MedianAsync(ServerProcess server, int runs, CancellationToken cancellation)
    {
        var measured = new List<AuditRun>();
        for (var i = 0; i < runs; i++)
        {
            measured.Add(await NextAsync(server, cancellation));
        }

        return measured.OrderBy(run => run.Seconds).ElementAt(measured.Count / 2);
    }

    /// <summary>The runs until one writes nothing, as one.</summary>
    private async Task<AuditRun> FirstAsync(ServerProcess server, CancellationToken cancellation)
    {
        // Reports are written after a result, and so counted with the run that follows.
        var total = await NextAsync(server, cancellation);
        AuditRun last;
        do
        {
            last = await NextAsync(server, cancellation);
            total = new(
                total.Seconds + last.Seconds, total.ProcessorSeconds + last.ProcessorSeconds, total.Reads + last.Reads, total.Writes + last.Writes, last.Memory);
        }
        while (last.Writes > 0);

        return total;
    }

    /// <summary>What happens until the next run has come to its result.</summary>
    private async Task<AuditRun> NextAsync(ServerProcess server, CancellationToken cancellation)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        time.CancelAfter(_limit);
        var (known, processor) = (server.Logged("audited ").Count(), server.ProcessorTime);
        cluster.Server.Requests.Clear();
        List<string> lines;
        while ((lines = [.. server.Logged("audited ")]).Count == known)
        {
            if (server.HasExited)
            {
                throw server.Failure("ended instead of auditing:");
            }

            await Task.Delay(_look, time.Token);
        }

        var requests = cluster.Server.Requests.All.Where(request => request.Resource != "leases" && request.Verb != "watch").ToList();
        var writes = requests.Count(request => request.Verb is not ("get" or "list"));
        var run = new AuditRun(
            double.Parse(Seconds().Match(lines[^1]).Groups[1].Value, CultureInfo.InvariantCulture),
            (server.ProcessorTime - processor).TotalSeconds,
            requests.Count - writes,
            writes,
            server.ReadMemory());
        progress.WriteLine($"a run: {run.Seconds:N1} s, {run.ProcessorSeconds:N1} s CPU, {run.Reads:N0} reads, {run.Writes:N0} writes, {run.Memory.Resident >> 20} MiB");
        return run;
    }

    [GeneratedRegex(@"in ([0-9.]+) s")]
    private static partial Regex Seconds();
}
