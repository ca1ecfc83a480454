using System.Diagnostics;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using HaWebhook.Admission;
using HaWebhook.Cluster;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;

namespace HaWebhook.Benchmarks;

/// <summary>
/// The handler alone, without Kestrel, TLS or a client, and measured as when it serves: what the webhook's own code costs. Not sealed, because
/// BenchmarkDotNet derives from it.
/// </summary>
[MemoryDiagnoser]
public class HandlerBenchmarks : IDisposable
{
    private readonly DefaultPolicy _policy = new();
    private readonly Metering _metering = new();
    private readonly AdmissionMetrics _metrics;
    private readonly AdmissionHandler _handler;
    private Review _review = new();
    private Policy.Evaluation.Verdict _verdict = Policy.Evaluation.Verdict.NotJudged;
    private byte[] _small = [];
    private byte[] _fourKilobytes = [];
    private byte[] _oneMegabyte = [];

    /// <summary>Creates the handler and all that measures it.</summary>
    public HandlerBenchmarks()
    {
        _metrics = new AdmissionMetrics(_metering, _policy);
        _handler = new(_policy, new NoCluster(), _metrics, NullLogger<AdmissionHandler>.Instance);
    }

    // In this process, because the project that BenchmarkDotNet would otherwise generate and build falls under this repository's analyzers.
    internal static void Run() =>
        BenchmarkRunner.Run<HandlerBenchmarks>(DefaultConfig.Instance.AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance)));

    /// <summary>Reads the recorded reviews.</summary>
    [GlobalSetup]
    public void Load()
    {
        var reviews = ReviewCase.LoadAll();
        _small = reviews.First(review => review.Size == ReviewSize.Small).Body;
        _fourKilobytes = reviews.First(review => review.Size == ReviewSize.FourKilobytes).Body;
        _oneMegabyte = reviews.First(review => review.Size == ReviewSize.OneMegabyte).Body;
    }

    /// <summary>Decides the review whose measuring is measured.</summary>
    [GlobalSetup(Target = nameof(Measured))]
    public void Decide()
    {
        Load();
        _review = _policy.Evaluators.Reader.ReadReview(_fourKilobytes);
        _verdict = _policy.Evaluators.Base.Validate(_review, Policy.Objects.RelatedObjects.None);
    }

    /// <summary>Stops measuring.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        _metering.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>A scale of a Deployment, 1.4 KB.</summary>
    [Benchmark]
    public int Small() => Handle(_small);

    /// <summary>A Deployment, 4 KB.</summary>
    [Benchmark]
    public int FourKilobytes() => Handle(_fourKilobytes);

    /// <summary>A Deployment, 1 MB.</summary>
    [Benchmark]
    public int OneMegabyte() => Handle(_oneMegabyte);

    /// <summary>What measuring a 4 KB review takes of that, both looks at the clock included.</summary>
    [Benchmark]
    public void Measured() =>
        _metrics.Decided(ReviewKind.Validate, _review, _verdict, _policy.Evaluators.Base, "warn", Stopwatch.GetTimestamp());

    private int Handle(byte[] body)
    {
        using var answer = new PooledBuffer(1024);

        // Without a cluster there is nothing to wait for.
        _handler.HandleAsync(ReviewKind.Validate, body, answer, TimeSpan.FromSeconds(10)).AsTask().GetAwaiter().GetResult();
        return answer.Length;
    }

    private sealed class DefaultPolicy : ICurrentPolicy
    {
        public PolicyEvaluators Evaluators { get; } = new(PolicyOptions.Default, TimeProvider.System);
    }
}
