using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace HaWebhook.ApiServer.Tests;

/// <summary>Requests in one line each.</summary>
internal static class Http
{
    public static async Task<Answer> SendAsync(
        this HttpClient client, string method, string path, string? body = null, string type = "application/json", params (string Name, string Value)[] headers)
    {
        using var message = new HttpRequestMessage(new(method), path);
        if (body is not null)
        {
            message.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) { Headers = { ContentType = MediaTypeHeaderValue.Parse(type) } };
        }

        foreach (var (name, value) in headers)
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await client.SendAsync(message, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var all = response.Headers.Concat(response.Content.Headers).ToDictionary(header => header.Key, header => header.Value.ToArray());
        return new((int)response.StatusCode, text, all);
    }

    internal sealed record Answer(int Status, string Text, Dictionary<string, string[]> Headers)
    {
        public JsonObject Json => JsonNode.Parse(Text)!.AsObject();

        public string Message => Json["message"]!.GetValue<string>();

        public string[] Warnings => Headers.GetValueOrDefault("Warning") ?? [];
    }
}
