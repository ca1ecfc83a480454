using System.Text.Json.Nodes;

namespace HaWebhook.ApiServer.Tests;

/// <summary>A recorded exchange with a real API server: the request, and what it answered.</summary>
internal sealed record Exchange(string Line, string ContentType, string? Body, int Status, Dictionary<string, string> Headers, string Text)
{
    public string Method => Line.Split(' ')[0];

    public string Path => Line.Split(' ')[1];

    public JsonObject Json => JsonNode.Parse(Text)!.AsObject();

    public static Exchange Read(string name)
    {
        var lines = File.ReadAllText(System.IO.Path.Combine("Exchanges", name + ".http")).ReplaceLineEndings("\n").Split('\n');
        var sent = lines.TakeWhile(line => line.StartsWith("> ", StringComparison.Ordinal)).Select(line => line[2..]).ToList();
        var status = Array.FindIndex(lines, line => line.StartsWith("HTTP/1.1 ", StringComparison.Ordinal));
        var blank = Array.IndexOf(lines, "", status);
        var headers = lines[(status + 1)..blank].Select(line => line.Split(": ", 2)).ToDictionary(parts => parts[0], parts => parts[1]);
        var type = sent.Find(line => line.StartsWith("Content-Type: ", StringComparison.Ordinal))?["Content-Type: ".Length..];
        return new(sent[0], type ?? "application/json", sent.Find(line => line[0] is '{' or '['),
            int.Parse(lines[status].Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture), headers, string.Join('\n', lines[(blank + 1)..]).Trim());
    }
}
