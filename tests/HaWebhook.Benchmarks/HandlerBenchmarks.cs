using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace HaWebhook.Benchmarks;

/// <summary>
/// The handler alone, without Kestrel, TLS or a client: what the webhook's own code costs. Not sealed, because BenchmarkDotNet derives from it.
/// </summary>
[MemoryDiagnoser]
public class HandlerBenchmarks
{
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

    // PLACEHOLDER: the one place to connect the real handler. It takes the bytes of a review for /validate and returns anything that
    // depends on the answer (its length, say), so that the JIT cannot drop the work.
    private static int Handle(byte[] body) => body.Length;
}
