using System.CommandLine;

namespace HaWebhook.Benchmarks.Reliability;

/// <summary><c>drain</c>: does a replica that goes take calls with it?</summary>
internal static class DrainCommand
{
    public static Command Create(string[] args)
    {
        var rolls = Commands.Positive("--rolls", 20, "Rolls under load, and as many with idle connections");
        var plainRolls = Commands.Positive("--plain-rolls", 5, "Rolls of each of the two plain ways to stop");
        var rate = Commands.Positive("--rate", 500, "Reviews a second at least");
        var drainTime = new Option<string>("--drain-time") { Description = "The replicas' --drain-time", DefaultValueFactory = _ => "5s" };
        var connections = Commands.Positive("--connections", 60, "Connections opened before each roll with idle connections");
        var webhook = Commands.Webhook();
        var output = Commands.Output();
        var command = new Command("drain", "Replaces replicas under load and counts the calls that fail.")
        {
            rolls, plainRolls, rate, drainTime, connections, webhook, output,
        };
        command.SetAction(parsed =>
        {
            var options = new DrainOptions(
                parsed.GetRequiredValue(webhook), parsed.GetValue(rolls), parsed.GetValue(plainRolls), parsed.GetValue(rate),
                parsed.GetRequiredValue(drainTime), parsed.GetValue(connections));
            return Measurement.RunAsync(async stop =>
            {
                var report = new Report(parsed.GetValue(output), "drain", Commands.CommandLineOf(args));
                Commands.RequireFile(options.Webhook);
                using var place = new Workplace();
                var cases = await new DrainRuns(options, place, Console.Error).RunAsync(stop);
                return report.End(DrainReport.Write(options, cases), DrainReport.Judge(options, cases));
            });
        });
        return command;
    }
}
