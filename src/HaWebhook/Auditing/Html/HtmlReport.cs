using System.Text.Encodings.Web;
using System.Text.Json;
using HaWebhook.Auditing.Reports;

namespace HaWebhook.Auditing.Html;

/// <summary>
/// Writes an audit as one HTML file that needs nothing else: no network, no fonts, no framework. The data is JSON inside the page, which the page's own
/// script shows; its names come from whoever may create objects in the cluster, and are never read as HTML.
/// </summary>
/// <param name="limits">How much the page may hold.</param>
internal sealed class HtmlReport(HtmlLimits limits) : IAuditReport
{
    /// <summary>
    /// Only ASCII, and nothing that means something in HTML: a name cannot end the script element, and the line separators of JavaScript are escaped as
    /// well.
    /// </summary>
    private static readonly JsonWriterOptions _options = new() { Encoder = JavaScriptEncoder.Default };

    public HtmlReport()
        : this(HtmlLimits.Default)
    {
    }

    public void Write(AuditReport report, Stream output)
    {
        using var data = new MemoryStream();
        using (var json = new Utf8JsonWriter(data, _options))
        {
            new HtmlData(report, limits).Write(json);
        }

        var page = HtmlPage.Load();
        output.Write(page.BeforeData.Span);
        data.WriteTo(output);
        output.Write(page.AfterData.Span);
    }
}

/// <summary>How much the page may hold: a browser has to open it, and a mail to carry it.</summary>
/// <param name="TextBytes">
/// The most bytes of text, each different one counted once, after which no object follows; what is worst comes first. The numbers beside take about as
/// much again at the most.
/// </param>
/// <param name="Objects">The most objects.</param>
internal sealed record HtmlLimits(int TextBytes, int Objects)
{
    /// <summary>16 MiB: 10,000 workloads take about a third of it.</summary>
    public static readonly HtmlLimits Default = new(TextBytes: 16 << 20, Objects: 30_000);
}
