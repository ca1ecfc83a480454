using System.Diagnostics;

namespace HaWebhook.Tests.Commands;

/// <summary>Signals to the process, as a kubelet and a terminal send them.</summary>
public sealed class StopSignalTests
{
    [Fact]
    public async Task SIGTERM_drains_and_ends_with_success() =>
        Assert.Equal((0, true), await StopAsync("1s", line => line.Contains("drained in", StringComparison.Ordinal), "TERM"));

    [Fact]
    public async Task Control_C_without_traffic_does_not_wait() =>
        Assert.Equal((0, true), await StopAsync("60m", line => line.Contains("drained in 0.", StringComparison.Ordinal), "INT"));

    [Theory]
    [InlineData("15")]
    [InlineData("2h")]
    [InlineData("-1s")]
    public async Task A_drain_time_that_is_none_is_refused(string text)
    {
        var result = await Cli.RunAsync("serve", $"--drain-time={text}");
        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith($"ha-webhook: --drain-time must be a whole number with s or m, such as 15s, and at most 60m, not '{text}'\n", result.Errors, StringComparison.Ordinal);
    }

    /// <summary>Starts a server and sends it signals, the second when it has said that it drains.</summary>
    /// <returns>Its exit code, and whether it logged a line such as is expected.</returns>
    private static async Task<(int ExitCode, bool IsLogged)> StopAsync(string drainTime, Func<string, bool> expected, params string[] signals)
    {
        var start = new ProcessStartInfo(
            "dotnet", [typeof(Program).Assembly.Location, "serve", "--no-cluster", "--port", "0", "--health-port", "0", "--drain-time", drainTime])
        {
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var isLogged = false;
        var sent = 0;
        while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            isLogged |= expected(line);
            if (sent < signals.Length && line.Contains(sent == 0 ? "Now listening on: http:" : "draining for at least", StringComparison.Ordinal))
            {
                using var kill = Process.Start("kill", ["-" + signals[sent++], process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
                await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
            }
        }

        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, isLogged);
    }
}
