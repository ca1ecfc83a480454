using System.CommandLine;

namespace HaWebhook.Benchmarks;

/// <summary><c>cluster</c>: what it costs to know a cluster.</summary>
internal static class ClusterCommand
{
    public static Command Create(string[] args)
    {
        var deployments = new Option<int[]>("--deployments")
        {
            Description = "Numbers of Deployments, 1 or more each, the smallest first; the last is also tried in one namespace",
            DefaultValueFactory = _ => [1, 1_000, 10_000],
            AllowMultipleArgumentsPerToken = true,
        };
        deployments.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int[]>() is not { Length: > 0 } counts || counts.Any(count => count < 1))
            {
                result.AddError("--deployments must be at least 1.");
            }
        });
        var namespaceSize = Commands.Positive("--namespace-size", 100, "Deployments in a namespace");
        var changes = Commands.Positive("--changes", 50, "Status updates a second, in the rounds in which something changes");
        var seconds = Commands.Positive("--seconds", 2, "Length of a round");
        var warmUp = Commands.Positive("--warm-up", 4, "Seconds of load before anything is measured");
        var rounds = Commands.Positive("--rounds", 3, "Rounds for each cluster, with and without changes");
        var connections = Commands.Positive("--connections", 16, "Connections kept busy");
        var webhook = Commands.Webhook();
        var output = Commands.Output();
        var command = new Command("cluster", "Measures what it costs to know clusters of several sizes.")
        {
            deployments, namespaceSize, changes, seconds, warmUp, rounds, connections, webhook, output,
        };
        command.SetAction(parsed => RunAsync(
            new ClusterOptions(
                parsed.GetRequiredValue(webhook),
                parsed.GetRequiredValue(deployments),
                parsed.GetValue(namespaceSize),
                parsed.GetValue(changes),
                TimeSpan.FromSeconds(parsed.GetValue(seconds)),
                TimeSpan.FromSeconds(parsed.GetValue(warmUp)),
                parsed.GetValue(rounds),
                parsed.GetValue(connections)),
            parsed.GetValue(output) is { } path ? new ReportFile(path, "cluster") : null,
            Commands.CommandLineOf(args)));
        return command;
    }

    private static Task<int> RunAsync(ClusterOptions options, ReportFile? file, string commandLine) => Measurement.RunAsync(async stop =>
    {
        var clusters = new List<SeededCluster>();
        try
        {
            Commands.RequireFile(options.Webhook);
            file?.Check();
            var wrk = WrkLoad.Find() ?? throw new InvalidOperationException("wrk is not installed; the load needs a process of its own.");

            // On all cores, before anything is pinned.
            var machine = Machine.Describe();
            foreach (var size in options.Sizes)
            {
                stop.ThrowIfCancellationRequested();
                Console.Error.WriteLine($"making {size.Title}");
                clusters.Add(await SeededCluster.StartAsync(size));
            }

            var cores = Cores.Pin();
            using var place = new Workplace();
            var load = new WrkLoad(wrk, place.Path);
            var results = await new ClusterRuns(options, place, load, cores, Console.Error).RunAsync(clusters, stop);
            var report = ClusterReport.Write(machine, commandLine, load.Description, cores, options, results);
            Console.Write(report);
            file?.Write(report);
            return 0;
        }
        finally
        {
            foreach (var cluster in clusters)
            {
                await cluster.DisposeAsync();
            }
        }
    });
}
