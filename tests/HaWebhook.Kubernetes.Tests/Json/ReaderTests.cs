using System.Text;
using HaWebhook.Kubernetes.Json;

namespace HaWebhook.Kubernetes.Tests.Json;

/// <summary>Lists and watches that arrive in pieces, or broken.</summary>
public sealed class ReaderTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1000)]
    public async Task AListInPieces_IsTheSameList(int piece)
    {
        var body = Recording.Read("02").Body;
        var items = new List<string>();

        var meta = await ReadListAsync(body, piece, items);

        Assert.Equal("261", meta.ResourceVersion);
        Assert.Equal(2, items.Count);
        Assert.All(items, item => Assert.Contains(item, body, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100_000)]
    public async Task AWatchInPieces_IsTheSameWatch(int piece)
    {
        var body = Recording.Read("04").Body;

        var events = await ReadWatchAsync(body, piece);

        Assert.Equal(body.TrimEnd('\n').Split('\n'), events.Select(happened => happened.Line));
    }

    [Theory]
    [InlineData("""{"items":[],"metadata":{"resourceVersion":"1"}}""", 0)]
    [InlineData("""{"items":null,"metadata":{"resourceVersion":"1"}}""", 0)]
    [InlineData("""{"other":[{}],"items":[{},{"items":[1]}],"more":{"a":[]},"metadata":{"resourceVersion":"1"}}""", 2)]
    [InlineData("""  {"items" : [ {} ] , "metadata":{"resourceVersion":"1","other":{"deep":[]}}} trailing""", 1)]
    public async Task AList_MayBeWrittenInAnyOrder(string body, int count)
    {
        var items = new List<string>();

        Assert.Equal("1", (await ReadListAsync(body, 2, items)).ResourceVersion);
        Assert.Equal(count, items.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"items":[]}""")]
    [InlineData("""{"metadata":{"resourceVersion":"1"}}""")]
    [InlineData("""{"items":{},"metadata":{"resourceVersion":"1"}}""")]
    [InlineData("""{"items":[{}""")]
    [InlineData("""{"items":[{]}""")]
    [InlineData("""{"items":[],"metadata":{"resourceVersion":"\ud800"}}""")]
    [InlineData("""{"items":[],"metadata":{"resourceVersion":7}}""")]
    [InlineData("<html>")]
    public async Task WhatIsNoList_IsRefused(string body) =>
        await Assert.ThrowsAsync<InvalidDataException>(() => ReadListAsync(body, 2, []));

    [Theory]
    [InlineData("{}")]
    [InlineData("x")]
    [InlineData("[1]")]
    [InlineData("""{"type":"ADDED"}""")]
    [InlineData("""{"object":{}}""")]
    [InlineData("""{"type":"ADDED","object":[]}""")]
    [InlineData("""{"type":"SEEN","object":{}}""")]
    [InlineData("""{"type":"\ud800","object":{}}""")]
    [InlineData("""{"type":"ADDED","object":{}}{"type":"ADDED","object":{}}""")]
    [InlineData("""{"type":"ADDED","object":{}""")]
    public async Task WhatIsNoEvent_IsRefused(string line) =>
        await Assert.ThrowsAsync<InvalidDataException>(() => ReadWatchAsync(line + "\n", 1));

    [Fact]
    public async Task AStreamThatEndsInAnEvent_WasCut()
    {
        await Assert.ThrowsAsync<IOException>(() => ReadWatchAsync("""{"type":"ADDED","object":{"metadata":{}""", 5));
        Assert.Single(await ReadWatchAsync("""{"type":"ADDED","object":{"metadata":{}}}""", 5));
        Assert.Empty(await ReadWatchAsync("\n \r\n", 5));
    }

    [Fact]
    public async Task AnObjectOfAnyDepth_IsSkipped()
    {
        var deep = new string('[', 9_000) + new string(']', 9_000);

        Assert.Single(await ReadWatchAsync($$"""{"type":"ADDED","object":{"spec":{{deep}} } }""", 4096));
        await Assert.ThrowsAsync<IOException>(() => ReadWatchAsync($$"""{"type":"ADDED","object":{"spec":{{deep.Replace("[", "[[", StringComparison.Ordinal)}} } }""", 4096));
    }

    [Fact]
    public async Task AnObjectWithoutEnd_IsRefusedBeforeMemoryIs()
    {
        using var endless = new EndlessStream();
        using var buffer = new StreamBuffer(endless);

        await Assert.ThrowsAsync<InvalidDataException>(() => new ListReader(buffer, _ => { }).ReadAsync(Cancellation));
    }

    private static async Task<ListMeta> ReadListAsync(string body, int piece, List<string> items)
    {
        using var stream = new PiecewiseStream(body, piece);
        using var buffer = new StreamBuffer(stream);
        return await new ListReader(buffer, item => items.Add(Encoding.UTF8.GetString(item.Span))).ReadAsync(Cancellation);
    }

    private static async Task<List<(string Line, WatchEventType Type)>> ReadWatchAsync(string body, int piece)
    {
        using var stream = new PiecewiseStream(body, piece);
        using var buffer = new StreamBuffer(stream);
        var events = new List<(string, WatchEventType)>();
        await foreach (var happened in new WatchReader(buffer, count => buffer.FillAsync(count, Cancellation)).ReadAsync("watch", Cancellation))
        {
            events.Add(($$"""{"type":"{{happened.Type.ToString().ToUpperInvariant()}}","object":{{Encoding.UTF8.GetString(happened.Subject.Span)}}""" + "}", happened.Type));
        }

        return events;
    }

    private sealed class PiecewiseStream(string text, int piece) : MemoryStream(Encoding.UTF8.GetBytes(text))
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(piece, buffer.Length)], cancellationToken);
    }

    /// <summary>A list with one string that never ends.</summary>
    private sealed class EndlessStream : MemoryStream
    {
        private bool _hasBegun;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_hasBegun)
            {
                buffer.Span.Fill((byte)'a');
                return new(buffer.Length);
            }

            _hasBegun = true;
            "{\"items\":[\""u8.CopyTo(buffer.Span);
            return new("{\"items\":[\"".Length);
        }
    }
}
