using System.Text;
using HaWebhook.Admission;
using HaWebhook.Kubernetes.Tests;
using HaWebhook.Serving;
using HaWebhook.Tests.Admission;
using HaWebhook.Tests.Cluster;
using HaWebhook.Tests.Telemetry;

namespace HaWebhook.Tests.Serving;

/// <summary>More than the server can do at a time, and callers who take their time.</summary>
public sealed class OverloadTests
{
    private const string TooMany = "too many reviews at a time; send it again in a second\n";

    private static readonly byte[] _review = Encoding.UTF8.GetBytes(Reviews.Text());

    [Fact]
    public async Task Reviews_beyond_those_that_are_decided_and_those_that_wait_are_sent_back_to_be_sent_again()
    {
        await using var server = await RunningServer.StartAsync(new ServingOptions { MaxReviews = 1 }, new ManualClock());
        Assert.True(server.Limits.Reviews.TryTake(1));
        using var waiting = await RawConnection.OpenAsync(server.Admission.Port);
        var waited = waiting.PostAsync(_review, "?timeout=30s");
        await server.UntilAsync(serving => serving.Limits.Reviews.Waiting == 1);

        for (var i = 0; i < 3; i++)
        {
            using var late = await RawConnection.OpenAsync(server.Admission.Port);
            var refused = await late.PostAsync(_review);
            Assert.Equal((503, "1", true, TooMany), (refused.Status, refused.RetryAfter, refused.Closes, refused.Text));
            await late.ReadEndAsync();
        }

        server.Limits.Reviews.Give(1);
        Assert.False(AdmissionAnswer.Parse((await waited).Body).IsAllowed);
        using var afterwards = await RawConnection.OpenAsync(server.Admission.Port);
        Assert.Equal(200, (await afterwards.PostAsync(_review)).Status);
        await server.UntilAsync(serving => serving.Limits.Reviews.Taken + serving.Limits.Reviews.Waiting == 0);
    }

    [Fact]
    public async Task Who_has_waited_for_half_a_second_is_sent_back_while_the_call_has_time()
    {
        var clock = new ManualClock();
        await using var server = await RunningServer.StartAsync(new ServingOptions { MaxReviews = 1 }, clock);
        Assert.True(server.Limits.Reviews.TryTake(1));
        using var waiting = await RawConnection.OpenAsync(server.Admission.Port);
        var waited = waiting.PostAsync(_review, "?timeout=30s");
        await server.UntilAsync(serving => serving.Limits.Reviews.Waiting == 1);
        await server.UntilAsync(serving =>
        {
            clock.Advance(TimeSpan.FromMilliseconds(500));
            return serving.Limits.Reviews.Waiting == 0;
        });
        var refused = await waited;
        Assert.Equal((503, "1", true, TooMany), (refused.Status, refused.RetryAfter, refused.Closes, refused.Text));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(400, 100)]
    [InlineData(2000, 500)]
    [InlineData(29_500, 500)]
    public void A_review_waits_a_quarter_of_what_it_has_and_half_a_second_at_most(int left, int longest) =>
        Assert.Equal(TimeSpan.FromMilliseconds(longest), ReviewLimits.LongestWait(TimeSpan.FromMilliseconds(left)));

    [Fact]
    public async Task A_review_whose_caller_has_gone_is_not_decided()
    {
        await using var server = await RunningServer.StartAsync(new ServingOptions { MaxReviews = 1 }, new ManualClock());

        // When the server hears of it is a matter of chance.
        for (var (attempt, dropped) = (1, 0.0); dropped == 0; attempt++)
        {
            Assert.InRange(attempt, 1, 20);
            Assert.True(server.Limits.Reviews.TryTake(1));
            using (var caller = await RawConnection.OpenAsync(server.Admission.Port))
            {
                await caller.SendAsync(RawConnection.Head(_review.Length));
                await caller.SendAsync(_review);
                await server.UntilAsync(serving => serving.Limits.Reviews.Waiting == 1);
            }

            await Task.Delay(50 * attempt, TestContext.Current.CancellationToken);
            server.Limits.Reviews.Give(1);
            await server.UntilAsync(serving => serving.Limits.Reviews is { Taken: 0, Waiting: 0 });
            dropped = (await Exposition.OfAsync(server))["ha_webhook_refused_requests_total{reason=\"gone\"}"];
        }

        await server.UntilAsync(serving => serving.Limits.Reviews.Taken + serving.Limits.Reviews.Waiting == 0);
    }

    [Fact]
    public async Task A_call_of_one_second_is_answered_in_it_though_the_API_server_does_not_answer_and_others_wait_for_it()
    {
        await using var cluster = await LivingCluster.StartAsync(options: new ServingOptions { MaxReviews = 1 });
        cluster.ApiServer.Faults.Delay = TimeSpan.FromHours(1);
        using var first = await RawConnection.OpenAsync(cluster.Webhook.Admission.Port);
        var looked = first.PostAsync(_review, "?timeout=30s");
        await cluster.Webhook.UntilAsync(serving => serving.Limits.Reviews.Taken == 1);

        // The first one has the only place for 15 seconds.
        using var second = await RawConnection.OpenAsync(cluster.Webhook.Admission.Port);
        var refused = await second.PostAsync(_review, "?timeout=1s");
        Assert.Equal((503, "1", true), (refused.Status, refused.RetryAfter, refused.Closes));
        Assert.False(looked.IsCompleted);
        cluster.ApiServer.Faults.CutConnections();
        cluster.ApiServer.Faults.Delay = TimeSpan.Zero;
        Assert.Equal(200, (await looked).Status);

        cluster.ApiServer.Faults.Delay = TimeSpan.FromHours(1);
        using var third = await RawConnection.OpenAsync(cluster.Webhook.Admission.Port);
        Assert.False(AdmissionAnswer.Parse((await third.PostAsync(_review, "?timeout=1s")).Body).IsAllowed);
    }

    [Fact]
    public async Task A_large_review_waits_for_the_memory_that_another_takes_and_small_ones_do_not()
    {
        // Time stands still: nobody has to be quick.
        await using var server = await RunningServer.StartAsync(new ServingOptions { MaxReviewBytes = 48 << 20 }, new ManualClock());
        using var slow = await RawConnection.OpenAsync(server.Admission.Port);
        await slow.SendAsync(RawConnection.Head(48 << 20, "?timeout=30s"));

        // The length alone reserves nothing.
        await slow.SendAsync(new byte[10 << 10]);
        using (var meanwhile = await RawConnection.OpenAsync(server.Admission.Port))
        {
            Assert.Equal(200, (await meanwhile.PostAsync(_review)).Status);
        }

        await server.UntilAsync(serving => serving.Limits.Bytes.Taken + serving.Limits.Small.Taken == 0);
        await slow.SendAsync(new byte[100 << 10]);
        await server.UntilAsync(serving => serving.Limits.Bytes.Taken == 48 << 20);

        using var small = await RawConnection.OpenAsync(server.Admission.Port);
        Assert.False(AdmissionAnswer.Parse((await small.PostAsync(SlowBodyTests.Padded(200 << 10))).Body).IsAllowed);

        using var patient = await RawConnection.OpenAsync(server.Admission.Port);
        var waited = patient.PostAsync(SlowBodyTests.Padded(1 << 20), "?timeout=30s");
        await server.UntilAsync(serving => serving.Limits.Bytes.Waiting == 1 && serving.Limits.Small.Taken == 0);
        var told = await Exposition.OfAsync(server);
        Assert.Equal(1, told["ha_webhook_admission_requests_queued"]);
        Assert.Equal(48 << 20, told["ha_webhook_admission_bytes_in_flight"]);

        slow.Dispose();
        Assert.False(AdmissionAnswer.Parse((await waited).Body).IsAllowed);
        await server.UntilAsync(serving => serving.Limits.Bytes.Taken + serving.Limits.Small.Taken == 0);
    }

    [Fact]
    public async Task A_large_review_that_finds_no_room_is_sent_back()
    {
        await using var server = await RunningServer.StartAsync(new ServingOptions { MaxReviewBytes = 48 << 20 });
        Assert.True(server.Limits.Bytes.TryTake(48 << 20));
        using var refusing = await RawConnection.OpenAsync(server.Admission.Port);
        var refused = await refusing.PostAsync(SlowBodyTests.Padded(1 << 20), "?timeout=30s");
        Assert.Equal((503, "1", true, TooMany), (refused.Status, refused.RetryAfter, refused.Closes, refused.Text));
        Assert.Equal(1, (await Exposition.OfAsync(server))["ha_webhook_refused_requests_total{reason=\"overload\"}"]);
    }

    [Fact]
    public async Task Eight_reviews_of_seventeen_megabytes_at_a_time_are_all_decided_within_the_bound()
    {
        await using var server = await RunningServer.StartAsync();
        var review = SlowBodyTests.Padded(17 << 20);
        var most = 0L;
        var calls = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            // As the API server does: what is sent back is sent again.
            while (true)
            {
                using var connection = await RawConnection.OpenAsync(server.Admission.Port);
                var answer = await connection.PostAsync(review, "?timeout=30s");
                if (answer.Status != 503)
                {
                    return AdmissionAnswer.Parse(answer.Body);
                }

                Assert.Equal("1", answer.RetryAfter);
                await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
            }
        })).ToList();
        while (!calls.TrueForAll(call => call.IsCompleted))
        {
            most = Math.Max(most, server.Limits.Bytes.Taken);
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }

        Assert.All(await Task.WhenAll(calls), answer => Assert.False(answer.IsAllowed));
        Assert.InRange(most, 17 << 20, 64 << 20);
        await server.UntilAsync(serving => serving.Limits.Bytes.Taken == 0);
    }

    [Fact]
    public async Task Every_reason_for_a_refusal_is_there_from_the_start()
    {
        await using var server = await RunningServer.StartAsync();
        var told = await Exposition.OfAsync(server);
        Assert.Equal((1, 0, 0), (told["ha_webhook_ready"], told["ha_webhook_draining"], told["ha_webhook_admission_requests_in_flight"]));
        string[] reasons = ["overload", "not-ready", "too-slow", "gone", "too-large", "malformed", "failed"];
        Assert.All(reasons, reason => Assert.Equal(0, told[$"ha_webhook_refused_requests_total{{reason=\"{reason}\"}}"]));

        using var response = await server.PostAsync("/validate", "{}"u8.ToArray());
        Assert.Equal(1, (await Exposition.OfAsync(server))["ha_webhook_refused_requests_total{reason=\"malformed\"}"]);
    }
}
