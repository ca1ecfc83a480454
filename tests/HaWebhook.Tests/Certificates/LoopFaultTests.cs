using HaWebhook.ApiServer;
using HaWebhook.Certificates;
using HaWebhook.Kubernetes;
using HaWebhook.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;

namespace HaWebhook.Tests.Certificates;

/// <summary>What looks after certificates without end, and ends all the same.</summary>
public sealed class LoopFaultTests
{
    /// <summary>The first timer is that of the first look; the next one is a pause, of the looks or of the renewals.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Where_one_loop_ends_for_want_of_memory_the_other_does_not_hide_it(int timers)
    {
        await using var apiServer = await TestApiServer.StartAsync();
        var kubeConfig = Path.GetTempFileName();
        await File.WriteAllTextAsync(kubeConfig, apiServer.Kubeconfig(), TestContext.Current.CancellationToken);
        using var client = new KubernetesClient(KubeConfig.Load(kubeConfig, null, _ => null), TimeProvider.System);
        File.Delete(kubeConfig);
        var identity = new ServiceIdentity("ha-webhook", "ha-webhook", "ha-webhook-ca", "ha-webhook");
        using var metering = new Metering();
        using var certificate = new SelfManagedCertificate(
            identity,
            new(client, identity),
            new(client, identity),
            new(),
            new(metering),
            new(client, TimeProvider.System, NullLogger<ClusterClock>.Instance),
            new FullMemory(timers),
            NullLogger<SelfManagedCertificate>.Instance);

        await certificate.StartAsync(TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<OutOfMemoryException>(
            () => certificate.ExecuteTask!.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken));
    }

    /// <summary>A clock that has no room for a timer after so many.</summary>
    /// <param name="timers">Which one is refused, from 1; those after it are made.</param>
    private sealed class FullMemory(int timers) : TimeProvider
    {
        private int _made;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            Interlocked.Increment(ref _made) == timers
#pragma warning disable CA2201 // It stands for the runtime.
                ? throw new OutOfMemoryException()
#pragma warning restore CA2201
                : base.CreateTimer(callback, state, dueTime, period);
    }
}
