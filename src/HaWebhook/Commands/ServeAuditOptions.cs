using System.CommandLine;
using HaWebhook.Auditing.Background;
using HaWebhook.Serving;

namespace HaWebhook.Commands;

/// <summary>The options of <c>serve</c> by which it audits its cluster in the background.</summary>
internal sealed class ServeAuditOptions
{
    private static readonly TimeSpan _shortestInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _longestInterval = TimeSpan.FromDays(1);

    private readonly Option<TimeSpan> _interval = EnvironmentOption.Create(
        "--audit-interval", "How often one replica audits the cluster, such as 10m; 0 for never.", TimeSpan.Zero, TryInterval);

    private readonly Option<AuditReports> _reports = EnvironmentOption.Create(
        "--audit-reports", "auto (as OpenReports or PolicyReports, whichever is served) or none.", AuditReports.Auto, TryReports);

    private readonly Option<bool> _events = ServeOptions.Switch(
        "--audit-events", "Tell what the audit finds, and what controllers were denied, as Events: each once.");

    /// <summary>All of them, as the help lists them.</summary>
    public IReadOnlyList<Option> All => [_interval, _reports, _events];

    /// <summary>What is asked for.</summary>
    public BackgroundAuditOptions Of(ParseResult parsed) =>
        new() { Interval = parsed.GetValue(_interval), Reports = parsed.GetValue(_reports), Events = parsed.GetValue(_events) };

    /// <summary>What does not go together, a line for each.</summary>
    public static IEnumerable<string> ProblemsOf(ServingOptions options)
    {
        if (options.NoCluster && options.Audit.IsOn)
        {
            yield return "--audit-interval needs a cluster and goes without --no-cluster";
        }

        if (options.Audit is { IsOn: false, Events: true })
        {
            yield return "--audit-events goes with --audit-interval, such as --audit-interval 10m";
        }
    }

    private static bool TryInterval(string text, out TimeSpan value, out string expected)
    {
        expected = "0, or a whole number with s, m or h from 10s to 24h, such as 10m";
        if (text == "0")
        {
            value = TimeSpan.Zero;
            return true;
        }

        return CommandOptions.TryDuration(text, out value, out _) && (value == TimeSpan.Zero || (value >= _shortestInterval && value <= _longestInterval));
    }

    private static bool TryReports(string text, out AuditReports value, out string expected)
    {
        expected = "auto or none";
        value = text == "none" ? AuditReports.None : AuditReports.Auto;
        return text is "auto" or "none";
    }
}
