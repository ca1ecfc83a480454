namespace HaWebhook.Telemetry;

/// <summary>What is to be known of a metric.</summary>
/// <param name="Name">Its name, as Prometheus has it.</param>
/// <param name="Type">Its type: <c>counter</c>, <c>gauge</c> or <c>histogram</c>.</param>
/// <param name="Labels">Its labels; empty for none.</param>
/// <param name="Meaning">What it says, in Markdown.</param>
/// <param name="Alert">When to wake somebody; null where it is for looking things up.</param>
internal sealed record CataloguedMetric(string Name, string Type, string[] Labels, string Meaning, CataloguedAlert? Alert = null);

/// <summary>An alert to begin with.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Expression">When it is raised, in PromQL.</param>
internal sealed record CataloguedAlert(string Name, string Expression);

/// <summary>Every metric that the server can tell, in the order of their page. A test holds it against what is measured.</summary>
internal static class MetricCatalogue
{
    public static IReadOnlyList<CataloguedMetric> All { get; } =
    [
        new(
            "ha_webhook_admission_requests_total",
            "counter",
            ["webhook", "operation", "resource", "decision", "mode", "dry_run"],
            "Reviews answered. `webhook` is `validate` or `mutate`; `operation` as Kubernetes has it; `resource` what the policy judges, such as `deployments`, `deployments/scale` or `rollouts.argoproj.io`, else `other`; `decision` the word of the audit annotation (`allow`, `audit`, `warn`, `deny`, `would-warn`, `would-deny`), and `patch` or `would-patch` where something was filled in; `mode` the one in force; `dry_run` `true` or `false`",
            new("HaWebhookDeniesMuch", "sum(rate(ha_webhook_admission_requests_total{decision=\"deny\",dry_run=\"false\"}[10m])) > 1")),
        new(
            "ha_webhook_admission_duration_seconds",
            "histogram",
            ["webhook"],
            "Time from a review's last byte to its answer, a look at the API server included where one was needed; not the way there and back",
            new("HaWebhookSlow", "histogram_quantile(0.99, sum by (le) (rate(ha_webhook_admission_duration_seconds_bucket[5m]))) > 0.5")),
        new(
            "ha_webhook_rule_results_total",
            "counter",
            ["rule", "result"],
            "Reviews in which a rule came to a result: `deny`, `warn` or `audit`; `would-deny`, `would-warn` and `would-patch` in the mode `Audit`; `patch` where it filled in; `exempt` where an exemption held; `undecided` where it could not judge for want of data. A rule that is content counts nothing, and dry runs are left out. `exemptions` stands for exemptions that do not hold"),
        new(
            "ha_webhook_rule_errors_total",
            "counter",
            ["rule"],
            "Reviews in which a rule failed: a fault of HaWebhook. The review followed `onRuleError`, and the log has the trace",
            new("HaWebhookRuleFails", "increase(ha_webhook_rule_errors_total[10m]) > 0")),
        new(
            "ha_webhook_policy_info",
            "gauge",
            ["hash", "mode"],
            "The policy in force; always 1. Replicas with different hashes decide differently",
            new("HaWebhookPoliciesDiffer", "count(count by (hash) (ha_webhook_policy_info)) > 1")),
        new("ha_webhook_policy_reloads_total", "counter", ["result"], "Changes of the policy file that came into force (`success`) or were refused (`failure`)"),
        new(
            "ha_webhook_policy_last_reload_successful",
            "gauge",
            [],
            "Whether the policy file as it is now is in force: 0 or 1. At 0 the policy before it stays, and a restart would fail",
            new("HaWebhookPolicyRefused", "ha_webhook_policy_last_reload_successful == 0")),
        new(
            "ha_webhook_ready",
            "gauge",
            [],
            "Whether reviews can be decided: 0 or 1. Until then they are sent back to be sent again at once",
            new("HaWebhookNotReady", "min(ha_webhook_ready) == 0")),
        new("ha_webhook_draining", "gauge", [], "Whether the server was told to stop and answers what still comes: 0 or 1"),
        new("ha_webhook_admission_requests_in_flight", "gauge", [], "Reviews that are being decided; at most `--max-reviews`"),
        new("ha_webhook_admission_requests_queued", "gauge", [], "Reviews that wait to be read or decided"),
        new("ha_webhook_admission_bytes_in_flight", "gauge", [], "Memory that is set aside for reviews of more than 32 KiB"),
        new(
            "ha_webhook_refused_requests_total",
            "counter",
            ["reason"],
            "Requests to the webhooks that got no verdict: `overload` (sent back, to be sent again), `not-ready` (likewise), `too-slow` (the body did not come in time), `gone` (whoever called has gone before it was decided), `too-large`, `malformed` (no review), `failed` (a fault of HaWebhook)",
            new("HaWebhookOverloaded", "increase(ha_webhook_refused_requests_total{reason=\"overload\"}[10m]) > 0")),
        new(
            "ha_webhook_certificate_expiry_timestamp_seconds",
            "gauge",
            ["kind"],
            "When a certificate in use ends, in seconds since 1970: `leaf` is what the server shows, `ca` its authority",
            new("HaWebhookCertificateExpires", "(ha_webhook_certificate_expiry_timestamp_seconds - time()) / ha_webhook_certificate_lifetime_seconds < 0.25")),
        new("ha_webhook_certificate_lifetime_seconds", "gauge", ["kind"], "How long a certificate in use is valid in all"),
        new(
            "ha_webhook_ca_bundle_in_sync",
            "gauge",
            [],
            "Whether every caBundle of ours that there is held exactly the authorities in use when this server last looked, within the last minute: 0 or 1. 0 as well while it cannot look, such as when the API server is away",
            new("HaWebhookCaBundleOutOfSync", "ha_webhook_ca_bundle_in_sync == 0")),
        new("ha_webhook_certificate_renewals_total", "counter", ["kind", "result"], "Certificates that were made (`success`) or could not be (`failure`)"),
        new(
            "ha_webhook_self_check_successful",
            "gauge",
            [],
            "Whether the last self-check succeeded: 0 or 1; absent before the first, and without `--self-check`. At 0 the API server does not reach this server, or does not trust it; the log says why",
            new("HaWebhookNotReached", "ha_webhook_self_check_successful == 0")),
        new("ha_webhook_self_checks_total", "counter", ["result"], "Self-checks: `success`, or in a word what is wrong"),
        new("ha_webhook_self_check_duration_seconds", "histogram", [], "How long a self-check took"),
        new(
            "ha_webhook_audit_violations",
            "gauge",
            ["rule", "namespace", "action"],
            "Findings of the last audit, told by the replica that made it: `action` is what follows (`deny`, `warn`, `audit`). The 100 namespaces with most have figures of their own, all others together are `other`"),
        new(
            "ha_webhook_audit_workloads_not_surviving",
            "gauge",
            ["failure"],
            "Workloads that a failure takes down, by the last audit: their own `rollout`, the `drain` of one node, the loss of one `node` or of one `zone`"),
        new("ha_webhook_audit_objects", "gauge", [], "Objects that the last audit looked at"),
        new("ha_webhook_audit_last_run_whole", "gauge", [], "Whether the last audit could read everything: 0 or 1. At 0 its figures are too low; the log says what is missing"),
        new(
            "ha_webhook_audit_last_run_successful",
            "gauge",
            [],
            "Whether the last audit came to a result: 0 or 1; told by the replica that audits. At 0 the figures are those of the one before it",
            new("HaWebhookAuditFails", "max(ha_webhook_audit_last_run_successful) == 0")),
        new("ha_webhook_audit_last_run_duration_seconds", "gauge", [], "How long the last audit took, its rests included"),
        new(
            "ha_webhook_audit_last_run_timestamp_seconds",
            "gauge",
            [],
            "When this replica's last audit ended, in seconds since 1970; 0 where it has made none. Absent without `--audit-interval`, as all of the audit is",
            new("HaWebhookAuditMissing", "time() - max(ha_webhook_audit_last_run_timestamp_seconds) > 3 * max(ha_webhook_audit_interval_seconds)")),
        new("ha_webhook_audit_interval_seconds", "gauge", [], "How often the cluster is to be audited"),
        new(
            "ha_webhook_audit_default_budgets",
            "gauge",
            ["state"],
            "Default disruption budgets after the last audit: `kept` are there and right, `missing` are still to be made and `obsolete` to be removed. These two stay above 0 in the mode `Audit` and where something fails"),
        new(
            "ha_webhook_audit_writes_total",
            "counter",
            ["object", "result"],
            "Reports, Events and default disruption budgets: `object` is `report`, `event` or `budget` (made or removed); `result` is `success`, `failure`, or `dropped` for denials of controllers that were too many to be told"),
        new("ha_webhook_cache_objects", "gauge", ["resource"], "Objects of the cluster that are known"),
        new("ha_webhook_cache_synced", "gauge", ["resource"], "Whether all objects of a resource are known: 0 or 1", new("HaWebhookClusterNotKnown", "ha_webhook_cache_synced == 0")),
        new(
            "ha_webhook_cache_stale_seconds",
            "gauge",
            ["resource"],
            "How long ago the API server was last heard; 0 while the resource is watched. The server goes on with what it knows",
            new("HaWebhookCutOff", "ha_webhook_cache_stale_seconds > 300")),
        new(
            "ha_webhook_live_looks_total",
            "counter",
            ["result"],
            "Looks at the API server before a denial that something just created could lift: `answered`, `failed`, or `skipped` (for a while after the API server did not answer in time)",
            new("HaWebhookLooksFail", "increase(ha_webhook_live_looks_total{result=\"failed\"}[10m]) > 0")),
        new(
            "ha_webhook_kubernetes_requests_total",
            "counter",
            ["verb", "resource", "code"],
            "Requests to the API server; `code` is `error` where there was no answer"),
        new("ha_webhook_kubernetes_request_duration_seconds", "histogram", ["verb", "resource"], "Time to the first byte of the API server's answers"),
        new("ha_webhook_kubernetes_watch_restarts_total", "counter", ["resource", "reason"], "Watches that ended and were started again"),
        new(
            "ha_webhook_log_lines_dropped_total",
            "counter",
            [],
            "Lines of the log that were dropped because standard output was not read fast enough: no review waits for the log",
            new("HaWebhookLogDropped", "increase(ha_webhook_log_lines_dropped_total[10m]) > 0")),
        new(
            "ha_webhook_thread_pool_queued",
            "gauge",
            [],
            "Pieces of work that wait for a thread. Near 0 unless the server lacks CPU time"),
        new("ha_webhook_build_info", "gauge", ["version"], "The version that runs; always 1"),
        new("process_start_time_seconds", "gauge", [], "When the process started, in seconds since 1970", new("HaWebhookRestarts", "changes(process_start_time_seconds{job=\"ha-webhook\"}[1h]) > 3")),
        new("dotnet_process_cpu_time_seconds_total", "counter", ["cpu_mode"], "CPU time used, `user` and `system`"),
        new("dotnet_process_memory_working_set_bytes", "gauge", [], "Physical memory in use; compare it with the container's limit"),
        new("dotnet_gc_collections_total", "counter", ["gc_heap_generation"], "Garbage collections by the oldest generation collected"),
        new("dotnet_gc_pause_time_seconds_total", "counter", [], "Time that all threads stood still for garbage collections"),
        new("dotnet_gc_heap_total_allocated_bytes_total", "counter", [], "Bytes allocated"),
        new("dotnet_gc_last_collection_heap_size_bytes", "gauge", ["gc_heap_generation"], "Size of the heap after the last collection"),
        new("dotnet_gc_last_collection_memory_committed_size_bytes", "gauge", [], "Memory that the garbage collector had committed after the last collection"),
        new("dotnet_monitor_lock_contentions_total", "counter", [], "Times a thread waited for a lock"),
        new("dotnet_exceptions_total", "counter", ["error_type"], "Exceptions thrown, also those that are dealt with, by type. A request that is no review throws one"),
    ];
}
