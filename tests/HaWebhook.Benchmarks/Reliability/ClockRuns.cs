using System.Diagnostics;
using System.Globalization;

namespace HaWebhook.Benchmarks.Reliability;

/// <param name="What">What happened to the clock.</param>
/// <param name="Renewed">How long after it another certificate was shown; null where that took longer than the limit.</param>
/// <param name="Trusted">How long after it an API server whose clock was left alone trusted what was shown then; null where that took longer than the limit.</param>
internal sealed record ClockCase(string What, TimeSpan? Renewed, TimeSpan? Trusted);

/// <summary>Takes a replica over the moment at which its certificate is to be renewed, without its noticing.</summary>
internal sealed class ClockRuns(RotationOptions options, Workplace place, TextWriter progress)
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(200);

    /// <summary>The replica that is stopped, and for how much of its certificate's life: it is due at 60 to 70 % of it.</summary>
    private static readonly TimeSpan _lifetime = TimeSpan.FromMinutes(1);

    private const double StoppedUntil = 0.75;

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
            "replica (stopped)", kubeconfig, "--certificate-lifetime", $"{_lifetime.TotalSeconds:N0}s", "--ca-propagation", "10s"));
        service.RegisterWithoutTrust();
        var replica = await service.AddAsync(cancellationToken);
        var shown = await FirstAsync(replica, cancellationToken);
        var stopped = shown.Leaf.NotAfter - ((1 - StoppedUntil) * _lifetime) - DateTime.Now;
        replica.Signal("STOP");
        await Task.Delay(stopped, cancellationToken);
        replica.Signal("CONT");
        return await UntilRenewedAsync(
            $"the process stopped (SIGSTOP) for {stopped.TotalSeconds:N0} s, a certificate of one minute due meanwhile", service, replica, shown, cancellationToken);
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
        var shown = await FirstAsync(replica, cancellationToken);
        const int Minutes = 50;
        await File.WriteAllTextAsync(clock, string.Create(CultureInfo.InvariantCulture, $"+{Minutes}m"), cancellationToken);
        return await UntilRenewedAsync(
            $"the time of day set forward by {Minutes} minutes (libfaketime), a certificate of one hour due meanwhile", service, replica, shown, cancellationToken);
    }

    /// <summary>What it shows before anything happens. A replica that is ready may still take its time for a first handshake.</summary>
    private static async Task<ServedCertificate> FirstAsync(ServerProcess replica, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < _limit)
        {
            if (await ServedCertificate.ReadAsync(replica, cancellationToken) is { } shown)
            {
                return shown;
            }
        }

        throw replica.Failure($"showed no certificate within {_limit.TotalSeconds} s:");
    }

    private async Task<ClockCase> UntilRenewedAsync(
        string what, ReplicatedService service, ServerProcess replica, ServedCertificate before, CancellationToken cancellationToken)
    {
        var (start, renewed, problem) = (Stopwatch.GetTimestamp(), (TimeSpan?)null, (string?)"the same certificate");
        while (Stopwatch.GetElapsedTime(start) < _limit)
        {
            if (renewed is null && await ServedCertificate.ReadAsync(replica, cancellationToken) is { } now && now.Leaf.Thumbprint != before.Leaf.Thumbprint)
            {
                renewed = Stopwatch.GetElapsedTime(start);
            }

            if (renewed is not null && (problem = (await TrustState.ReadAsync(service, cancellationToken)).Problem) is null)
            {
                var trusted = Stopwatch.GetElapsedTime(start);
                progress.WriteLine($"{what}: renewed after {renewed.Value.TotalSeconds:N1} s, trusted after {trusted.TotalSeconds:N1} s");
                return new(what, renewed, trusted);
            }

            await Task.Delay(_look, cancellationToken);
        }

        progress.WriteLine($"{what}: not renewed and trusted in time: {problem}");
        return new(what, renewed, null);
    }
}
