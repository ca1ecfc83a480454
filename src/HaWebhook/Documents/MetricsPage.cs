using HaWebhook.Telemetry;

namespace HaWebhook.Documents;

/// <summary>The page of all metrics, made from <see cref="MetricCatalogue"/>.</summary>
internal static class MetricsPage
{
    public static string Write()
    {
        var page = new Markdown();
        page.Block("<!-- Made by `ha-webhook docs` from src/HaWebhook/Telemetry/MetricCatalogue.cs: change that, then run it again. -->");
        page.Heading(1, "Metrics");
        page.Block("""
            `/metrics` on the health port (plain HTTP, 8080) tells them to Prometheus, as its own text or as OpenMetrics 1.0.0, whichever it asks for.
            As OpenMetrics a counter or histogram also tells since when it counts (its name with `_created`), which Prometheus takes for one more series;
            `serviceMonitor.metricRelabelings` of the chart drops those.
            With `OTEL_EXPORTER_OTLP_ENDPOINT` set they are sent to a collector too; the [variables of OpenTelemetry](https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/)
            hold (`OTEL_EXPORTER_OTLP_PROTOCOL` is `grpc` or `http/protobuf`, `OTEL_SERVICE_NAME` is `ha-webhook` unless it is set, `OTEL_SDK_DISABLED=true` switches all of it off).
            """);
        page.Block("""
            No label holds what a request could make up: neither namespaces nor users nor names, and of resources only those that the policy judges.
            Only what the audit found is told by namespace, and of namespaces only the 100 that are worst.
            Who was denied what is in the log, one line for each denial.
            """);
        page.Table(MetricCatalogue.All.Select(Row).Prepend(["metric", "type", "labels", "meaning"]));
        page.Heading(2, "Alerts");
        page.Block("Each for the replicas together unless it says otherwise; the figures are where to begin.");
        page.Yaml($"groups:\n- name: ha-webhook\n  rules:\n{string.Concat(MetricCatalogue.All.Select(metric => metric.Alert).OfType<CataloguedAlert>().Select(Rule))}");
        page.Block("""
            What a webhook cannot see itself, the API server tells of it: calls that failed
            (`apiserver_admission_webhook_rejection_count{error_type="calling_webhook_error"}`), calls that were passed over where the failure policy
            is `Ignore` (`apiserver_admission_webhook_fail_open_count`), and how long calls took there and back
            (`apiserver_admission_webhook_admission_duration_seconds`). Alert on the first two whenever they rise.
            """);
        return page.ToString();
    }

    private static string[] Row(CataloguedMetric metric) =>
        [Markdown.Code(metric.Name), metric.Type, string.Join(", ", metric.Labels.Select(Markdown.Code)), metric.Meaning];

    private static string Rule(CataloguedAlert alert) => $"  - alert: {alert.Name}\n    expr: {alert.Expression}\n    for: 5m\n";
}
