using System.CommandLine;

namespace HaWebhook.Benchmarks.Reliability;

/// <summary><c>rotation</c>: do calls fail when certificates change, and is what breaks repaired?</summary>
internal static class RotationCommand
{
    public static Command Create(string[] args)
    {
        var replicas = Commands.Positive("--replicas", 3, "Replicas during the rotation");
        var rate = Commands.Positive("--rate", 500, "Reviews a second at least");
        var authority = Text("--ca-lifetime", "120s");
        var certificate = Text("--certificate-lifetime", "24s");
        var propagation = Text("--ca-propagation", "6s");
        var webhook = Commands.Webhook();
        var output = Commands.Output();
        var command = new Command("rotation", "Rotates the certificate authority under load, breaks trust, and counts the calls that fail.")
        {
            replicas, rate, authority, certificate, propagation, webhook, output,
        };
        command.SetAction(parsed =>
        {
            var options = new RotationOptions(
                parsed.GetRequiredValue(webhook), parsed.GetValue(replicas), parsed.GetValue(rate),
                parsed.GetRequiredValue(authority), parsed.GetRequiredValue(certificate), parsed.GetRequiredValue(propagation));
            return Measurement.RunAsync(async stop =>
            {
                var report = new Report(parsed.GetValue(output), "rotation", Commands.CommandLineOf(args));
                Commands.RequireFile(options.Webhook);
                using var place = new Workplace();
                var rotation = await new RotationRuns(options, place, Console.Error).RunAsync(stop);
                var faults = await new TrustFaults(options, place, Console.Error).RunAsync(stop);
                var clocks = await new ClockRuns(options, place, Console.Error).RunAsync(stop);
                return report.End(RotationReport.Write(options, rotation, faults, clocks), RotationReport.Judge(options, rotation, faults, clocks));
            });
        });
        return command;
    }

    private static Option<string> Text(string name, string value) =>
        new(name) { Description = $"The replicas' {name}", DefaultValueFactory = _ => value };
}
