using System.Text.Json.Nodes;

namespace HaWebhook.ApiServer.Tests;

/// <summary>An open watch, read line by line.</summary>
internal sealed class WatchReader(HttpResponseMessage response, StreamReader reader) : IAsyncDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    public int Status => (int)response.StatusCode;

    public static async Task<WatchReader> OpenAsync(HttpClient client, string path)
    {
        var response = await client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        return new(response, new(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken)));
    }

    /// <summary>The next line as it is; null where the stream has ended in good order.</summary>
    /// <exception cref="IOException">It was cut.</exception>
    public async Task<string?> LineAsync() => await reader.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(_patience);

    /// <summary>The next events.</summary>
    public async Task<List<JsonObject>> ReadAsync(int count)
    {
        var events = new List<JsonObject>();
        while (events.Count < count)
        {
            events.Add(JsonNode.Parse((await LineAsync())!)!.AsObject());
        }

        return events;
    }

    /// <summary>The next events as <c>TYPE name</c>.</summary>
    public async Task<string[]> NamesAsync(int count)
        => [.. (await ReadAsync(count)).Select(line => $"{line["type"]} {line["object"]!["metadata"]!["name"]}")];

    public ValueTask DisposeAsync()
    {
        reader.Dispose();
        response.Dispose();
        return ValueTask.CompletedTask;
    }
}
