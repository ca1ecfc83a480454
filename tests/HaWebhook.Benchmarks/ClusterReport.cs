using System.Text;

namespace HaWebhook.Benchmarks;

/// <summary>What a cluster costs, as Markdown.</summary>
internal static class ClusterReport
{
    public static string Write(string machine, string command, string load, Cores cores, ClusterOptions options, ClusterResults results)
    {
        var text = new StringBuilder();
        text.Append($"Machine: {machine}.\n");
        text.Append($"Made by `{command}`.\n");
        text.Append($"Conditions: `ha-webhook serve --kubeconfig FILE` with the default policy, {cores.Description}, as is the API server double; ");
        text.Append($"load by {load}, {options.Connections} connections, keep-alive, TLS, HTTP/1.1: {results.Review.Title}, {results.Answer}; ");
        text.Append($"{options.Rounds} {(options.Rounds == 1 ? "round" : "rounds")} of {options.RoundLength.TotalSeconds:N0} s, the clusters in turns.\n");
        text.Append($"Beside N Deployments (of {results.DeploymentBytes:N0} bytes): {ClusterSize.ReplicaSets} × N ReplicaSets that they own, ");
        text.Append($"and a {Fraction()} of N each of autoscalers, disruption budgets and claims.\n\n");
        WriteStart(text, results);
        WriteReviews(text, results);
        WriteMethod(text, options, results);
        return text.ToString();
    }

    private static string Fraction() => ClusterSize.Share == 5 ? "fifth" : $"1/{ClusterSize.Share}";

    private static void WriteStart(StringBuilder text, ClusterResults results)
    {
        text.Append("| cluster | objects kept | seconds until ready | CPU seconds | resident when ready, MiB | peak | after the load, MiB | peak | KiB a Deployment |\n");
        text.Append("| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
        var first = results.Cases[0];
        foreach (var row in results.Cases)
        {
            text.Append($"| {row.Size.Title} | {row.Objects:N0} | {row.Ready.TotalSeconds:N2} | {row.Processor.TotalSeconds:N2} ");
            text.Append($"| {MiB(row.AtReady.Resident)} | {MiB(row.AtReady.Peak)} | {MiB(row.AtEnd.Resident)} | {MiB(row.AtEnd.Peak)} ");
            var more = row.Size.Deployments - first.Size.Deployments;
            text.Append(more == 0 ? "| |\n" : $"| {(row.AtEnd.Resident - first.AtEnd.Resident) / 1024.0 / more:N1} |\n");
        }

        text.Append('\n');
    }

    private static void WriteReviews(StringBuilder text, ClusterResults results)
    {
        text.Append("| cluster | changes/s | reviews/s | p50 µs | ratio | p99 µs | ratio | CPU µs/review | ratio |\n");
        text.Append("| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
        var first = results.Cases[0].Quiet;
        foreach (var row in results.Cases)
        {
            foreach (var rounds in (IReadOnlyList<ClusterRound>[])[row.Quiet, row.Changing])
            {
                text.Append($"| {row.Size.Title} | {Median(rounds, round => round.ChangesPerSecond):N0} ");
                text.Append($"| {Median(rounds, round => round.ReviewsPerSecond):N0} ");
                text.Append($"| {Median(rounds, round => round.P50Microseconds):N0} | {Ratio(first, rounds, round => round.P50Microseconds)} ");
                text.Append($"| {Median(rounds, round => round.P99Microseconds):N0} | {Ratio(first, rounds, round => round.P99Microseconds)} ");
                text.Append($"| {Median(rounds, round => round.ProcessorMicroseconds):N1} | {Ratio(first, rounds, round => round.ProcessorMicroseconds)} |\n");
            }
        }

        text.Append('\n');
    }

    private static void WriteMethod(StringBuilder text, ClusterOptions options, ClusterResults results)
    {
        text.Append("* until ready: from the start of the process until `/readyz` answers 200, .NET's own start and the API server double's time included. ");
        text.Append("Ready counts only where the server says that it knows every object.\n");
        text.Append("* memory: VmRSS and VmHWM of /proc/PID/status; KiB a Deployment: what each Deployment and what stands beside it adds to the first line.\n");
        text.Append("* ratio: to the first line, in which nothing changes. Figures are medians; the range is the lowest and the highest of the rounds.\n");
        text.Append($"* changes: {options.Changes} status updates of Deployments a second, every second one in the namespace that is reviewed.\n");
        text.Append("* reviews/s, p50, p99 and CPU µs/review: as above.\n");
        var disturbances = results.Cases.SelectMany(row => row.Quiet.Concat(row.Changing)).Select(round => round.Disturbance).OfType<double>().ToList();
        if (disturbances.Count > 0)
        {
            text.Append($"* disturbance: other work took {Comparison.Median(disturbances):P1} of the server's or the load generator's core (median), ");
            text.Append($"{disturbances.Max():P1} in the worst round that counts. ");
            text.Append($"Rounds above {Disturbance.Limit:P0} are repeated; {results.Dropped} were dropped.\n");
        }

        if (disturbances.Exists(share => share > Disturbance.Limit))
        {
            text.Append("* **the machine was too busy with other things for the times to count; repeat the run on a quiet one.**\n");
        }
    }

    private static double Median(IReadOnlyList<ClusterRound> rounds, Func<ClusterRound, double> figure) => Comparison.Median(rounds.Select(figure));

    private static string Ratio(IReadOnlyList<ClusterRound> first, IReadOnlyList<ClusterRound> rounds, Func<ClusterRound, double> figure)
    {
        var one = Median(first, figure);
        return $"**{Median(rounds, figure) / one:F2}** ({rounds.Min(figure) / one:F2} to {rounds.Max(figure) / one:F2})";
    }

    private static string MiB(long bytes) => $"{bytes / 1048576.0:N0}";
}
