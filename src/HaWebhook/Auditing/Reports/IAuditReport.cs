namespace HaWebhook.Auditing.Reports;

/// <summary>Writes what an audit found, in one format. The same report gives the same bytes.</summary>
internal interface IAuditReport
{
    /// <summary>Writes the whole report.</summary>
    void Write(AuditReport report, Stream output);
}
