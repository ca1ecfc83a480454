using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using HaWebhook.Admission;
using HaWebhook.Cluster;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Evaluation;
using Microsoft.Extensions.Logging.Abstractions;

namespace HaWebhook.Benchmarks;

/// <summary>
/// The handler alone, without Kestrel, TLS or a client: what the webhook's own code costs. Not sealed, because BenchmarkDotNet derives from it.
/// </summary>
[MemoryDiagnoser]
public class HandlerBenchmarks
{
    private readonly AdmissionHandler _handler = new(new DefaultPolicy(), new NoCluster(), NullLogger<AdmissionHandler>.Instance);
    private byte[] _small = [];
    private byte[] _fourKilobytes = [];
    private byte[] _oneMegabyte = [];

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

    /// <summary>A scale of a Deployment, 1.4 KB.</summary>
    [Benchmark]
    public int Small() => Handle(_small);

    /// <summary>A Deployment, 4 KB.</summary>
    [Benchmark]
    public int FourKilobytes() => Handle(_fourKilobytes);

    /// <summary>A Deployment, 1 MB.</summary>
    [Benchmark]
    public int OneMegabyte() => Handle(_oneMegabyte);

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
