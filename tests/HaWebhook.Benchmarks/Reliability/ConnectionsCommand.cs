using System.CommandLine;
using System.Globalization;
using System.Text;

namespace HaWebhook.Benchmarks.Reliability;

/// <summary><c>connections</c>: do slow, silent and idle connections touch those who really ask?</summary>
internal static class ConnectionsCommand
{
    /// <summary>Connections of the steady load.</summary>
    private const int Steady = 16;

    /// <summary>How much more than without them the 99th percentile may be: twice, or so many milliseconds.</summary>
    private const double Factor = 2;

    private const double Slack = 10;

    public static Command Create(string[] args)
    {
        var bad = Commands.Positive("--bad", 5000, "Slow, half-open and idle connections, a fifth of each kind");
        var rate = Commands.Positive("--rate", 200, "Reviews a second of the steady load");
        var seconds = Commands.Positive("--seconds", 40, "How long with them, and half as long without");
        var webhook = Commands.Webhook();
        var output = Commands.Output();
        var command = new Command("connections", "Holds thousands of bad connections beside a steady load.") { bad, rate, seconds, webhook, output };
        command.SetAction(parsed => Measurement.RunAsync(async stop =>
        {
            var report = new Report(parsed.GetValue(output), "connections", Commands.CommandLineOf(args));
            var path = parsed.GetRequiredValue(webhook);
            Commands.RequireFile(path);
            RequireFiles(parsed.GetValue(bad));
            var (count, perSecond, time) = (parsed.GetValue(bad), parsed.GetValue(rate), TimeSpan.FromSeconds(parsed.GetValue(seconds)));
            using var place = new Workplace();
            using var server = await ServerProcess.StartAsync(ServerProgram.Webhook(path), [], place, withProbe: false, stop);
            using var load = new ReviewLoad(server, place.Certificate, Steady, TestReview.Small);
            await load.OpenAsync(stop);
            await load.PaceAsync(perSecond, time / 4, stop);
            var without = await load.PaceAsync(perSecond, time / 2, stop);
            Console.Error.WriteLine($"without: p99 {without.Milliseconds(0.99):N1} ms");
            var before = server.ReadMemory();

            await using var connections = new BadConnections(server.Address.Port, count);
            var with = await load.PaceAsync(perSecond, time, stop);
            Console.Error.WriteLine($"with {connections.Open} open: p99 {with.Milliseconds(0.99):N1} ms, {with.Failed} failed");
            return report.End(
                Write(count, perSecond, time, without, with, connections, before, server.ReadMemory()), Judge(without, with, server.ReadMemory()));
        }));
        return command;
    }

    private static string Write(
        int count, int rate, TimeSpan time, ReviewCounts without, ReviewCounts with, BadConnections connections, Memory before, Memory after)
    {
        var text = new StringBuilder();
        text.Append("Conditions: `ha-webhook serve --no-cluster` with default limits; everything on the same cores, so that making the bad connections takes ");
        text.Append($"time from the steady load, too. Steady load: {rate} reviews/s of a few KB, open loop, over {Steady} connections, begun before the others come. ");
        text.Append($"{count:N0} bad connections are wanted all the time, a fifth of each kind, at most 400 being made in a second; each is made again when the server has closed it. ");
        text.Append($"For {time.TotalSeconds:N0} s.\n\n");
        text.Append("| | reviews | failed | refused | wrong | not sent | p50 ms | p99 ms | longest ms | memory MiB |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
        foreach (var (title, counts, memory) in new[] { ("without", without, before), ($"beside them ({connections.Open:N0} open at the end)", with, after) })
        {
            text.Append($"| {title} | {counts.Sent:N0} | {counts.Failed} | {counts.Refused} | {counts.Wrong} | {counts.Wanted - counts.Sent} | {counts.Milliseconds(0.5):N1} ");
            text.Append($"| {counts.Milliseconds(0.99):N1} | {counts.Longest.TotalMilliseconds:N0} | {memory.Resident >> 20} |\n");
        }

        foreach (var reason in with.Reasons)
        {
            text.Append($"\nFailed: {reason.Value} `{reason.Key}`.\n");
        }

        text.Append("\n| bad connections | closed by the server | after s, on average |\n| --- | --- | --- |\n");
        foreach (var kind in Enum.GetValues<BadConnection>())
        {
            var (closed, average) = connections.Closed(kind);
            text.Append($"| {Title(kind)} | {closed:N0} | {(closed == 0 ? "" : $"{average.TotalSeconds:N1}")} |\n");
        }

        text.Append($"| could not be made | {connections.Refused:N0} | |\n");
        return text.ToString();
    }

    private static Requirement[] Judge(ReviewCounts without, ReviewCounts with, Memory memory)
    {
        var limit = Math.Max(without.Milliseconds(0.99) * Factor, without.Milliseconds(0.99) + Slack);
        return
        [
            new("no review of the steady load fails, is refused or decided wrongly",
                with is { Failed: 0, Refused: 0, Wrong: 0 }, $"{with.Failed}, {with.Refused}, {with.Wrong}"),
            new($"its 99th percentile at most {Factor} times what it is without them, or {Slack} ms more",
                with.Milliseconds(0.99) <= limit, $"{with.Milliseconds(0.99):N1} ms, {limit:N1} allowed"),
            new($"at most {OverloadCommand.MemoryLimit} MiB, the chart's limit", memory.Peak >> 20 <= OverloadCommand.MemoryLimit, $"{memory.Peak >> 20} MiB"),
        ];
    }

    /// <summary>Each connection is an open file of this process, and of the server, which inherits the limit.</summary>
    private static void RequireFiles(int connections)
    {
        const int Others = 1000;
        const string Label = "Max open files";
        var limits = File.ReadLines("/proc/self/limits").First(line => line.StartsWith(Label, StringComparison.Ordinal));
        var limit = limits[Label.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
        if (int.TryParse(limit, CultureInfo.InvariantCulture, out var files) && files < connections + Others)
        {
            throw new InvalidOperationException($"No more than {files} files may be open, but {connections + Others} are needed: raise it with ulimit -n, or give a smaller --bad.");
        }
    }

    private static string Title(BadConnection kind) => kind switch
    {
        BadConnection.Silent => "TCP, never a byte",
        BadConnection.HalfShaken => "TCP, the start of a handshake",
        BadConnection.Idle => "TLS, never a request",
        BadConnection.SlowHeaders => "TLS, headers of a byte a second",
        _ => "TLS, a body of a byte a second",
    };
}
