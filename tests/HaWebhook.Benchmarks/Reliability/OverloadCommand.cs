using System.CommandLine;

namespace HaWebhook.Benchmarks.Reliability;

/// <summary><c>overload</c>: what becomes of reviews when there are too many?</summary>
internal static class OverloadCommand
{
    public static Command Create(string[] args)
    {
        var factor = Commands.Positive("--factor", 5, "How many times its capacity the server is asked for");
        var inFlight = Commands.Positive("--in-flight", 600, "Calls under way at most: what an API server has in flight by default (400 reads and 200 writes)");
        var seconds = Commands.Positive("--seconds", 20, "How long, for each kind of reviews");
        var share = Commands.Positive("--share", 20, "How much of its core the server has, in percent; less than 100");
        var timeouts = new Option<int[]>("--timeouts")
        {
            Description = "How long calls may take, in seconds",
            DefaultValueFactory = _ => [(int)TestReview.ShortTimeout.TotalSeconds, (int)TestReview.LongTimeout.TotalSeconds],
            AllowMultipleArgumentsPerToken = true,
        };
        var webhook = Commands.Webhook();
        var output = Commands.Output();
        var command = new Command("overload", "Asks the server for more than it can do.") { factor, inFlight, seconds, share, timeouts, webhook, output };
        command.SetAction(parsed =>
        {
            var options = new OverloadOptions(
                parsed.GetRequiredValue(webhook), parsed.GetValue(factor), parsed.GetValue(inFlight), TimeSpan.FromSeconds(parsed.GetValue(seconds)),
                Math.Min(parsed.GetValue(share), 99), parsed.GetRequiredValue(timeouts));
            return Measurement.RunAsync(async stop =>
            {
                var report = new Report(parsed.GetValue(output), "overload", Commands.CommandLineOf(args));
                Commands.RequireFile(options.Webhook);
                var cores = Cores.Pin();
                if (!cores.IsPinned)
                {
                    throw new InvalidOperationException("overload needs taskset and two cores: the load must not take from the server what it is to lack.");
                }

                using var place = new Workplace();
                var cases = await new OverloadRuns(options, place, cores, Console.Error).RunAsync(stop);
                return report.End(OverloadReport.Write(options, cases), OverloadReport.Judge(options, cases));
            });
        });
        return command;
    }
}
