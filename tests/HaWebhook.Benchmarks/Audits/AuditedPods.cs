namespace HaWebhook.Benchmarks.Audits;

/// <summary>Pods of the Deployments of a cluster, and the nodes that they are on.</summary>
internal static class AuditedPods
{
    private const int PodsOfNode = 100;
    private const int Zones = 3;

    /// <summary>Adds them: each Deployment gets the next pod in turn, and each pod is on the next node.</summary>
    /// <returns>How many nodes there are.</returns>
    public static int Seed(SeededCluster cluster, int pods)
    {
        var nodes = Math.Max(Zones, (pods + PodsOfNode - 1) / PodsOfNode);
        for (var node = 0; node < nodes; node++)
        {
            cluster.Server.Seed($$$"""
                {"apiVersion":"v1","kind":"Node","metadata":{"name":"node-{{{node:D4}}}",
                  "labels":{"kubernetes.io/hostname":"node-{{{node:D4}}}","topology.kubernetes.io/zone":"zone-{{{(char)('a' + (node % Zones))}}}"} },
                 "status":{"conditions":[{"type":"Ready","status":"True"}]} }
                """);
        }

        for (var number = 0; number < pods; number++)
        {
            var workload = number % cluster.Size.Deployments;
            var (space, app) = (cluster.Size.NamespaceOf(workload), SeededCluster.NameOf(workload));
            var owner = $"{app}-{ClusterSize.ReplicaSets}";
            var uid = cluster.Server.Find("apps/v1", "ReplicaSet", space, owner)!["metadata"]!["uid"]!.GetValue<string>();
            cluster.Server.Seed($$$"""
                {"apiVersion":"v1","kind":"Pod","metadata":{"name":"{{{owner}}}-{{{number:D6}}}","namespace":"{{{space}}}",
                  "labels":{"app.kubernetes.io/name":"{{{app}}}","app.kubernetes.io/instance":"{{{app}}}","pod-template-hash":"{{{ClusterSize.ReplicaSets}}}"},
                  "ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"{{{owner}}}","uid":"{{{uid}}}","controller":true,"blockOwnerDeletion":true}]},
                 "spec":{"nodeName":"node-{{{number % nodes:D4}}}","serviceAccountName":"{{{app}}}","schedulerName":"default-scheduler","restartPolicy":"Always",
                  "containers":[{"name":"{{{app}}}","image":"registry.example.com:5000/{{{space}}}/{{{app}}}:1.0.0","terminationMessagePath":"/dev/termination-log",
                   "env":[{"name":"LOG_LEVEL","value":"info"}],"ports":[{"name":"http","containerPort":8080,"protocol":"TCP"}],
                   "readinessProbe":{"httpGet":{"path":"/ready","port":"http"},"periodSeconds":5},"resources":{"requests":{"cpu":"250m","memory":"256Mi"} } }],
                  "tolerations":[{"key":"node.kubernetes.io/not-ready","operator":"Exists","effect":"NoExecute","tolerationSeconds":300}]},
                 "status":{"phase":"Running","podIP":"10.0.0.1","conditions":[{"type":"Ready","status":"True"},{"type":"PodScheduled","status":"True"}],
                  "containerStatuses":[{"name":"{{{app}}}","ready":true,"restartCount":0,"state":{"running":{"startedAt":"2026-11-20T08:51:29Z"} } }]} }
                """, "kubelet");
        }

        return nodes;
    }
}
