using HaWebhook.Checking;
using HaWebhook.Checking.Reports;

namespace HaWebhook.Auditing.Reports;

/// <summary>
/// Writes the findings of an audit as SARIF 2.1.0. What stands in a cluster has no file: its results say which object they are about, and nothing else.
/// What survives is no finding, and is not in it.
/// </summary>
internal sealed class SarifAuditReport(ReportContext context, SarifLimits limits) : IAuditReport
{
    public void Write(AuditReport report, Stream output)
    {
        var results = from item in report.Objects
                      from found in item.Findings
                      let subject = new SarifSubject(item.Key, item.ApiVersion, item.File)
                      select new SarifResult(subject, found.Finding, found.Line);
        var gaps = report.Gaps.Select(gap => new CheckError("", 0, $"{gap.What}: {gap.Reason} {gap.Consequence} {gap.Fix}"));
        new SarifFile(context, limits, SarifTool.OfAudit).Write([.. results], [.. report.Errors, .. gaps], output);
    }
}
