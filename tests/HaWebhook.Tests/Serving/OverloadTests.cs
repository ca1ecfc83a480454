using System.Text;
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
        // Whoever wants a single replica is judged after a look at the API server, which does not answer.
        await using var cluster = await LivingCluster.StartAsync(options: new ServingOptions { MaxReviews = 1 });
        cluster.ApiServer.Faults.Delay = TimeSpan.FromHours(1);
        using var looking = await RawConnection.OpenAsync(cluster.Webhook.Admission.Port);
        var looked = looking.PostAsync(_review, "?timeout=30s");
        await cluster.Webhook.UntilAsync(serving => serving.Limits.Reviews.Taken == 1);

        using var waiting = await RawConnection.OpenAsync(cluster.Webhook.Admission.Port);
        var waited = waiting.PostAsync(_review, "?timeout=30s");
        await cluster.Webhook.UntilAsync(serving => serving.Limits.Reviews.Waiting == 1);

        for (var i = 0; i < 3; i++)
        {
            using var late = await RawConnection.OpenAsync(cluster.Webhook.Admission.Port);
            var refused = await late.PostAsync(_review);
            Assert.Equal((503, "1", true, TooMany), (refused.Status, refused.RetryAfter, refused.Closes, refused.Text));
            await late.ReadEndAsync();
        }

        // Who was taken on gets a verdict: the first by what is known, as its look fails.
        cluster.ApiServer.Faults.Delay = TimeSpan.Zero;
        cluster.ApiServer.Faults.CutConnections();
        Assert.False(AdmissionAnswer.Parse((await looked).Body).IsAllowed);
        Assert.False(AdmissionAnswer.Parse((await waited).Body).IsAllowed);

        using var afterwards = await RawConnection.OpenAsync(cluster.Webhook.Admission.Port);
        Assert.Equal(200, (await afterwards.PostAsync(_review)).Status);
        Assert.Equal((0, 0), (cluster.Webhook.Limits.Reviews.Taken, cluster.Webhook.Limits.Reviews.Waiting));
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
        await using var server = await RunningServer.StartAsync(new ServingOptions { MaxReviewBytes = 48 << 20 });
        using var slow = await RawConnection.OpenAsync(server.Admission.Port);
        await slow.SendAsync(RawConnection.Head(48 << 20, "?timeout=30s"));

        // The length alone reserves nothing.
        await slow.SendAsync(new byte[10 << 10]);
        using (var meanwhile = await RawConnection.OpenAsync(server.Admission.Port))
        {
            Assert.Equal(200, (await meanwhile.PostAsync(_review)).Status);
        }

        Assert.Equal((0, 0), (server.Limits.Bytes.Taken, server.Limits.Small.Taken));
        await slow.SendAsync(new byte[100 << 10]);
        await server.UntilAsync(serving => serving.Limits.Bytes.Taken == 48 << 20);

        var large = Padded(1 << 20);
        using (var refusing = await RawConnection.OpenAsync(server.Admission.Port))
        {
            var refused = await refusing.PostAsync(large, "?timeout=1s");
            Assert.Equal((503, "1", true, TooMany), (refused.Status, refused.RetryAfter, refused.Closes, refused.Text));
        }

        using var small = await RawConnection.OpenAsync(server.Admission.Port);
        Assert.False(AdmissionAnswer.Parse((await small.PostAsync(Padded(200 << 10))).Body).IsAllowed);

        using var patient = await RawConnection.OpenAsync(server.Admission.Port);
        var waited = patient.PostAsync(large, "?timeout=30s");
        await server.UntilAsync(serving => serving.Limits.Bytes.Waiting == 1 && serving.Limits.Small.Taken == 0);
        var told = await Exposition.OfAsync(server);
        Assert.Equal(1, told["ha_webhook_admission_requests_queued"]);
        Assert.Equal(48 << 20, told["ha_webhook_admission_bytes_in_flight"]);
        Assert.Equal(1, told["ha_webhook_refused_requests_total{reason=\"overload\"}"]);

        slow.Dispose();
        Assert.False(AdmissionAnswer.Parse((await waited).Body).IsAllowed);
        Assert.Equal((0, 0), (server.Limits.Bytes.Taken, server.Limits.Small.Taken));
    }

    [Fact]
    public async Task Eight_reviews_of_seventeen_megabytes_at_a_time_are_all_decided_within_the_bound()
    {
        await using var server = await RunningServer.StartAsync();
        var review = Padded(17 << 20);
        var most = 0L;
        var calls = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            using var connection = await RawConnection.OpenAsync(server.Admission.Port);
            var answer = await connection.PostAsync(review, "?timeout=30s");
            return AdmissionAnswer.Parse(answer.Body);
        })).ToList();
        while (!calls.TrueForAll(call => call.IsCompleted))
        {
            most = Math.Max(most, server.Limits.Bytes.Taken);
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }

        Assert.All(await Task.WhenAll(calls), answer => Assert.False(answer.IsAllowed));
        Assert.InRange(most, 17 << 20, 64 << 20);
        Assert.Equal(0, server.Limits.Bytes.Taken);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(300_000)]
    public async Task A_body_that_does_not_come_within_the_call_is_not_waited_for(int sent)
    {
        await using var server = await RunningServer.StartAsync();
        using var slow = await RawConnection.OpenAsync(server.Admission.Port);
        var review = Padded(400_000);
        await slow.SendAsync(RawConnection.Head(review.Length, "?timeout=1s"));
        await slow.SendAsync(review.AsMemory(0, sent));
        var refused = await slow.ReadAsync();
        Assert.Equal((408, null, true), (refused.Status, refused.RetryAfter, refused.Closes));
        Assert.Equal("the body did not come in the time that the call has\n", refused.Text);
        Assert.Equal((0, 0), (server.Limits.Bytes.Taken, server.Limits.Small.Taken));
    }

    [Fact]
    public async Task Each_body_on_a_connection_has_the_time_of_its_own_call()
    {
        await using var server = await RunningServer.StartAsync();
        using var connection = await RawConnection.OpenAsync(server.Admission.Port);
        foreach (var (query, pause) in new[] { ("?timeout=2s", 50), ("?timeout=30s", 1800), ("?timeout=3s", 50) })
        {
            await connection.SendAsync(RawConnection.Head(_review.Length, query));
            await connection.SendAsync(_review.AsMemory(0, 100));
            await Task.Delay(pause, TestContext.Current.CancellationToken);
            await connection.SendAsync(_review.AsMemory(100));
            Assert.Equal(200, (await connection.ReadAsync()).Status);
        }

        await connection.SendAsync(RawConnection.Head(_review.Length, "?timeout=1s"));
        await connection.SendAsync(_review.AsMemory(0, 100));
        Assert.Equal(408, (await connection.ReadAsync()).Status);
    }

    [Fact]
    public async Task A_body_without_a_length_is_read_within_the_same_bounds()
    {
        await using var server = await RunningServer.StartAsync();
        foreach (var size in new[] { 1 << 10, 40 << 10, 300 << 10, 3 << 20 })
        {
            using var content = new StreamContent(new MemoryStream(Padded(size)));
            content.Headers.ContentType = new("application/json");
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/validate", UriKind.Relative)) { Content = content };
            request.Headers.TransferEncodingChunked = true;
            using var response = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.False(AdmissionAnswer.Parse(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).IsAllowed);
        }

        Assert.Equal((0, 0), (server.Limits.Bytes.Taken, server.Limits.Small.Taken));
    }

    [Fact]
    public async Task Every_reason_for_a_refusal_is_there_from_the_start()
    {
        await using var server = await RunningServer.StartAsync();
        var told = await Exposition.OfAsync(server);
        Assert.Equal((1, 0, 0), (told["ha_webhook_ready"], told["ha_webhook_draining"], told["ha_webhook_admission_requests_in_flight"]));
        string[] reasons = ["overload", "not-ready", "too-slow", "too-large", "malformed", "failed"];
        Assert.All(reasons, reason => Assert.Equal(0, told[$"ha_webhook_refused_requests_total{{reason=\"{reason}\"}}"]));

        using var response = await server.PostAsync("/validate", "{}"u8.ToArray());
        Assert.Equal(1, (await Exposition.OfAsync(server))["ha_webhook_refused_requests_total{reason=\"malformed\"}"]);
    }

    private static byte[] Padded(int size) => Encoding.UTF8.GetBytes(Reviews.Text(metadata: $$"""{"name":"web","managedFields":["{{new string('<', size)}}"]}"""));
}
