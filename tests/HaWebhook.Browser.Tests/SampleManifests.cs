using System.Globalization;

namespace HaWebhook.Browser.Tests;

/// <summary>The manifests of a line of sample-cluster.txt.</summary>
internal static class SampleManifests
{
    public static string Of(string[] line, DateTimeOffset today)
    {
        var (@namespace, kind, name, image) = (line[0], line[2], line[3], line[4]);
        var replicas = int.Parse(line[5], CultureInfo.InvariantCulture);
        var flags = line.Skip(6 + replicas).ToHashSet();
        var exempt = flags.FirstOrDefault(flag => flag.StartsWith("exempt:", StringComparison.Ordinal));
        var annotations = exempt is null ? "{}" : string.Create(
            CultureInfo.InvariantCulture,
            $"{{ha-webhook.io/exempt: minimum-replicas, ha-webhook.io/exempt-reason: \"one writer by design\", ha-webhook.io/exempt-until: \"{today.AddDays(int.Parse(exempt[7..], CultureInfo.InvariantCulture)):yyyy-MM-dd}\"}}");
        var probe = flags.Contains("probe") ? ", readinessProbe: {tcpSocket: {port: 8080}}, livenessProbe: {tcpSocket: {port: 8080}, failureThreshold: 6}" : "";
        var mount = flags.Contains("claim") || flags.Contains("scratch") ? ", volumeMounts: [{name: data, mountPath: /data}]" : "";
        var strategy = kind == "Deployment" ? $"  strategy: {{type: {(flags.Contains("recreate") ? "Recreate" : "RollingUpdate")}}}\n" : "";
        var count = kind == "DaemonSet" ? "" : string.Create(CultureInfo.InvariantCulture, $"  replicas: {replicas}\n");
        var claims = flags.Contains("claim") ? "  volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 20Gi}}}}]\n" : "";
        var spread = flags.Contains("hard") ? Spread("DoNotSchedule") : flags.Contains("soft") ? Spread("ScheduleAnyway") : "";
        var volumes = flags.Contains("scratch") ? "      volumes: [{name: data, emptyDir: {}}]\n" : "";
        var workload =
            $"apiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: {name}, namespace: {@namespace}, labels: {{team: {line[1]}}}, annotations: {annotations}}}\nspec:\n{count}{strategy}"
            + $"  selector: {{matchLabels: {{app: {name}}}}}\n{claims}  template:\n    metadata: {{labels: {{app: {name}}}}}\n    spec:\n{spread}{volumes}"
            + $"      containers: [{{name: main, image: \"{image}\", ports: [{{name: http, containerPort: 8080}}]{probe}{mount}}}]\n";
        var budget = flags.Contains("one") ? "maxUnavailable: 1" : flags.Contains("none-may-go") ? "maxUnavailable: 0" : null;
        return workload
            + (budget is null ? "" : Budget(@namespace, name, budget, line[1]))
            + (flags.Contains("hpa") ? Autoscaler(@namespace, name, replicas, line[1]) : "");

        string Spread(string whenUnsatisfiable) =>
            $"      topologySpreadConstraints:\n      - {{maxSkew: 1, topologyKey: topology.kubernetes.io/zone, whenUnsatisfiable: {whenUnsatisfiable}, labelSelector: {{matchLabels: {{app: {name}}}}}}}\n"
            + $"      - {{maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway, labelSelector: {{matchLabels: {{app: {name}}}}}}}\n";
    }

    private static string Budget(string @namespace, string name, string amount, string team) =>
        $"---\napiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {{name: {name}, namespace: {@namespace}, labels: {{team: {team}}}}}\nspec: {{{amount}, selector: {{matchLabels: {{app: {name}}}}}}}\n";

    private static string Autoscaler(string @namespace, string name, int minimum, string team) => string.Create(
        CultureInfo.InvariantCulture,
        $"---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {{name: {name}, namespace: {@namespace}, labels: {{team: {team}}}}}\nspec: {{minReplicas: {minimum}, maxReplicas: 12, scaleTargetRef: {{apiVersion: apps/v1, kind: Deployment, name: {name}}}}}\n");
}
