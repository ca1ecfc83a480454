using System.Collections.Frozen;
using System.Globalization;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.DefaultBudgets;

/// <summary>Which workloads of a namespace need a default budget, and can have one.</summary>
/// <param name="scene">The namespace.</param>
/// <param name="others">The budgets that are not HaWebhook's.</param>
internal sealed class BudgetNeed(BudgetScene scene, IReadOnlyList<PodDisruptionBudget> others)
{
    /// <summary>
    /// From a scale Kubernetes knows how many pods there should be, of which <c>maxUnavailable</c> may be missing (Specifying a Disruption Budget for your
    /// Application). The pods of a Rollout and of a DeploymentConfig are counted by their ReplicaSets and ReplicationControllers.
    /// </summary>
    private static readonly FrozenSet<(string Group, string Kind)> _scales = FrozenSet.Create(
    [
        ("apps", "Deployment"),
        ("apps", "StatefulSet"),
        ("apps", "ReplicaSet"),
        ("", "ReplicationController"),
        ("argoproj.io", "Rollout"),
        ("apps.kruise.io", "CloneSet"),
        ("apps.kruise.io", "StatefulSet"),
        ("apps.openshift.io", "DeploymentConfig"),
    ]);

    private readonly DisruptionBudgetIndex _others = new(others);
    private readonly HashSet<string> _names = new(others.Select(budget => budget.Metadata.Name), StringComparer.Ordinal);
    private readonly Lazy<LabelIndex<RunningPod>> _pods = new(() => new(scene.Pods, pod => pod.Labels));

    /// <summary>Why a workload is to have none; null where it is to have one.</summary>
    public string? WhyNot(Workload workload)
    {
        var name = Words.Of(workload);
        if (workload.Metadata.Owners is [var owner, ..])
        {
            return SingleLine.Of($"{name} is left to {owner.Kind} {owner.Name}, which owns it");
        }

        var replicas = EffectiveReplicas.Of(workload, scene.Related);
        if (replicas.Count < 2)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{replicas.Field} of {name} is {replicas.Count}");
        }

        if (!_scales.Contains((workload.Group, workload.Kind)))
        {
            return $"{name} has no scale that Kubernetes is known to count its pods by";
        }

        // Without a uid nothing could own a budget, and nothing tell whose it is.
        return workload.LastingSelector is not { } selector || workload.Metadata.Uid.Length == 0
            ? $"no selector tells the pods of {name} from others"
            : WhyNot(workload, selector, name);
    }

    private string? WhyNot(Workload workload, LabelSelector selector, string name)
    {
        if (_others.Selecting(workload.PodLabels) is [var covering, ..])
        {
            return $"{Words.Of(covering)} selects the pods of {name}";
        }

        // Two budgets over one pod make its eviction fail, and pods of a Job or a DaemonSet, which cannot be counted, that of all.
        if (scene.Related.Workloads.SelectedBy(selector).FirstOrDefault(other => !Belongs(other, workload)) is { } stranger)
        {
            return $"the selector of {name} takes in the pods of {Words.Of(stranger)}";
        }

        foreach (var pod in _pods.Value.SelectedBy(selector))
        {
            if (!Belongs(pod, workload))
            {
                return SingleLine.Of($"the selector of {name} takes in Pod {pod.Name}, which {pod.Controller!.Kind} {pod.Controller.Name} made");
            }

            // Pods of an earlier template may have labels that the present one has not.
            if (!pod.HasEnded && _others.Selecting(pod.Labels) is [var other, ..])
            {
                return SingleLine.Of($"{Words.Of(other)} selects Pod {pod.Name} of {name}");
            }
        }

        return _names.Contains(DefaultBudget.NameOf(workload))
            ? $"the PodDisruptionBudget {DefaultBudget.NameOf(workload)} is somebody else's"
            : null;
    }

    /// <summary>The workload itself, what it made, and a Pod that ends by itself, such as a chart's test.</summary>
    private static bool Belongs(PodOwner other, Workload workload) =>
        ReferenceEquals(other, workload)
        || other.Metadata.Owners.Any(owner => owner.Uid == workload.Metadata.Uid)
        || other is Pod { RunsToCompletion: true, Metadata.Controller: null };

    /// <summary>What ReplicaSets and ReplicationControllers make their templates tell, for a new one may not be known yet.</summary>
    private static bool Belongs(RunningPod pod, Workload workload) =>
        pod.Controller is not { } maker || maker.Uid == workload.Metadata.Uid || maker.Kind is "ReplicaSet" or "ReplicationController";
}
