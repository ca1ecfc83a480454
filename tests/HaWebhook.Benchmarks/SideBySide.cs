using System.Diagnostics;

namespace HaWebhook.Benchmarks;

internal sealed record SideBySideOptions(string Webhook, TimeSpan RoundLength, TimeSpan WarmUp, int Rounds, int Connections, long MemoryReviews);

/// <summary>Runs floor and webhook in turns, so that whatever disturbs the machine disturbs both.</summary>
internal sealed class SideBySide(SideBySideOptions options, Workplace place, ILoad load, Cores cores, TextWriter progress)
{
    // On a busy machine a run takes up to this many times as long.
    private const int MaximumPairs = 3;

    private readonly ServerProgram _floor = ServerProgram.Floor("floor", options.Webhook);
    private readonly ServerProgram _webhook = ServerProgram.Webhook(options.Webhook);
    private readonly AnswerCheck _check = new(place.Certificate);

    public async Task<Results> RunAsync(CancellationToken cancellationToken)
    {
        var reviews = ReviewCase.LoadAll();
        var (cases, isServerCollector) = await MeasureCasesAsync(reviews, cancellationToken);

        var ordinary = reviews.Where(review => review.Size == ReviewSize.FourKilobytes).ToList();
        var memory = new List<MemoryResult>();
        Placement[] placements = cores.IsPinned ? [Placement.OneCore, Placement.AllCores] : [Placement.AllCores];
        foreach (var placement in options.MemoryReviews > 0 ? placements : [])
        {
            var floor = await MeasureMemoryAsync(_floor, ordinary, placement, cancellationToken);
            var webhook = await MeasureMemoryAsync(_webhook, ordinary, placement, cancellationToken);
            memory.Add(new MemoryResult(placement, options.MemoryReviews, floor, webhook));
        }

        return new Results(cases, memory, isServerCollector);
    }

    private async Task<(List<CaseResult> Cases, bool IsServerCollector)> MeasureCasesAsync(
        IReadOnlyList<ReviewCase> reviews, CancellationToken cancellationToken)
    {
        using var floor = await StartAsync(_floor, Placement.OneCore, withProbe: true, cancellationToken);
        using var webhook = await StartAsync(_webhook, Placement.OneCore, withProbe: true, cancellationToken);
        ServerProcess[] servers = [floor, webhook];

        await _check.AskAsync(floor, reviews, cancellationToken);
        var answers = await _check.AskAsync(webhook, reviews, cancellationToken);

        // The JIT settles on code for the mixture of reviews, as it would in a cluster, before the first of them is measured.
        foreach (var server in servers)
        {
            foreach (var review in reviews)
            {
                progress.WriteLine($"warm-up: {server.Name} {review.Title}");
                await load.RunAsync(server.Address, review, options.Connections, options.WarmUp, cancellationToken);
            }
        }

        var results = new List<CaseResult>();
        foreach (var review in reviews)
        {
            results.Add(await MeasureAsync(floor, webhook, review, answers[review], cancellationToken));
        }

        return (results, (await SampleAsync(webhook, cancellationToken)).IsServerGarbageCollector);
    }

    private async Task<CaseResult> MeasureAsync(
        ServerProcess floor, ServerProcess webhook, ReviewCase review, string answer, CancellationToken cancellationToken)
    {
        // Pairs are chosen by what else the machine did meanwhile, and never by how they came out.
        var pairs = new List<Pair>();
        while (pairs.Count(pair => pair.Disturbance <= Disturbance.Limit) < options.Rounds && pairs.Count < MaximumPairs * options.Rounds)
        {
            var before = await MeasureAsync(floor, review, cancellationToken);
            var after = await MeasureAsync(webhook, review, cancellationToken);
            pairs.Add(new Pair(before, after));
        }

        var kept = pairs.OrderBy(pair => pair.Disturbance).Take(options.Rounds).ToList();
        return new CaseResult(review, answer, kept, pairs.Count - kept.Count);
    }

    private async Task<Round> MeasureAsync(ServerProcess server, ReviewCase review, CancellationToken cancellationToken)
    {
        // The samples are taken outside of the clock: asking suspends the server for a moment.
        var before = await SampleAsync(server, cancellationToken);
        var start = Stopwatch.GetTimestamp();
        var disturbance = Disturbance.Watch(cores);
        var processorBefore = server.ProcessorTime;
        var result = await load.RunAsync(server.Address, review, options.Connections, options.RoundLength, cancellationToken);
        var processor = server.ProcessorTime - processorBefore;
        var disturbed = disturbance?.Share(processor);
        var elapsed = Stopwatch.GetElapsedTime(start);
        var after = await SampleAsync(server, cancellationToken);

        var round = new Round(
            result.Reviews / result.Duration.TotalSeconds,
            result.P50Microseconds,
            result.P99Microseconds,
            processor.TotalMicroseconds / result.Reviews,
            (double)(after.AllocatedBytes - before.AllocatedBytes) / result.Reviews,
            processor / elapsed,
            disturbed);
        progress.WriteLine($"{server.Name} {review.Title}: {round.ReviewsPerSecond:N0}/s, "
            + $"{round.ProcessorMicroseconds:N1} us CPU, p99 {round.P99Microseconds:N0} us, {round.AllocatedBytes:N0} bytes allocated, "
            + $"core busy {round.BusyShare:P0}, disturbed {round.Disturbance:P0}");
        return round;
    }

    // A fresh process without the probe, since this is about what the server itself holds on to.
    private async Task<Memory> MeasureMemoryAsync(
        ServerProgram program, List<ReviewCase> reviews, Placement placement, CancellationToken cancellationToken)
    {
        using var server = await StartAsync(program, placement, withProbe: false, cancellationToken);
        await _check.AskAsync(server, reviews, cancellationToken);
        var done = 0L;
        var duration = options.WarmUp;
        for (var turn = 0; done < options.MemoryReviews; turn++)
        {
            var result = await load.RunAsync(server.Address, reviews[turn % reviews.Count], options.Connections, duration, cancellationToken);
            done += result.Reviews;

            // The load generators stop by the clock and not by a count: aim at what is left, in turns that take both endpoints along.
            var left = (options.MemoryReviews - done) * result.Duration / result.Reviews;
            duration = left < options.RoundLength ? left : options.RoundLength;
        }

        var memory = server.ReadMemory();
        progress.WriteLine($"memory: {program.Name}, {placement}, {done:N0} reviews: {memory.Resident:N0} bytes, peak {memory.Peak:N0}");
        return memory;
    }

    private Task<ServerProcess> StartAsync(ServerProgram program, Placement placement, bool withProbe, CancellationToken cancellationToken) =>
        ServerProcess.StartAsync(program, cores.PrefixFor(placement), place, withProbe, cancellationToken);

    private static async Task<AllocationSample> SampleAsync(ServerProcess server, CancellationToken cancellationToken) =>
        server.Probe is { } probe
            ? await probe.ReadAsync(cancellationToken)
            : throw new InvalidOperationException($"The {server.Name} was started without a probe.");
}
