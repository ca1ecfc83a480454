namespace HaWebhook.Policy.Objects;

/// <summary>How an update replaces the pods of a workload that runs with a certain number of them.</summary>
/// <remarks>
/// Sources: Deployment, DeploymentConfig and canary Rollout resolve both figures together (Kubernetes deployment controller, ResolveFenceposts; Argo
/// Rollouts does the same); StatefulSet: Kubernetes StatefulSet controller, which rounds down although its API text says up; CloneSet: OpenKruise
/// CloneSet controller.
/// </remarks>
/// <param name="Taken">The most pods that may be gone before any of their successors is ready; up to all of them.</param>
/// <param name="Added">The most pods that may be there beside those that they replace.</param>
internal readonly record struct UpdatePace(int Taken, int Added)
{
    private static readonly IntOrPercent _none = new(0, IsPercent: false);
    private static readonly IntOrPercent _one = new(1, IsPercent: false);
    private static readonly IntOrPercent _fifth = new(20, IsPercent: true);
    private static readonly IntOrPercent _quarter = new(25, IsPercent: true);

    /// <summary>
    /// The pace of a workload with this many pods; null where nothing is known of it: a kind that does not update its pods, or one
    /// whose author replaces them himself (<c>OnDelete</c>, <c>Custom</c>).
    /// </summary>
    public static UpdatePace? Of(Workload workload, int pods) => (workload.Kind, workload.Strategy.Type) switch
    {
        ("Deployment", "" or "RollingUpdate") or ("DeploymentConfig", "" or "Rolling") or ("Rollout", "canary") => Rolling(workload.Strategy, pods),
        ("Deployment" or "DeploymentConfig", "Recreate") => new(pods, 0),
        ("Rollout", "blueGreen") => new(0, pods),
        ("StatefulSet", "" or "RollingUpdate") => InOrder(workload.Strategy, pods),
        ("CloneSet", _) => OfCloneSet(workload.Strategy, pods),
        _ => null,
    };

    private static UpdatePace Rolling(UpdateStrategy strategy, int pods)
    {
        var added = (strategy.MaxSurge ?? _quarter).Of(pods, roundUp: true);
        var taken = (strategy.MaxUnavailable ?? _quarter).Of(pods, roundUp: false);

        // With neither it could not begin; Kubernetes then takes one.
        return new(Math.Min(added == 0 && taken == 0 ? 1 : taken, pods), added);
    }

    private static UpdatePace InOrder(UpdateStrategy strategy, int pods)
    {
        var taken = Math.Max((strategy.MaxUnavailable ?? _one).Of(pods, roundUp: false), 1);
        return new(Math.Min(taken, Updated(strategy, pods)), 0);
    }

    private static UpdatePace OfCloneSet(UpdateStrategy strategy, int pods)
    {
        var updated = Updated(strategy, pods);
        var added = (strategy.MaxSurge ?? _none).Of(pods, roundUp: true);
        var taken = (strategy.MaxUnavailable ?? _fifth).Of(pods, roundUp: added == 0);
        return new(Math.Min(taken, updated), Math.Min(added, updated));
    }

    /// <summary>The pods that the partition lets an update touch. A percentage below 100 lets it touch one at least.</summary>
    private static int Updated(UpdateStrategy strategy, int pods)
    {
        var partition = strategy.Partition ?? _none;
        var updated = Math.Max(pods - partition.Of(pods, roundUp: true), 0);
        return updated == 0 && partition is { IsPercent: true, Value: < 100 } ? Math.Min(pods, 1) : updated;
    }
}
