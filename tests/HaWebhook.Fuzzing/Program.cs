using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using HaWebhook.Benchmarks;
using HaWebhook.Fuzzing.Running;

namespace HaWebhook.Fuzzing;

internal static class Program
{
    private const int Failed = 1;
    private const int CouldNotRun = 2;

    private static Task<int> Main(string[] args)
    {
        var cases = new Option<long>("--cases") { Description = "How many cases", DefaultValueFactory = _ => 100_000 };
        var seed = new Option<ulong?>("--seed") { Description = "Seed of every case; random unless given" };
        var only = new Option<string?>("--only") { Description = $"One fuzzer: {string.Join(", ", Fuzzers.All.Select(kind => kind.Name))}" };
        var workers = new Option<int>("--workers") { Description = "Threads", DefaultValueFactory = _ => Environment.ProcessorCount };
        var replay = new Option<string?>("--replay") { Description = "SEED:CASE of a case to repeat" };
        var failures = new Option<string>("--failures") { Description = "Folder for the inputs of failures", DefaultValueFactory = _ => "fuzz-failures" };
        var output = new Option<string?>("--output") { Description = "Markdown file to write the report into" };
        var root = new RootCommand("Feeds HaWebhook with what it must not be taken in by.") { cases, seed, only, workers, replay, failures, output };
        root.SetAction(parsed =>
        {
            try
            {
                var options = new FuzzOptions(parsed.GetValue(seed) ?? BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)), parsed.GetValue(cases))
                {
                    Kinds = KindsOf(parsed.GetValue(only)),
                    Workers = Math.Max(1, parsed.GetValue(workers)),
                };
                var folder = parsed.GetRequiredValue(failures);
                return parsed.GetValue(replay) is { } one ? Replay(one, options, folder)
                    : Run(options, folder, parsed.GetValue(output) is { } path ? new ReportFile(path, "fuzzing") : null, CommandLineOf(args));
            }
            catch (Exception exception) when (exception is InvalidOperationException or IOException)
            {
                Console.Error.WriteLine(exception.Message);
                return CouldNotRun;
            }
        });
        return root.Parse(args).InvokeAsync();
    }

    private static IReadOnlyList<FuzzerKind> KindsOf(string? only) => only is null
        ? Fuzzers.All
        : [Fuzzers.All.FirstOrDefault(kind => kind.Name == only) ?? throw new InvalidOperationException($"There is no fuzzer {only}.")];

    private static string CommandLineOf(string[] args) => string.Join(' ', ["dotnet run -c Release --project tests/HaWebhook.Fuzzing --", .. args]);

    private static int Run(FuzzOptions options, string folder, ReportFile? file, string commandLine)
    {
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
        {
            context.Cancel = true;
            stop.Cancel();
        });
        file?.Check();
        Console.Error.WriteLine($"{options.Cases:N0} cases, seed {options.Seed}");
        var told = 0L;
        var result = new FuzzRun(options).Run(Tell, stop.Token);
        foreach (var failure in result.Failures)
        {
            Console.Error.WriteLine($"{failure}\n  input: {Save(folder, failure.Fuzzer, failure.Seed, failure.Case, failure.Input)}");
        }

        var report = FuzzReport.Write(Machine.Describe(), commandLine, result);
        Console.Write(report);
        if (stop.IsCancellationRequested)
        {
            Console.Error.WriteLine("Stopped before its end: no report is written.");
            return CouldNotRun;
        }

        file?.Write(report);
        return result.Failures.Count == 0 ? 0 : Failed;

        void Tell(long begun)
        {
            if (begun - told >= options.Cases / 20)
            {
                told = begun;
                Console.Error.WriteLine($"{begun:N0}");
            }
        }
    }

    private static int Replay(string which, FuzzOptions options, string folder)
    {
        var parts = which.Split(':');
        if (parts.Length != 2
            || !ulong.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var seed)
            || !long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            throw new InvalidOperationException("--replay must be SEED:CASE, two numbers.");
        }

        var worker = new FuzzWorker(options with { Seed = seed });
        var (kind, plan) = worker.PlanOf(number);
        var fuzzer = worker.Fuzzer(kind);
        Console.WriteLine($"{options.Kinds[kind].Name}: {fuzzer.NameOf(plan.Start)}");
        Console.WriteLine(string.Join("; ", plan.Steps.Select(step => fuzzer.Mutations[step.Mutation])));
        Console.WriteLine($"input: {Save(folder, options.Kinds[kind].Name, seed, number, fuzzer.Compose(plan).ToArray())}");
        if (worker.Run(number) is not { } failure)
        {
            Console.WriteLine("Nothing is wrong with it.");
            return 0;
        }

        Console.WriteLine($"{failure}\n  smallest input: {Save(folder, failure.Fuzzer + "-small", seed, number, failure.Input)}");
        return Failed;
    }

    private static string Save(string folder, string fuzzer, ulong seed, long number, byte[] input)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, $"{fuzzer}-{seed}-{number}");
        File.WriteAllBytes(path, input);
        return path;
    }
}
