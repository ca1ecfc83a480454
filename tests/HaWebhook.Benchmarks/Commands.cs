using System.CommandLine;
using HaWebhook.Benchmarks.Audits;
using HaWebhook.Benchmarks.Reliability;

namespace HaWebhook.Benchmarks;

internal static class Commands
{
    public const int Missed = 1;
    public const int CouldNotRun = 2;

    public static Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("Measures HaWebhook.")
        {
            Compare(args), Check(args), ClusterCommand.Create(args), Handler(), DrainCommand.Create(args), RotationCommand.Create(args), OverloadCommand.Create(args),
            LargeCommand.Create(args), ConnectionsCommand.Create(args), AuditBenchmark.Create(args),
        };
        root.Add(new Command("floor", "Serves the floor: floor --port PORT --tls-cert FILE --tls-key FILE"));
        return root.Parse(args).InvokeAsync();
    }

    private static Command Compare(string[] args)
    {
        var seconds = Positive("--seconds", 10, "Length of a round");
        var warmUp = Positive("--warm-up", 3, "Seconds of load for each kind of review before anything is measured");
        var rounds = Positive("--rounds", 3, "Rounds for each server and kind of review");
        var connections = Positive("--connections", 16, "Connections kept busy");
        var reviews = new Option<long>("--reviews")
        {
            Description = "4 KB reviews before memory is read; 0 leaves memory out",
            DefaultValueFactory = _ => 1_000_000,
        };
        var webhook = new Option<string>("--webhook")
        {
            Description = $"Path of ha-webhook.dll, or '{ServerProgram.FloorItself}' to compare the floor with itself",
            DefaultValueFactory = _ => ServerProgram.DefaultWebhookPath(),
        };
        var builtIn = new Option<bool>("--built-in-load") { Description = "Does not use wrk" };
        var output = Output();

        var command = new Command("compare", "Compares the webhook with the least that a webhook can cost, side by side.")
        {
            seconds, warmUp, rounds, connections, reviews, webhook, builtIn, output,
        };
        command.SetAction(parsed => CompareAsync(
            new SideBySideOptions(
                parsed.GetRequiredValue(webhook),
                TimeSpan.FromSeconds(parsed.GetValue(seconds)),
                TimeSpan.FromSeconds(parsed.GetValue(warmUp)),
                parsed.GetValue(rounds),
                parsed.GetValue(connections),
                parsed.GetValue(reviews)),
            parsed.GetValue(builtIn),
            parsed.GetValue(output) is { } path ? new ReportFile(path, "benchmark") : null,
            CommandLineOf(args)));
        return command;
    }

    public static string CommandLineOf(string[] args) =>
        string.Join(' ', ["dotnet run -c Release --project tests/HaWebhook.Benchmarks --", .. args]);

    private static Task<int> CompareAsync(
        SideBySideOptions options, bool builtIn, ReportFile? file, string commandLine) => Measurement.RunAsync(async stop =>
    {
        RequireFile(options.Webhook);
        file?.Check();

        var machine = Machine.Describe();
        var cores = Cores.Pin();
        using var place = new Workplace();
        ILoad load = !builtIn && WrkLoad.Find() is { } wrk ? new WrkLoad(wrk, place.Path) : new BuiltInLoad(place.Certificate);
        var results = await new SideBySide(options, place, load, cores, Console.Error).RunAsync(stop);
        var report = ComparisonReport.Write(new ReportContext(machine, commandLine, load.Description, cores, options), results);
        Console.Write(report);
        file?.Write(report);
        var outcomes = Budget.Judge(results).Select(verdict => verdict.Outcome).ToList();
        return outcomes.Contains(Outcome.Missed) ? Missed : outcomes.Contains(Outcome.NotJudged) ? CouldNotRun : 0;
    });

    private static Command Check(string[] args)
    {
        var files = new Option<int[]>("--files")
        {
            Description = "Numbers of files, the smallest first",
            DefaultValueFactory = _ => [1_000, 3_000, 10_000],
            AllowMultipleArgumentsPerToken = true,
        };
        var rounds = Positive("--rounds", 3, "Runs over each number of files");
        var webhook = Webhook();
        var output = Output();
        var command = new Command("check", "Measures ha-webhook check over generated manifests.") { files, rounds, webhook, output };
        command.SetAction(parsed => CheckAsync(
            parsed.GetRequiredValue(webhook),
            parsed.GetRequiredValue(files),
            parsed.GetValue(rounds),
            parsed.GetValue(output) is { } path ? new ReportFile(path, "check") : null,
            CommandLineOf(args)));
        return command;
    }

    private static Task<int> CheckAsync(string webhook, int[] files, int rounds, ReportFile? file, string commandLine) => Measurement.RunAsync(async stop =>
    {
        RequireFile(webhook);
        file?.Check();
        var cases = await new CheckRuns(webhook, rounds, Console.Error).RunAsync(files, stop);
        var report = CheckReport.Write(Machine.Describe(), commandLine, rounds, cases);
        Console.Write(report);
        file?.Write(report);
        return 0;
    });

    public static void RequireRelease()
    {
#if DEBUG
        throw new InvalidOperationException("Run this with -c Release: figures of a debug build say nothing.");
#endif
    }

    public static void RequireFile(string webhook)
    {
        if (webhook != ServerProgram.FloorItself && !File.Exists(webhook))
        {
            throw new InvalidOperationException($"{webhook} does not exist. Build src/HaWebhook, or give --webhook PATH.");
        }
    }

    private static Command Handler()
    {
        var command = new Command("handler", "Runs the BenchmarkDotNet benchmarks of the handler alone.");
        command.SetAction(_ => HandlerBenchmarks.Run());
        return command;
    }

    public static Option<string> Webhook() =>
        new("--webhook") { Description = "Path of ha-webhook.dll", DefaultValueFactory = _ => ServerProgram.DefaultWebhookPath() };

    public static Option<string?> Output() => new("--output") { Description = "Markdown file to write the report into" };

    public static Option<int> Positive(string name, int value, string description)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => value };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
            {
                result.AddError($"{name} must be at least 1.");
            }
        });
        return option;
    }
}
