using System.Diagnostics;
using System.Globalization;

namespace HaWebhook.Benchmarks;

/// <summary>One run of <c>ha-webhook check</c>, seen from outside.</summary>
/// <param name="Elapsed">From the start of the process to its end, the runtime's own start included.</param>
/// <param name="Processor">User and system time of all its threads.</param>
/// <param name="PeakMemory">The most memory that was resident at once, in bytes.</param>
internal sealed record CheckRun(TimeSpan Elapsed, TimeSpan Processor, long PeakMemory);

/// <summary>The runs over one folder of manifests.</summary>
internal sealed record CheckCase(int Files, long Bytes, IReadOnlyList<CheckRun> Runs)
{
    public double Median(Func<CheckRun, double> figure) => Runs.Select(figure).Order().ElementAt(Runs.Count / 2);
}

/// <summary>Runs <c>ha-webhook check</c> over generated folders of several sizes, in turns.</summary>
internal sealed class CheckRuns(string webhook, int rounds, TextWriter progress)
{
    private static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(2);

    public async Task<IReadOnlyList<CheckCase>> RunAsync(IReadOnlyList<int> sizes, CancellationToken cancellationToken)
    {
        var place = Directory.CreateTempSubdirectory("ha-webhook-benchmark-");
        try
        {
            var folders = sizes.Select(size => Path.Combine(place.FullName, $"{size}")).ToList();
            var bytes = sizes.Zip(folders).Select(pair => ManifestFolder.Write(pair.Second, pair.First)).ToList();
            var runs = sizes.Select(_ => new List<CheckRun>()).ToList();

            // The first turn brings files and program into the page cache and does not count.
            for (var round = 0; round <= rounds; round++)
            {
                for (var i = 0; i < sizes.Count; i++)
                {
                    var run = await RunAsync(folders[i], cancellationToken);
                    progress.WriteLine($"{(round == 0 ? "warm-up" : $"round {round}")}: {sizes[i]:N0} files: "
                        + $"{run.Elapsed.TotalSeconds:N2} s, {run.Processor.TotalSeconds:N2} s CPU, {run.PeakMemory >> 20} MiB");
                    if (round > 0)
                    {
                        runs[i].Add(run);
                    }
                }
            }

            return [.. sizes.Select((size, i) => new CheckCase(size, bytes[i], runs[i]))];
        }
        finally
        {
            place.Delete(recursive: true);
        }
    }

    private async Task<CheckRun> RunAsync(string folder, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            [webhook, "check", folder, "--output", "json"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var clock = Stopwatch.GetTimestamp();
        using var process = Process.Start(start) ?? throw new InvalidOperationException("ha-webhook did not start.");
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);

        // The kernel keeps the peak, but only as long as the process lives.
        var (peak, processor) = (0L, TimeSpan.Zero);
        while (!process.HasExited)
        {
            (peak, processor) = Sample(process.Id) ?? (peak, processor);
            await Task.Delay(_interval, cancellationToken);
        }

        var elapsed = Stopwatch.GetElapsedTime(clock);
        await output;
        return process.ExitCode is 0 or 1
            ? new CheckRun(elapsed, processor, peak)
            : throw new InvalidOperationException($"ha-webhook check ended with exit code {process.ExitCode}: {await errors}");
    }

    private static (long Peak, TimeSpan Processor)? Sample(int process)
    {
        const string label = "VmHWM:";
        try
        {
            var line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(line => line.StartsWith(label, StringComparison.Ordinal));
            if (line is null)
            {
                return null;
            }

            // After the name, which is in parentheses, come the fields from the third on; utime and stime are the 14th and 15th.
            var stat = File.ReadAllText($"/proc/{process}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            var ticks = long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
            var kilobytes = long.Parse(line[label.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
            return (kilobytes << 10, Cores.FromTicks(ticks));
        }
        catch (IOException)
        {
            return null;
        }
    }
}
