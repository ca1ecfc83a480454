using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace HaWebhook.Kubernetes.Tests;

/// <summary>The answer of a real API server, as it was recorded.</summary>
internal sealed record Recording(int Code, string ContentType, string Body)
{
    /// <summary>Reads the recording whose file name starts like this.</summary>
    public static Recording Read(string name)
    {
        var file = Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Recordings"), name + "-*.http").Single();
        var text = File.ReadAllText(file).ReplaceLineEndings("\n");
        var answer = text[(text.IndexOf("\n\nHTTP/1.1 ", StringComparison.Ordinal) + 2)..];
        var end = answer.IndexOf("\n\n", StringComparison.Ordinal);
        var head = answer[..end].Split('\n');
        var type = head.Single(line => line.StartsWith("Content-Type: ", StringComparison.Ordinal))["Content-Type: ".Length..];
        return new(int.Parse(head[0].Split(' ')[1], CultureInfo.InvariantCulture), type, answer[(end + 2)..]);
    }

    /// <summary>Answers as the server did.</summary>
    public async Task ReplayAsync(HttpContext context)
    {
        context.Response.StatusCode = Code;
        context.Response.ContentType = ContentType;
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(Body), context.RequestAborted);
    }
}
