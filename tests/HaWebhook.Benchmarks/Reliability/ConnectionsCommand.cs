using System.CommandLine;
using System.Globalization;

namespace HaWebhook.Benchmarks.Reliability;

/// <summary><c>connections</c>: do slow, silent and idle connections touch those who really ask?</summary>
internal static class ConnectionsCommand
{
    public static Command Create(string[] args)
    {
        var bad = Commands.Positive("--bad", 4000, "Bad connections that are wanted all the time, of each kind");
        var rate = Commands.Positive("--rate", 200, "Reviews a second of the steady load");
        var seconds = Commands.Positive("--seconds", 20, "How long with each kind");
        var webhook = Commands.Webhook();
        var output = Commands.Output();
        var command = new Command("connections", "Holds thousands of bad connections beside a steady load.") { bad, rate, seconds, webhook, output };
        command.SetAction(parsed => Measurement.RunAsync(async stop =>
        {
            var report = new Report(parsed.GetValue(output), "connections", Commands.CommandLineOf(args));
            var options = new ConnectionsOptions(
                parsed.GetRequiredValue(webhook), parsed.GetValue(bad), parsed.GetValue(rate), TimeSpan.FromSeconds(parsed.GetValue(seconds)));
            Commands.RequireFile(options.Webhook);
            RequireFiles(options.Bad);
            using var place = new Workplace();
            var cases = await new ConnectionsRuns(options, place, Console.Error).RunAsync(stop);
            return report.End(ConnectionsReport.Write(options, cases), ConnectionsReport.Judge(cases));
        }));
        return command;
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
}
