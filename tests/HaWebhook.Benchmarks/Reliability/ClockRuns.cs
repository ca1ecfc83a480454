using System.Diagnostics;
using System.Globalization;

namespace HaWebhook.Benchmarks.Reliability;

/// <param name="What">What happened to the clock.</param>
/// <param name="Renewed">How long after it another certificate was shown; null where that took longer than the limit.</param>
/// <param name="IsTrusted">Whether an API server whose clock was left alone trusts it.</param>
internal sealed record ClockCase(string What, TimeSpan? Renewed, bool IsTrusted);

/// <summary>Takes a replica over the moment at which its certificate is to be renewed, without its noticing.</summary>
internal sealed class ClockRuns(RotationOptions options, Workplace place, TextWriter progress)
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(200);

    /// <summary>How long before the stop the certificate was made at least, and how long the stop lasts: 60 to 70 % of a minute are in between.</summary>
    private static readonly TimeSpan _before = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan _stopped = TimeSpan.FromSeconds(30);

    private static string? FakeTime { get; } = Directory.Exists("/usr/lib")
        ? Directory.EnumerateFiles("/usr/lib", "libfaketime.so.1", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 3 }).FirstOrDefault()
        : null;

    public Task<ClockCase[]> RunAsync(CancellationToken cancellationToken)
    {
        if (FakeTime is null)
        {
            progress.WriteLine("libfaketime is not installed (Debian: faketime): no clock is set forward");
        }

        return Task.WhenAll([StopAsync(cancellationToken), .. FakeTime is { } library ? (Task<ClockCase>[])[JumpAsync(library, cancellationToken)] : []]);
    }

    /// <summary>As a paused virtual machine, or a node that swaps: no time for anything, for half a minute.</summary>
    private async Task<ClockCase> StopAsync(CancellationToken cancellationToken)
    {
        await using var service = await ReplicatedService.StartAsync(place, kubeconfig => options.Program(
            "replica (stopped)", kubeconfig, "--certificate-lifetime", "1m", "--ca-propagation", "10s"));
        service.RegisterWithoutTrust();
        var replica = await service.AddAsync(cancellationToken);
        await Task.Delay(_before, cancellationToken);
        var shown = await ServedCertificate.ReadAsync(replica, cancellationToken);
        replica.Signal("STOP");
        await Task.Delay(_stopped, cancellationToken);
        replica.Signal("CONT");
        return await UntilRenewedAsync(
            $"the process stopped (SIGSTOP) for {_stopped.TotalSeconds:N0} s, a certificate of one minute due meanwhile", service, replica, shown, cancellationToken);
    }

    /// <summary>As a virtual machine that was asleep, or a clock that was wrong: the time of day jumps, the time since the start does not.</summary>
    private async Task<ClockCase> JumpAsync(string library, CancellationToken cancellationToken)
    {
        await using var service = await ReplicatedService.StartAsync(place, kubeconfig => options.Program(
            "replica (clock)", kubeconfig, "--certificate-lifetime", "1h"));
        service.RegisterWithoutTrust();
        var clock = place.NewFile("clock");
        await File.WriteAllTextAsync(clock, "+0", cancellationToken);
        var replica = await service.AddAsync(
            cancellationToken, "env", $"LD_PRELOAD={library}", $"FAKETIME_TIMESTAMP_FILE={clock}", "FAKETIME_CACHE_DURATION=1", "FAKETIME_DONT_FAKE_MONOTONIC=1");
        await Task.Delay(_before, cancellationToken);
        var shown = await ServedCertificate.ReadAsync(replica, cancellationToken);
        const int Minutes = 50;
        await File.WriteAllTextAsync(clock, string.Create(CultureInfo.InvariantCulture, $"+{Minutes}m"), cancellationToken);
        return await UntilRenewedAsync(
            $"the time of day set forward by {Minutes} minutes (libfaketime), a certificate of one hour due meanwhile", service, replica, shown, cancellationToken);
    }

    private async Task<ClockCase> UntilRenewedAsync(
        string what, ReplicatedService service, ServerProcess replica, ServedCertificate? before, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < _limit)
        {
            var now = await ServedCertificate.ReadAsync(replica, cancellationToken);
            if (before is not null && now is not null && now.Leaf.Thumbprint != before.Leaf.Thumbprint)
            {
                var renewed = Stopwatch.GetElapsedTime(start);
                progress.WriteLine($"{what}: renewed after {renewed.TotalSeconds:N1} s");
                return new(what, renewed, (await TrustState.ReadAsync(service, cancellationToken)).Problem is null);
            }

            await Task.Delay(_look, cancellationToken);
        }

        progress.WriteLine($"{what}: not renewed");
        return new(what, null, false);
    }
}
