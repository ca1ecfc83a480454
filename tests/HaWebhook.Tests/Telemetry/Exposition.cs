using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using HaWebhook.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace HaWebhook.Tests.Telemetry;

/// <summary>What <c>/metrics</c> says, read line by line as strictly as Prometheus reads it.</summary>
internal sealed partial class Exposition
{
    public const string OpenMetrics = "application/openmetrics-text;version=1.0.0";

    private static readonly ServiceProvider _noServices = new ServiceCollection().BuildServiceProvider();

    private Exposition(string text, string contentType)
    {
        (Text, ContentType) = (text, contentType);
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        foreach (var line in text.Split('\n')[..^1])
        {
            if (line.StartsWith("# ", StringComparison.Ordinal))
            {
                Comments.Add(line);
            }
            else
            {
                var sample = Sample().Match(line);
                Assert.True(sample.Success, $"not a sample: {line}");
                var value = sample.Groups["value"].Value switch
                {
                    "+Inf" => double.PositiveInfinity,
                    "-Inf" => double.NegativeInfinity,
                    var number => double.Parse(number, NumberStyles.Float, CultureInfo.InvariantCulture),
                };
                Assert.True(Values.TryAdd(sample.Groups["series"].Value.Replace("{}", "", StringComparison.Ordinal), value), $"twice: {line}");
            }
        }
    }

    public string Text { get; }

    public string ContentType { get; }

    public List<string> Comments { get; } = [];

    /// <summary>Values by series, as they are written: labels in alphabetical order, and no braces where there are none.</summary>
    public Dictionary<string, double> Values { get; } = [];

    /// <summary>Name and type of each family, in the order told.</summary>
    public IEnumerable<(string Name, string Type)> Types => Comments
        .Where(comment => comment.StartsWith("# TYPE ", StringComparison.Ordinal))
        .Select(comment => comment.Split(' '))
        .Select(words => (words[2], words[3]));

    public double this[string series] => Values.TryGetValue(series, out var value) ? value : throw new KeyNotFoundException($"no {series} in\n{Text}");

    /// <summary>The sum of the series of a metric with all these labels.</summary>
    public double Sum(string name, params string[] labels) => Values
        .Where(sample => sample.Key.StartsWith(name + "{", StringComparison.Ordinal) && labels.All(label => sample.Key.Contains(label, StringComparison.Ordinal)))
        .Sum(sample => sample.Value);

    public static async Task<Exposition> OfAsync(RunningServer server, string? accept = null)
    {
        using var client = new HttpClient();
        return await OfAsync(client, server.Health, accept);
    }

    public static async Task<Exposition> OfAsync(HttpClient client, Uri health, string? accept = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(health, "/metrics"));
        if (accept is not null)
        {
            request.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse(accept));
        }

        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(text.Length, response.Content.Headers.ContentLength);
        return new Exposition(text, response.Content.Headers.ContentType!.ToString());
    }

    /// <summary>What is measured where no server runs.</summary>
    public static async Task<Exposition> OfAsync(Metering metering, string? accept = null)
    {
        using var text = new MemoryStream();
        var response = await ScrapeAsync(EndpointOf(metering), text, accept);
        Assert.Equal((StatusCodes.Status200OK, text.Length), (response.StatusCode, response.ContentLength));
        return new Exposition(Encoding.UTF8.GetString(text.ToArray()), response.ContentType!);
    }

    public static MetricsEndpoint EndpointOf(Metering metering) => new(metering, _noServices);

    /// <summary>Scrapes as Prometheus does.</summary>
    /// <param name="endpoint">Is asked.</param>
    /// <param name="reader">Takes the answer.</param>
    /// <param name="accept">The header Accept, if any.</param>
    public static async Task<HttpResponse> ScrapeAsync(MetricsEndpoint endpoint, Stream reader, string? accept = null)
    {
        var context = new DefaultHttpContext { Request = { Method = HttpMethods.Get }, Response = { Body = reader } };
        context.Request.Headers.Accept = accept;
        context.Request.Headers.AcceptEncoding = "gzip";
        await endpoint.HandleAsync(context);
        return context.Response;
    }

    [GeneratedRegex("""^(?<series>[a-zA-Z_:][a-zA-Z0-9_:]*(\{([a-zA-Z_][a-zA-Z0-9_]*="([^"\\]|\\[\\"n])*",?)*\})?) (?<value>\S+)$""", RegexOptions.ExplicitCapture)]
    private static partial Regex Sample();
}
