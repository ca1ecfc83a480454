using HaWebhook.Auditing.Html;
using HaWebhook.Checking.Reports;

namespace HaWebhook.Auditing.Reports;

/// <summary>The formats that <c>audit</c> can report in.</summary>
internal static class AuditFormat
{
    /// <summary>For people: what is written where nothing is asked for.</summary>
    public static ReportFormat<IAuditReport> Text { get; } = new("text", context => new TextAuditReport(context.Colours, context.IsVerbose));

    /// <summary>Every format, in the order in which help texts name them.</summary>
    public static IReadOnlyList<ReportFormat<IAuditReport>> All { get; } =
    [
        Text,
        new("json", _ => new JsonAuditReport()),
        new("sarif", context => new SarifAuditReport(context, SarifLimits.GitHub)),
        new("html", _ => new HtmlReport()),
    ];
}
