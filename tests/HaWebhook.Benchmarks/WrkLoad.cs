using System.Diagnostics;
using System.Globalization;

namespace HaWebhook.Benchmarks;

/// <summary>Load by wrk. One thread, because it gets one core.</summary>
internal sealed class WrkLoad(string wrk, string directory) : ILoad
{
    private const string ResultMark = "RESULT";

    public string Description => "wrk, 1 thread";

    public static string? Find() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Where(folder => folder.Length > 0)
            .Select(folder => Path.Combine(folder, "wrk"))
            .FirstOrDefault(File.Exists);

    public async Task<LoadResult> RunAsync(
        Uri server, ReviewCase review, int connections, TimeSpan duration, CancellationToken cancellationToken)
    {
        var script = await WriteScriptAsync(review, cancellationToken);
        var seconds = Math.Max(1, (int)Math.Round(duration.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        var start = new ProcessStartInfo(wrk) { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] arguments =
        [
            "--threads", "1", "--connections", connections.ToString(CultureInfo.InvariantCulture), "--duration", seconds + "s",
            "--timeout", "10s", "--latency", "--script", script, new Uri(server, review.PathAndQuery).AbsoluteUri,
        ];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{wrk} did not start.");
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return Parse(await output, await errors);
        }
        finally
        {
            process.Kill();
        }
    }

    internal static LoadResult Parse(string output, string errors)
    {
        var line = output.Split('\n').FirstOrDefault(line => line.StartsWith(ResultMark, StringComparison.Ordinal))
            ?? throw new InvalidOperationException($"wrk gave no result:\n{output}\n{errors}");
        var numbers = line.Split(' ').Skip(1).Select(number => long.Parse(number, CultureInfo.InvariantCulture)).ToArray();
        if (numbers is not [> 0 and var reviews, > 0 and var duration, var p50, var p99, .. var failures] || failures.Any(count => count != 0))
        {
            throw new InvalidOperationException($"wrk saw failures (connect, read, write, status, timeout):\n{output}\n{errors}");
        }

        return new LoadResult(reviews, TimeSpan.FromMicroseconds(duration), p50, p99);
    }

    // Setting wrk.body, and not a request function, lets wrk build the request once. The done function gives whole microseconds and
    // counts, where the printed report rounds them to three digits with a unit.
    private async Task<string> WriteScriptAsync(ReviewCase review, CancellationToken cancellationToken)
    {
        var script = Path.Combine(directory, "load.lua");
        var text = $$"""
            local file = assert(io.open("{{review.File}}", "rb"))
            wrk.body = file:read("*a")
            file:close()
            wrk.method = "POST"
            wrk.headers["User-Agent"] = "kube-apiserver-admission"
            wrk.headers["Accept"] = "application/json, */*"
            wrk.headers["Content-Type"] = "application/json"
            wrk.headers["Accept-Encoding"] = "gzip"

            done = function(summary, latency)
              local errors = summary.errors
              print(string.format("{{ResultMark}} %d %d %d %d %d %d %d %d %d", summary.requests, summary.duration,
                latency:percentile(50), latency:percentile(99),
                errors.connect, errors.read, errors.write, errors.status, errors.timeout))
            end
            """;
        await File.WriteAllTextAsync(script, text, cancellationToken);
        return script;
    }
}
