using HaWebhook.ApiServer;

namespace HaWebhook.Benchmarks;

/// <summary>How many Deployments a cluster has, and how they are spread.</summary>
/// <param name="Deployments">Their number.</param>
/// <param name="NamespaceSize">How many of them are in a namespace.</param>
internal sealed record ClusterSize(int Deployments, int NamespaceSize)
{
    /// <summary>Of so many Deployments one has an autoscaler, another a disruption budget, a third a claim.</summary>
    public const int Share = 5;

    /// <summary>ReplicaSets of each Deployment: the one in force, and one of before.</summary>
    public const int ReplicaSets = 2;

    public int Namespaces => ((Deployments - 1) / NamespaceSize) + 1;

    public string Title => $"{Deployments:N0} {(Deployments == 1 ? "Deployment" : "Deployments")}"
        + (Namespaces > 1 ? $" in {Namespaces:N0} namespaces" : Deployments > 1 ? " in one namespace" : "");

    /// <summary>The namespace of the Deployment with this number.</summary>
    public string NamespaceOf(int number) => number < NamespaceSize ? SeededCluster.ReviewedNamespace : $"team-{number / NamespaceSize:D4}";

    /// <summary>How many of the numbers from 0 to <see cref="Deployments"/> leave this rest when divided by <see cref="Share"/>.</summary>
    public int CountOf(int rest) => (Deployments - rest + Share - 1) / Share;
}

/// <summary>An API server with objects in it as they are in a cluster, number for number the same every time.</summary>
internal sealed class SeededCluster : IAsyncDisposable
{
    /// <summary>The namespace that the recorded reviews are of.</summary>
    public const string ReviewedNamespace = "lab";

    /// <summary>The rests of a Deployment's number by which it has one of these beside it.</summary>
    private const int Scaled = 1;
    private const int Budgeted = 2;
    private const int Claiming = 3;

    private SeededCluster(TestApiServer server, ClusterSize size)
    {
        (Server, Size) = (server, size);
    }

    public TestApiServer Server { get; }

    public ClusterSize Size { get; }

    /// <summary>All objects of the kinds that the webhook keeps.</summary>
    public int Objects { get; private init; }

    /// <summary>The size of one Deployment as JSON, in bytes.</summary>
    public int DeploymentBytes { get; private init; }

    public static async Task<SeededCluster> StartAsync(ClusterSize size)
    {
        var server = await TestApiServer.StartAsync();
        foreach (var name in Enumerable.Range(0, size.Namespaces).Select(number => size.NamespaceOf(number * size.NamespaceSize)))
        {
            server.AddNamespace(name, ("team", name));
        }

        Parallel.For(0, size.Deployments, number => Seed(server, new App(NameOf(number), size.NamespaceOf(number), number)));
        const int systemNamespaces = 4;
        return new SeededCluster(server, size)
        {
            Objects = systemNamespaces + size.Namespaces + (size.Deployments * (1 + ClusterSize.ReplicaSets))
                + size.CountOf(Scaled) + size.CountOf(Budgeted) + size.CountOf(Claiming),
            DeploymentBytes = server.Find("apps/v1", "Deployment", size.NamespaceOf(0), NameOf(0))!.ToJsonString().Length,
        };
    }

    public static string NameOf(int number) => $"app-{number:D5}";

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    private static void Seed(TestApiServer server, App app)
    {
        var deployment = server.Seed(Deployment(app), "kubectl-client-side-apply");
        var uid = deployment["metadata"]!["uid"]!.GetValue<string>();
        for (var revision = 1; revision <= ClusterSize.ReplicaSets; revision++)
        {
            server.Seed(ReplicaSet(app, uid, revision), "kube-controller-manager");
        }

        var beside = (app.Number % ClusterSize.Share) switch
        {
            Scaled => Autoscaler(app),
            Budgeted => DisruptionBudget(app),
            Claiming => Claim(app),
            _ => null,
        };
        if (beside is not null)
        {
            server.Seed(beside, "helm");
        }
    }

    private static string Deployment(App app) => $$"""
        {"apiVersion":"apps/v1","kind":"Deployment",
          "metadata":{"name":"{{app.Name}}","namespace":"{{app.Namespace}}","labels":{{Labels(app)}},
            "annotations":{"deployment.kubernetes.io/revision":"2","meta.helm.sh/release-name":"{{app.Name}}","meta.helm.sh/release-namespace":"{{app.Namespace}}"} },
          "spec":{"replicas":3,"revisionHistoryLimit":2,"selector":{"matchLabels":{"app.kubernetes.io/name":"{{app.Name}}"} },
            "strategy":{"type":"RollingUpdate","rollingUpdate":{"maxSurge":1,"maxUnavailable":0} },"template":{{Template(app)}}},
          "status":{"observedGeneration":1,"replicas":3,"updatedReplicas":3,"readyReplicas":3,"availableReplicas":3,"conditions":[
            {"type":"Available","status":"True","reason":"MinimumReplicasAvailable","message":"Deployment has minimum availability.",
              "lastUpdateTime":"2026-11-20T08:51:29Z","lastTransitionTime":"2026-11-20T08:51:29Z"},
            {"type":"Progressing","status":"True","reason":"NewReplicaSetAvailable","message":"ReplicaSet \"{{app.Name}}-2\" has successfully progressed.",
              "lastUpdateTime":"2026-11-20T08:51:29Z","lastTransitionTime":"2026-11-20T08:50:11Z"}]} }
        """;

    private static string ReplicaSet(App app, string owner, int revision) => $$"""
        {"apiVersion":"apps/v1","kind":"ReplicaSet",
          "metadata":{"name":"{{app.Name}}-{{revision}}","namespace":"{{app.Namespace}}","labels":{{Labels(app)}},
            "annotations":{"deployment.kubernetes.io/desired-replicas":"3","deployment.kubernetes.io/max-replicas":"4","deployment.kubernetes.io/revision":"{{revision}}"},
            "ownerReferences":[{"apiVersion":"apps/v1","kind":"Deployment","name":"{{app.Name}}","uid":"{{owner}}","controller":true,"blockOwnerDeletion":true}]},
          "spec":{"replicas":{{(revision == ClusterSize.ReplicaSets ? 3 : 0)}},
            "selector":{"matchLabels":{"app.kubernetes.io/name":"{{app.Name}}","pod-template-hash":"{{revision}}"} },"template":{{Template(app)}} } }
        """;

    private static string Template(App app) => $$"""
        {"metadata":{"labels":{{Labels(app)}}},"spec":{"serviceAccountName":"{{app.Name}}","terminationGracePeriodSeconds":45,
          "containers":[{"name":"{{app.Name}}","image":"registry.example.com:5000/{{app.Namespace}}/{{app.Name}}:1.{{app.Number % 40}}.0",
            "args":["--listen",":8080","--log-format=json"],
            "ports":[{"name":"http","containerPort":8080,"protocol":"TCP"},{"name":"metrics","containerPort":9090,"protocol":"TCP"}],
            "env":[{"name":"DATABASE_URL","valueFrom":{"secretKeyRef":{"name":"{{app.Name}}-database","key":"url"} } },
              {"name":"CACHE_URL","value":"redis://redis.{{app.Namespace}}.svc:6379/0"},{"name":"LOG_LEVEL","value":"info"}],
            "readinessProbe":{"httpGet":{"path":"/ready","port":"http"},"periodSeconds":5},
            "livenessProbe":{"httpGet":{"path":"/live","port":"http"},"periodSeconds":10},
            "resources":{"requests":{"cpu":"250m","memory":"256Mi"},"limits":{"memory":"512Mi"} } }],
          "topologySpreadConstraints":[{"maxSkew":1,"topologyKey":"topology.kubernetes.io/zone","whenUnsatisfiable":"ScheduleAnyway",
            "labelSelector":{"matchLabels":{"app.kubernetes.io/name":"{{app.Name}}"} } }],
          "volumes":[{{(app.Number % ClusterSize.Share == Claiming ? Volume(app) : "")}}]} }
        """;

    private static string Volume(App app) => $$"""{"name":"data","persistentVolumeClaim":{"claimName":"{{app.Name}}"} }""";

    private static string Labels(App app) =>
        $$"""{"app.kubernetes.io/name":"{{app.Name}}","app.kubernetes.io/instance":"{{app.Name}}","app.kubernetes.io/managed-by":"Helm"}""";

    private static string Autoscaler(App app) => $$"""
        {"apiVersion":"autoscaling/v2","kind":"HorizontalPodAutoscaler","metadata":{"name":"{{app.Name}}","namespace":"{{app.Namespace}}","labels":{{Labels(app)}}},
          "spec":{"scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"{{app.Name}}"},"minReplicas":2,"maxReplicas":10,
            "metrics":[{"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":70} } }]} }
        """;

    private static string DisruptionBudget(App app) => $$"""
        {"apiVersion":"policy/v1","kind":"PodDisruptionBudget","metadata":{"name":"{{app.Name}}","namespace":"{{app.Namespace}}","labels":{{Labels(app)}}},
          "spec":{"maxUnavailable":1,"selector":{"matchLabels":{"app.kubernetes.io/name":"{{app.Name}}"} } } }
        """;

    private static string Claim(App app) => $$"""
        {"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"name":"{{app.Name}}","namespace":"{{app.Namespace}}","labels":{{Labels(app)}}},
          "spec":{"accessModes":["ReadWriteMany"],"resources":{"requests":{"storage":"10Gi"} },"storageClassName":"shared"} }
        """;

    private sealed record App(string Name, string Namespace, int Number);
}
