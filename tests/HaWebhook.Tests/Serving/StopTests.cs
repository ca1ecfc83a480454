using HaWebhook.Commands;
using HaWebhook.Kubernetes.Tests;
using HaWebhook.Serving;
using HaWebhook.Tests.Admission;
using HaWebhook.Tests.Telemetry;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace HaWebhook.Tests.Serving;

/// <summary>What ends the server: signals, and what fails in it.</summary>
public sealed class StopTests
{
    [Fact]
    public async Task A_second_SIGTERM_cuts_no_drain_short_and_a_second_SIGINT_does()
    {
        await using var server = await ServeProcess.StartAsync(new Dictionary<string, string>(), arguments: ["--drain-time", "60m"]);
        server.Signal("TERM");
        await server.LineAsync(line => line.Contains("SIGTERM: draining for at least 3600 s", StringComparison.Ordinal));
        foreach (var again in new[] { "TERM", "QUIT" })
        {
            server.Signal(again);
            await server.LineAsync(line => line.Contains($"SIG{again} again: the server is stopping already", StringComparison.Ordinal));
            using var answer = await server.PostAsync("/validate", Reviews.Text());
            Assert.True(answer.IsSuccessStatusCode);
        }

        server.Signal("INT");
        Assert.Equal(0, await server.ExitCodeAsync());
        await server.LineAsync(line => line.Contains("SIGINT: stopping at once", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_service_that_fails_takes_no_call_with_it_and_the_process_says_so()
    {
        var log = new LogLines();
        var clock = new ManualClock();
        using var host = AdmissionServer.CreateHostBuilder(new ServingOptions { Port = 0, HealthPort = 0 }, clock)
            .ConfigureServices(services => services
                .AddSingleton<StopSignals>()
                .AddSingleton<IHostLifetime>(provider => provider.GetRequiredService<StopSignals>())
                .AddSingleton<FailingService>()
                .AddHostedService(provider => provider.GetRequiredService<FailingService>()))
            .ConfigureLogging(logging => logging.ClearProviders().AddProvider(log))
            .Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        var addresses = host.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Select(address => new Uri(address)).ToList();
        var serving = ServeCommand.ServeAsync(host);
        host.Services.GetRequiredService<FailingService>().Fail();
        await UntilAsync(() => log.All.Any(line => line.StartsWith("Information: a failure: draining for at least 15 s", StringComparison.Ordinal)));

        // It is still asked, until it is no endpoint any more, which it is because it is not ready.
        using var connection = await RawConnection.OpenAsync(addresses.Single(address => address.Scheme == "https").Port);
        var answer = await connection.PostAsync(System.Text.Encoding.UTF8.GetBytes(Reviews.Text()));
        Assert.Equal((200, true), (answer.Status, answer.Closes));
        using var kubelet = new HttpClient { BaseAddress = addresses.Single(address => address.Scheme == "http") };
        using var readiness = await kubelet.GetAsync(new Uri("/readyz", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(503, (int)readiness.StatusCode);
        Assert.Equal("ok\n", await kubelet.GetStringAsync(new Uri("/livez", UriKind.Relative), TestContext.Current.CancellationToken));
        Assert.False(serving.IsCompleted);

        while (!serving.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        Assert.Equal(2, await serving);
        var told = Assert.Single(log.All, line => line.Contains("broken for good", StringComparison.Ordinal));
        Assert.StartsWith(
            "Critical: FailingService has failed and is not to be mended: the server answers until it is no endpoint any more, and ends, to be started anew", told, StringComparison.Ordinal);
    }

    /// <summary>What the chart demands of a pod's grace period is what the process may take.</summary>
    [Fact]
    public void The_grace_period_is_as_long_as_it_may_take_to_end() => Assert.Equal(TimeSpan.FromSeconds(55), new ServingOptions().LongestEnd);

    private static async Task UntilAsync(Func<bool> holds)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!holds())
        {
            await Task.Delay(10, deadline.Token);
        }
    }

    private sealed class FailingService : BackgroundService
    {
        private readonly TaskCompletionSource _fails = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Fail() => _fails.SetException(new InvalidOperationException("broken for good"));

        protected override Task ExecuteAsync(CancellationToken stoppingToken) => _fails.Task;
    }
}
