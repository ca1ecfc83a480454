using System.Text;
using HaWebhook.Admission;
using HaWebhook.Kubernetes.Tests;
using HaWebhook.Tests.Admission;
using HaWebhook.Tests.Telemetry;

namespace HaWebhook.Tests.Serving;

/// <summary>Bodies that take their time, and those of which nobody knows how long they are.</summary>
public sealed class SlowBodyTests
{
    private static readonly byte[] _review = Encoding.UTF8.GetBytes(Reviews.Text());

    /// <summary>What a share was taken for has to come: the memory of all large reviews, or one of the places for small ones.</summary>
    [Theory]
    [InlineData(48 << 20, 100 << 10)]
    [InlineData(40 << 10, 33 << 10)]
    public async Task Who_takes_a_share_and_then_says_no_more_has_to_give_it_back(int announced, int sent)
    {
        var clock = new ManualClock();
        await using var server = await RunningServer.StartAsync(clock: clock);
        using var slow = await RawConnection.OpenAsync(server.Admission.Port);
        await slow.SendAsync(RawConnection.Head(announced, "?timeout=30s"));
        await slow.SendAsync(new byte[sent]);
        await server.UntilAsync(serving => serving.Limits.Bytes.Taken + serving.Limits.Small.Taken > 0);
        var answer = slow.ReadAsync();
        while (!answer.IsCompleted)
        {
            // In small steps, for the call must not be over.
            clock.Advance(TimeSpan.FromMilliseconds(100));
            await Task.WhenAny(answer, Task.Delay(50, TestContext.Current.CancellationToken));
        }

        var refused = await answer;
        Assert.Equal((503, "1", true), (refused.Status, refused.RetryAfter, refused.Closes));
        Assert.Equal("the body comes too slowly, and others wait for the memory that it takes; send it again in a second\n", refused.Text);

        // It is given back after the answer, which the caller may read before that.
        await server.UntilAsync(serving => serving.Limits.Bytes.Taken + serving.Limits.Small.Taken == 0);
        var told = await Exposition.OfAsync(server);
        Assert.Equal(1, told["ha_webhook_refused_requests_total{reason=\"too-slow\"}"]);
        Assert.Equal(0, told["ha_webhook_refused_requests_total{reason=\"failed\"}"]);
    }

    [Fact]
    public async Task A_body_that_keeps_up_the_rate_is_read_to_its_end()
    {
        var clock = new ManualClock();
        await using var server = await RunningServer.StartAsync(clock: clock);
        using var connection = await RawConnection.OpenAsync(server.Admission.Port);
        var review = Padded(3 << 20);
        await connection.SendAsync(RawConnection.Head(review.Length, "?timeout=30s"));
        const int part = 1 << 20;
        for (var start = 0; start < review.Length; start += part)
        {
            await connection.SendAsync(review.AsMemory(start, Math.Min(part, review.Length - start)));
            await server.UntilAsync(serving => serving.Limits.Bytes.Taken > 0);
            clock.Advance(TimeSpan.FromMilliseconds(200));
        }

        Assert.Equal(200, (await connection.ReadAsync()).Status);
    }

    [Theory]
    [InlineData(0, 1000)]
    [InlineData(1 << 20, 2000)]
    [InlineData(48 << 20, 49_000)]
    public void A_body_has_a_second_and_another_for_each_mebibyte(int bytes, int milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), ReviewLimits.LongestDelivery(bytes));

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
        await server.UntilAsync(serving => serving.Limits.Bytes.Taken + serving.Limits.Small.Taken == 0);
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

    [Theory]
    [InlineData(1 << 10, 200)]
    [InlineData(40 << 10, 200)]
    [InlineData(200 << 10, 200)]
    [InlineData(300 << 10, 411)]
    [InlineData(3 << 20, 411)]
    public async Task A_body_without_a_length_has_to_be_a_small_one(int size, int status)
    {
        await using var server = await RunningServer.StartAsync();
        using var content = new StreamContent(new MemoryStream(Padded(size)));
        content.Headers.ContentType = new("application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/validate", UriKind.Relative)) { Content = content };
        request.Headers.TransferEncodingChunked = true;
        using var response = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(status, (int)response.StatusCode);
        var body = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        if (status == 200)
        {
            Assert.False(AdmissionAnswer.Parse(body).IsAllowed);
        }
        else
        {
            Assert.Equal("a body of more than 262144 bytes needs a Content-Length, as API servers send it\n", Encoding.UTF8.GetString(body));
            Assert.Equal(1, (await Exposition.OfAsync(server))["ha_webhook_refused_requests_total{reason=\"too-large\"}"]);
        }

        await server.UntilAsync(serving => serving.Limits.Bytes.Taken + serving.Limits.Small.Taken == 0);
    }

    /// <summary>A review to be denied with so many bytes of what nobody reads.</summary>
    internal static byte[] Padded(int size) => Encoding.UTF8.GetBytes(Reviews.Text(metadata: $$"""{"name":"web","managedFields":["{{new string('<', size)}}"]}"""));
}
