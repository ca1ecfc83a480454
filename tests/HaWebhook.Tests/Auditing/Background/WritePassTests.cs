using System.Diagnostics.CodeAnalysis;
using HaWebhook.Auditing.Background;
using HaWebhook.Kubernetes;
using HaWebhook.Telemetry;

namespace HaWebhook.Tests.Auditing.Background;

/// <summary>What is gone on with, and when there is no use in going on.</summary>
[SuppressMessage("Reliability", "CA2000", Justification = "The meters end with the test.")]
public sealed class WritePassTests
{
    private readonly WritePass _pass = new(new(new Metering(), new(), TimeProvider.System), "report", most: 20, CancellationToken.None);

    [Fact]
    public async Task Trouble_of_the_server_ends_it_and_a_success_in_between_does_not()
    {
        for (var i = 0; i < 4; i++)
        {
            Assert.False(await _pass.TryAsync($"team-{i}", () => throw new HttpRequestException($"trouble {i}")));
        }

        Assert.True(await _pass.TryAsync("shop", () => Task.CompletedTask));
        for (var i = 0; i < 5; i++)
        {
            Assert.False(_pass.IsOver);
            Assert.False(await _pass.TryAsync("shop", () => throw Refusal(500)));
        }

        Assert.True(_pass.IsOver);
        Assert.Equal((1, 9, "trouble 0"), (_pass.Written, _pass.Failed, _pass.FirstError));
        Assert.False(await _pass.TryAsync("shop", () => throw new InvalidOperationException("it is over")));
        Assert.Equal(9, _pass.Failed);
    }

    [Fact]
    public async Task What_is_wrong_with_one_object_is_no_reason_to_stop_and_what_is_gone_is_no_failure()
    {
        for (var i = 0; i < 10; i++)
        {
            Assert.False(await _pass.TryAsync("shop", () => throw Refusal(422)));
            Assert.False(await _pass.TryAsync("shop", () => throw Refusal(404)));
        }

        Assert.Equal((10, false), (_pass.Failed, _pass.IsOver));
    }

    [Fact]
    public async Task There_is_a_limit_to_what_is_tried()
    {
        var tried = 0;
        for (var i = 0; i < 100; i++)
        {
            await _pass.TryAsync("shop", () => Task.FromResult(++tried));
        }

        Assert.Equal((20, 20, true), (tried, _pass.Written, _pass.IsOver));
    }

    private static KubernetesApiException Refusal(int code) => new("patch reports.openreports.io", code, "Reason", "no");
}
