using System.Globalization;

namespace HaWebhook.Benchmarks;

/// <summary>
/// Manifests as a repository of many teams holds them: one object a file, one folder a namespace, five files an application; number
/// for number the same on every machine. Of ten applications one has one replica, one an autoscaler that goes down to one, and one
/// lacks a probe, which admission fills in.
/// </summary>
internal static class ManifestFolder
{
    /// <summary>Applications in one namespace.</summary>
    private const int NamespaceSize = 20;

    private static readonly (string File, Func<App, string> Text)[] _kinds =
    [
        ("deployment", Deployment),
        ("worker", Worker),
        ("service", Service),
        ("autoscaler", Autoscaler),
        ("disruption-budget", DisruptionBudget),
    ];

    /// <summary>Writes so many files below a folder that does not exist yet.</summary>
    /// <returns>Their size in bytes.</returns>
    public static long Write(string folder, int files)
    {
        var bytes = 0L;
        for (var i = 0; i < files; i++)
        {
            var number = i / _kinds.Length;
            var app = new App($"app-{number:D5}", $"team-{number / NamespaceSize:D3}", number);
            var (file, text) = _kinds[i % _kinds.Length];
            var place = Directory.CreateDirectory(Path.Combine(folder, app.Namespace));
            var content = text(app);
            File.WriteAllText(Path.Combine(place.FullName, string.Create(CultureInfo.InvariantCulture, $"{app.Name}-{file}.yaml")), content);
            bytes += content.Length;
        }

        return bytes;
    }

    private static string Deployment(App app) => Workload(app, app.Name, replicas: app.Number % 10 == 3 ? 1 : 3, hasReadiness: app.Number % 10 != 5);

    private static string Worker(App app) => Workload(app, app.Name + "-worker", replicas: 2, hasReadiness: true);

    private static string Workload(App app, string name, int replicas, bool hasReadiness) => $$"""
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: {{name}}
          namespace: {{app.Namespace}}
          labels:
            app.kubernetes.io/name: {{name}}
            app.kubernetes.io/part-of: {{app.Name}}
            app.kubernetes.io/managed-by: Helm
        spec:
          replicas: {{replicas}}
          strategy:
            rollingUpdate:
              maxSurge: 1
              maxUnavailable: 0
          selector:
            matchLabels:
              app.kubernetes.io/name: {{name}}
          template:
            metadata:
              labels:
                app.kubernetes.io/name: {{name}}
                app.kubernetes.io/part-of: {{app.Name}}
            spec:
              serviceAccountName: {{app.Name}}
              priorityClassName: business
              terminationGracePeriodSeconds: 45
              containers:
              # The application itself.
              - name: {{app.Name}}
                image: registry.example.com:5000/{{app.Namespace}}/{{app.Name}}:1.{{app.Number % 40}}.0
                args: ["--listen", ":8080", "--log-format=json"]
                ports:
                - name: http
                  containerPort: 8080
                - name: metrics
                  containerPort: 9090
                env:
                - name: DATABASE_URL
                  valueFrom:
                    secretKeyRef:
                      name: {{app.Name}}-database
                      key: url
                - name: CACHE_URL
                  value: redis://redis.{{app.Namespace}}.svc:6379/0
                - name: LOG_LEVEL
                  value: "info"
        {{(hasReadiness ? Probe("readinessProbe", "/ready") : "")}}{{Probe("livenessProbe", "/live")}}        resources:
                  requests:
                    cpu: 250m
                    memory: 256Mi
                  limits:
                    memory: 512Mi
                volumeMounts:
                - name: configuration
                  mountPath: /etc/{{app.Name}}
                  readOnly: true
              topologySpreadConstraints:
              - maxSkew: 1
                topologyKey: topology.kubernetes.io/zone
                whenUnsatisfiable: ScheduleAnyway
                labelSelector:
                  matchLabels:
                    app.kubernetes.io/name: {{name}}
              volumes:
              - name: configuration
                configMap:
                  name: {{app.Name}}

        """;

    private static string Probe(string name, string path) => $"""
                {name}:
                  httpGet:
                    path: {path}
                    port: http
                  periodSeconds: 5
                  failureThreshold: 3

        """;

    private static string Service(App app) => $"""
        apiVersion: v1
        kind: Service
        metadata:
          name: {app.Name}
          namespace: {app.Namespace}
          labels:
            app.kubernetes.io/name: {app.Name}
        spec:
          selector:
            app.kubernetes.io/name: {app.Name}
          ports:
          - name: http
            port: 80
            targetPort: http

        """;

    private static string Autoscaler(App app) => $"""
        apiVersion: autoscaling/v2
        kind: HorizontalPodAutoscaler
        metadata:
          name: {app.Name}-worker
          namespace: {app.Namespace}
        spec:
          scaleTargetRef:
            apiVersion: apps/v1
            kind: Deployment
            name: {app.Name}-worker
          minReplicas: {(app.Number % 10 == 7 ? 1 : 2)}
          maxReplicas: 10
          metrics:
          - type: Resource
            resource:
              name: cpu
              target:
                type: Utilization
                averageUtilization: 70

        """;

    private static string DisruptionBudget(App app) => $"""
        apiVersion: policy/v1
        kind: PodDisruptionBudget
        metadata:
          name: {app.Name}
          namespace: {app.Namespace}
        spec:
          maxUnavailable: 1
          selector:
            matchLabels:
              app.kubernetes.io/name: {app.Name}

        """;

    private sealed record App(string Name, string Namespace, int Number);
}
