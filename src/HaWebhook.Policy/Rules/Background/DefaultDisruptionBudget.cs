namespace HaWebhook.Policy.Rules.Background;

/// <summary>Makes a disruption budget for each workload whose author brought none. What it does is decided by <see cref="DefaultBudgets.BudgetPlanner"/>.</summary>
internal static class DefaultDisruptionBudget
{
    public static readonly StringListParameter ExcludedNamespaces = new(
        "excludedNamespaces",
        ["kube-system", "kube-public", "kube-node-lease"],
        "Namespaces in which there are none, beside that of HaWebhook itself.",
        canBeEmpty: true);

    public static readonly BackgroundRuleDefinition Definition = new()
    {
        Id = "default-disruption-budget",
        Summary = "Keeps a PodDisruptionBudget for each workload with replicas that has none.",
        Why = "Without a budget one node drain, or two at once, may take every replica at the same time.",
        Judges = "Deployments, StatefulSets, ReplicaSets, ReplicationControllers, Rollouts, CloneSets and DeploymentConfigs with effective replicas of 2 or more that "
            + "nothing owns, after each audit in the background of serve, in the modes Enforce and Warn. Removed when another budget selects the pods, the effective "
            + "replicas fall below 2, or the workload becomes exempt. Never for DaemonSets and Jobs, nor where the selector takes in pods of others.",
        Reads =
        [
            "spec.selector: the pods of the budget; where it is absent or empty, or does not select the template's labels, there is none",
            "the effective replicas: those of an autoscaled workload are the autoscaler's floor",
            "metadata.ownerReferences: what owns a workload is left to bring a budget",
            "spec.selector of the PodDisruptionBudgets of the namespace: where one of somebody's own selects any of the pods there is none",
        ],
        Parameters = [ExcludedNamespaces],
        Example = """
            apiVersion: policy/v1
            kind: PodDisruptionBudget
            metadata:
              name: web-ha-webhook-586eb02f6c
              labels:
                app.kubernetes.io/instance: ha-webhook
                app.kubernetes.io/managed-by: ha-webhook
                ha-webhook.io/default-budget-of: 0d2ff6f6-8ae2-4b0e-9b62-9b1f5d0c1d1b
              ownerReferences:
              - {apiVersion: apps/v1, kind: Deployment, name: web, uid: 0d2ff6f6-8ae2-4b0e-9b62-9b1f5d0c1d1b}
            spec:
              maxUnavailable: 1
              unhealthyPodEvictionPolicy: AlwaysAllow
              selector:
                matchLabels: {app: web}

            """,
    };
}
