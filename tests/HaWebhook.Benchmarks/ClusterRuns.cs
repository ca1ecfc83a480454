using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace HaWebhook.Benchmarks;

/// <param name="Webhook">Path of ha-webhook.dll.</param>
/// <param name="Deployments">Numbers of Deployments, the smallest first; the last is also tried in a single namespace.</param>
/// <param name="NamespaceSize">Deployments in a namespace otherwise.</param>
/// <param name="Changes">Changes in a second, in the rounds that have them.</param>
/// <param name="RoundLength">The length of a round.</param>
/// <param name="WarmUp">The length of the load before the first round.</param>
/// <param name="Rounds">Rounds that count, of each kind and for each cluster.</param>
/// <param name="Connections">Connections kept busy.</param>
internal sealed record ClusterOptions(
    string Webhook, IReadOnlyList<int> Deployments, int NamespaceSize, int Changes, TimeSpan RoundLength, TimeSpan WarmUp, int Rounds, int Connections)
{
    public IEnumerable<ClusterSize> Sizes =>
        [.. Deployments.Select(count => new ClusterSize(count, NamespaceSize)), new ClusterSize(Deployments[^1], Deployments[^1])];
}

/// <summary>One round of reviews, with or without changes in the cluster meanwhile.</summary>
internal sealed record ClusterRound(
    double ReviewsPerSecond, double P50Microseconds, double P99Microseconds, double ProcessorMicroseconds, double ChangesPerSecond, double? Disturbance);

/// <summary>What one cluster cost.</summary>
/// <param name="Size">The cluster.</param>
/// <param name="Objects">The objects that the webhook keeps.</param>
/// <param name="Ready">From the start of the process until it was ready.</param>
/// <param name="Processor">CPU time until then.</param>
/// <param name="AtReady">Memory then.</param>
/// <param name="AtEnd">Memory after all rounds.</param>
/// <param name="Quiet">Rounds in which nothing changed.</param>
/// <param name="Changing">Rounds in which something changed all the time.</param>
internal sealed record ClusterCase(
    ClusterSize Size, int Objects, TimeSpan Ready, TimeSpan Processor, Memory AtReady, Memory AtEnd,
    IReadOnlyList<ClusterRound> Quiet, IReadOnlyList<ClusterRound> Changing);

/// <param name="Cases">The clusters, the smallest first.</param>
/// <param name="Review">The review that was asked.</param>
/// <param name="Answer">What the review was answered, everywhere.</param>
/// <param name="DeploymentBytes">The size of a Deployment in the clusters, in bytes of JSON.</param>
/// <param name="Dropped">Rounds that were too disturbed to count.</param>
internal sealed record ClusterResults(IReadOnlyList<ClusterCase> Cases, ReviewCase Review, string Answer, int DeploymentBytes, int Dropped);

/// <summary>Runs a webhook for each of several clusters and asks them in turns, so that whatever disturbs the machine disturbs all.</summary>
internal sealed partial class ClusterRuns(ClusterOptions options, Workplace place, ILoad load, Cores cores, TextWriter progress)
{
    /// <summary>On a busy machine there are up to so many times as many rounds.</summary>
    private const int MaximumTurns = 2;

    private static readonly TimeSpan _logLimit = TimeSpan.FromSeconds(5);

    private readonly ReviewCase _review = ReviewCase.LoadAll().First(review => review is { Size: ReviewSize.FourKilobytes, Endpoint: "/validate" });

    /// <param name="clusters">The clusters, which the caller disposes of.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    public async Task<ClusterResults> RunAsync(IReadOnlyList<SeededCluster> clusters, CancellationToken cancellationToken)
    {
        var subjects = new List<Subject>();
        try
        {
            foreach (var cluster in clusters)
            {
                subjects.Add(await StartAsync(cluster, cancellationToken));
            }

            var answer = "";
            foreach (var subject in subjects)
            {
                answer = (await new AnswerCheck(place.Certificate).AskAsync(subject.Server, [_review], cancellationToken))[_review];
                await load.RunAsync(subject.Server.Address, _review, options.Connections, options.WarmUp, cancellationToken);
            }

            for (var turn = 0; turn < MaximumTurns * options.Rounds && !subjects.TrueForAll(IsComplete); turn++)
            {
                foreach (var subject in subjects)
                {
                    subject.Quiet.Add(await MeasureAsync(subject, perSecond: 0, cancellationToken));
                    subject.Changing.Add(await MeasureAsync(subject, options.Changes, cancellationToken));
                }
            }

            var dropped = subjects.Sum(subject => subject.Quiet.Count + subject.Changing.Count - (2 * options.Rounds));
            var cases = subjects.Select(subject => new ClusterCase(
                subject.Cluster.Size, subject.Cluster.Objects, subject.Ready, subject.Processor, subject.AtReady, subject.Server.ReadMemory(),
                LeastDisturbed(subject.Quiet), LeastDisturbed(subject.Changing)));
            return new ClusterResults([.. cases], _review, answer, clusters[0].DeploymentBytes, dropped);
        }
        finally
        {
            subjects.ForEach(subject => subject.Server.Dispose());
        }
    }

    private async Task<Subject> StartAsync(SeededCluster cluster, CancellationToken cancellationToken)
    {
        var file = place.NewFile("kubeconfig");
        await File.WriteAllTextAsync(file, cluster.Server.Kubeconfig(), cancellationToken);
        var program = ServerProgram.InCluster(options.Webhook, $"webhook beside {cluster.Size.Title}", file);
        var server = await ServerProcess.StartAsync(program, cores.PrefixFor(Placement.OneCore), place, withProbe: false, cancellationToken);
        try
        {
            var ready = await server.WaitUntilReadyAsync(cancellationToken);
            var subject = new Subject(cluster, server, ready, server.ProcessorTime, server.ReadMemory());
            await RequireAllAsync(subject, cancellationToken);
            progress.WriteLine($"{server.Name}: ready after {ready.TotalSeconds:N2} s, {subject.Processor.TotalSeconds:N2} s CPU, "
                + $"{subject.AtReady.Resident >> 20} MiB, peak {subject.AtReady.Peak >> 20} MiB");
            return subject;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>A webhook that misses half of the cluster would come out well.</summary>
    private static async Task RequireAllAsync(Subject subject, CancellationToken cancellationToken)
    {
        // It is ready a moment before its log says so.
        var start = Stopwatch.GetTimestamp();
        string? known;
        while ((known = subject.Server.Logged("objects of").Select(line => KnownObjects().Match(line).Groups[1].Value).FirstOrDefault()) is null
            && Stopwatch.GetElapsedTime(start) < _logLimit)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken);
        }

        if (!int.TryParse(known, CultureInfo.InvariantCulture, out var count) || count != subject.Cluster.Objects)
        {
            throw subject.Server.Failure($"is ready with {known ?? "no"} objects, but there are {subject.Cluster.Objects}:");
        }
    }

    private async Task<ClusterRound> MeasureAsync(Subject subject, int perSecond, CancellationToken cancellationToken)
    {
        await using var changes = perSecond == 0 ? null : new SteadyChanges(subject.Cluster, perSecond);
        var disturbance = Disturbance.Watch(cores);
        var before = subject.Server.ProcessorTime;
        var result = await load.RunAsync(subject.Server.Address, _review, options.Connections, options.RoundLength, cancellationToken);
        var processor = subject.Server.ProcessorTime - before;
        var round = new ClusterRound(
            result.Reviews / result.Duration.TotalSeconds,
            result.P50Microseconds,
            result.P99Microseconds,
            processor.TotalMicroseconds / result.Reviews,
            (changes?.Count ?? 0) / result.Duration.TotalSeconds,
            disturbance?.Share(processor));
        progress.WriteLine($"{subject.Server.Name}, {round.ChangesPerSecond:N0} changes/s: {round.ReviewsPerSecond:N0}/s, "
            + $"{round.ProcessorMicroseconds:N1} us CPU, p50 {round.P50Microseconds:N0} us, p99 {round.P99Microseconds:N0} us, disturbed {round.Disturbance:P0}");
        return round;
    }

    // Rounds are chosen by what else the machine did meanwhile, and never by how they came out.
    private bool IsComplete(Subject subject) => Quiet(subject.Quiet) >= options.Rounds && Quiet(subject.Changing) >= options.Rounds;

    private static int Quiet(List<ClusterRound> rounds) => rounds.Count(round => (round.Disturbance ?? 0) <= Disturbance.Limit);

    private List<ClusterRound> LeastDisturbed(List<ClusterRound> rounds) => [.. rounds.OrderBy(round => round.Disturbance).Take(options.Rounds)];

    [GeneratedRegex(@"(\d+) objects of")]
    private static partial Regex KnownObjects();

    private sealed record Subject(SeededCluster Cluster, ServerProcess Server, TimeSpan Ready, TimeSpan Processor, Memory AtReady)
    {
        public List<ClusterRound> Quiet { get; } = [];

        public List<ClusterRound> Changing { get; } = [];
    }
}
