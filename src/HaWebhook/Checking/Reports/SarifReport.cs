namespace HaWebhook.Checking.Reports;

/// <summary>Writes a check as SARIF 2.1.0.</summary>
internal sealed class SarifReport(ReportContext context, SarifLimits limits) : IReport
{
    public void Write(CheckResult result, Stream output)
    {
        var results = from item in result.Objects
                      let subject = new SarifSubject(item.Key, item.Manifest.ApiVersion, item.Manifest.File)
                      from found in item.Findings
                      select new SarifResult(subject, found.Finding, found.Line);
        new SarifFile(context, limits, SarifTool.OfCheck).Write([.. results], result.Errors, output);
    }
}
