using System.Globalization;
using System.Text;
using System.Text.Json;
using HaWebhook.Telemetry.Logs;
using HaWebhook.Tests.Admission;
using Microsoft.Extensions.Logging;

namespace HaWebhook.Tests.Telemetry;

/// <summary>The log of the server, as it comes out of it.</summary>
public sealed class LogTests
{
    private static readonly Dictionary<string, string> _inContainer = new() { ["DOTNET_RUNNING_IN_CONTAINER"] = "true" };

    [Theory]
    [InlineData(LogFormat.Auto, null, null, LogFormat.Text)]
    [InlineData(LogFormat.Auto, "true", null, LogFormat.Json)]
    [InlineData(LogFormat.Auto, "false", "", LogFormat.Text)]
    [InlineData(LogFormat.Auto, null, "10.0.0.1", LogFormat.Json)]
    [InlineData(LogFormat.Text, "true", "10.0.0.1", LogFormat.Text)]
    [InlineData(LogFormat.Json, null, null, LogFormat.Json)]
    internal void It_is_JSON_in_a_container_unless_told_otherwise(LogFormat asked, string? container, string? cluster, LogFormat expected) => Assert.Equal(
        expected, asked.Settle(name => name switch { "DOTNET_RUNNING_IN_CONTAINER" => container, "KUBERNETES_SERVICE_HOST" => cluster, _ => null }));

    [Fact]
    public async Task A_denial_is_one_object_with_what_was_denied_to_whom()
    {
        await using var server = await ServeProcess.StartAsync(_inContainer);
        using var dryRun = await server.PostAsync("/validate", Reviews.Text(uid: "dry").Replace("\"dryRun\":false", "\"dryRun\":true", StringComparison.Ordinal));
        using var denied = await server.PostAsync("/validate", Reviews.Text(uid: "u1", user: "jane\\u001b[31m\\nX"));
        var line = await server.LineAsync(line => line.Contains("u1", StringComparison.Ordinal));
        var fields = Fields(line);
        Assert.Matches(@"^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d\d\dZ$", fields["timestamp"]);
        Assert.Equal(
            """
            level=information
            category=HaWebhook.Admission.AdmissionHandler
            eventId=1
            message=deny minimum-replicas: CREATE of Deployment shop/web by jane?[31m?X (mode Enforce, review u1)
            decision=deny
            rules=minimum-replicas
            operation=CREATE
            kind=Deployment
            namespace=shop
            name=web
            user=jane?[31m?X
            mode=Enforce
            uid=u1
            """,
            string.Join('\n', fields.Skip(1).Select(field => $"{field.Key}={field.Value}")),
            ignoreLineEndingDifferences: true);
        Assert.All(server.Lines, line => Assert.NotEmpty(Fields(line)));
        Assert.DoesNotContain(server.Lines, line => line.Contains("\"dry\"", StringComparison.Ordinal));
        Assert.Equal(0, await server.StopAsync());
    }

    [Fact]
    public async Task As_text_it_is_a_line_that_people_read()
    {
        await using var server = await ServeProcess.StartAsync(_inContainer, arguments: ["--log-format", "text", "--mode", "Audit"]);
        using var denied = await server.PostAsync("/validate", Reviews.Text(uid: "u1"));
        Assert.Matches(
            @"^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d\d\dZ info: HaWebhook\.Admission\.AdmissionHandler\[1\] would-deny minimum-replicas: CREATE of Deployment shop/web by jane \(mode Audit, review u1\)$",
            await server.LineAsync(line => line.Contains("u1", StringComparison.Ordinal)));
    }

    [Fact]
    public void Whatever_is_logged_stays_one_flat_object_of_plain_text()
    {
        using var output = new MemoryStream();
        using var queue = new LogQueue();
        using (var console = new QueuedConsole(queue, new JsonLineFormatter(new FixedClock()), output))
        {
            var logger = console.CreateLogger("a.b");
            logger.Log(LogLevel.Error, new EventId(7), "state", new InvalidOperationException("first\nsecond"), (state, _) => state + "\r\n\u001b[2J\u0085\u2028\u202e\ud800 \"é\"");
            logger.Log<IReadOnlyList<KeyValuePair<string, object?>>>(
                LogLevel.Warning,
                new EventId(8),
                [new("Message", 1), new("level", true), new("Twice", 1.5), new("twice", double.NaN), new("None", null), new("Uri", new Uri("http://x/")), new("{OriginalFormat}", "{x}")],
                null,
                (_, _) => "text");
        }

        var lines = Encoding.UTF8.GetString(output.ToArray()).Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.All(lines[0], character => Assert.InRange(character, ' ', '~'));
        var first = Fields(lines[0]);
        Assert.EndsWith("\u202e\ufffd \"é\"", first["message"], StringComparison.Ordinal);
        Assert.Equal(["timestamp", "level", "category", "eventId", "message", "exception"], first.Keys);
        Assert.StartsWith("System.InvalidOperationException: first\nsecond", first["exception"], StringComparison.Ordinal);
        Assert.Equal(
            """{"timestamp":"2026-11-20T12:00:00.000Z","level":"warning","category":"a.b","eventId":8,"message":"text","message_":1,"level_":true,"twice":1.5,"twice_":"NaN","none":null,"uri":"http://x/"}""",
            lines[1]);
    }

    [Fact]
    public void Who_logs_does_not_wait_and_what_is_dropped_is_told()
    {
        using var output = new StuckStream();
        using var queue = new LogQueue();
        using (var console = new QueuedConsole(queue, new JsonLineFormatter(new FixedClock()), output))
        {
            var logger = console.CreateLogger("flood");
            for (var i = 0; i < LogQueue.Longest * 2; i++)
            {
                logger.Log(LogLevel.Information, new EventId(1), "state", null, (_, _) => "a line");
            }

            Assert.InRange(queue.Dropped, LogQueue.Longest - 1, LogQueue.Longest);
            output.Release();
        }

        var lines = Encoding.UTF8.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var told = lines.Select(Fields).Where(fields => fields["eventId"] == "70").ToList();
        Assert.Equal(queue.Dropped, told.Sum(fields => int.Parse(fields["count"], CultureInfo.InvariantCulture)));
        Assert.Equal(LogQueue.Longest * 2, lines.Length - told.Count + queue.Dropped);
    }

    [Fact]
    public void Long_lines_that_nobody_reads_take_no_more_memory_than_they_may()
    {
        using var queue = new LogQueue();
        var line = new string('x', LogQueue.MostCharacters / 8);
        for (var i = 0; i < 20; i++)
        {
            queue.Add(line);
        }

        Assert.Equal(12, queue.Dropped);
        queue.Add("");
        Assert.Equal(12, queue.Dropped);

        // What is read makes room.
        using var lines = queue.Take().GetEnumerator();
        Assert.True(lines.MoveNext());
        queue.Add(line);
        queue.Add(line);
        Assert.Equal(13, queue.Dropped);
        queue.Add(new string('x', LogQueue.MostCharacters + 1));
        Assert.Equal(14, queue.Dropped);
    }

    [Fact]
    public async Task A_standard_output_that_nobody_reads_holds_up_no_review()
    {
        await using var server = await ServeProcess.StartAsync(_inContainer, isRead: false);
        await Parallel.ForAsync(0, 8000, TestContext.Current.CancellationToken, async (_, _) =>
        {
            using var denied = await server.PostAsync("/validate", Reviews.Text());
            Assert.True(denied.IsSuccessStatusCode);
        });
        var metrics = await server.ScrapeAsync();
        Assert.InRange(metrics["ha_webhook_log_lines_dropped_total"], 1, 8000);
        Assert.Equal(8000, metrics.Sum("ha_webhook_admission_requests_total", "decision=\"deny\""));
        Assert.Equal(0, await server.StopAsync());
    }

    private static Dictionary<string, string> Fields(string line)
    {
        using var document = JsonDocument.Parse(line);
        return document.RootElement.EnumerateObject().ToDictionary(field => field.Name, field => field.Value.ToString());
    }

    /// <summary>Takes nothing until it is released.</summary>
    private sealed class StuckStream : MemoryStream
    {
        private readonly ManualResetEventSlim _released = new();

        public void Release() => _released.Set();

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            _released.Wait(TimeSpan.FromMinutes(1));
            base.Write(buffer);
        }

        protected override void Dispose(bool disposing)
        {
            _released.Dispose();
            base.Dispose(disposing);
        }
    }
}
