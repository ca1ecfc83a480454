using System.Globalization;
using HaWebhook.Policy.Objects;
using HaWebhook.Policy.Rules;
using HaWebhook.Policy.Rules.Validating;

namespace HaWebhook.Policy.Survivability;

/// <summary>What becomes of a workload during an update of its own.</summary>
/// <remarks>
/// Begins with every pod ready and ends with the fewest that may be ready before any new one is: what <see cref="UpdatePace"/> says is taken. A surge
/// does not help, and <c>minReadySeconds</c> only makes each step longer. New pods count as ready as soon as they run where no container has a readiness
/// or startup probe: then a rollout goes on whether or not they serve, and guarantees nothing.
/// </remarks>
internal static class Rollouts
{
    private static readonly IntOrPercent _one = new(1, IsPercent: false);

    public static FailureVerdict Judge(Subject subject) => subject switch
    {
        { IsBarePod: true } => new(Outcome.Survives, "A Pod has no rollout."),
        { Source: Workload workload } => Judge(subject, workload),
        { Source: DaemonSet daemonSet } => Judge(subject, daemonSet),
        { Source: ReplicatedResource resource } => new(Outcome.Unknown, $"How its operator replaces the pods of a {resource.Kind} is not known here."),
        _ => new(Outcome.Unknown, $"How the pods of {subject.Owner.Kind} {subject.Owner.Name} are replaced is not known here."),
    };

    private static FailureVerdict Judge(Subject subject, Workload workload)
    {
        if (UpdatePace.Of(workload, subject.Need.Own) is { } pace)
        {
            var replacesNone = workload.Kind is "StatefulSet" or "CloneSet" && pace is { Taken: 0, Added: 0 };
            return replacesNone
                ? Survives("Its partition holds every pod back, so that an update replaces none.", subject.Need.Desired)
                : OfTaken(subject, workload, pace.Taken, () => MendOf(subject, workload));
        }

        return (workload.Kind, workload.Strategy.Type) switch
        {
            ("ReplicaSet" or "ReplicationController", _) => Survives($"A {workload.Kind} has no rollout.", subject.Need.Desired),
            (_, "OnDelete") => Survives("With OnDelete an update replaces no pod by itself.", subject.Need.Desired),
            _ => new(Outcome.Unknown, $"How an update replaces the pods of this {workload.Kind} is not known here."),
        };
    }

    private static FailureVerdict Judge(Subject subject, DaemonSet daemonSet)
    {
        var strategy = daemonSet.Strategy;
        if (strategy.Type == "OnDelete")
        {
            return Survives("With OnDelete an update replaces no pod by itself.", subject.Need.Desired);
        }

        // Of a DaemonSet a percentage is rounded up, and with a surge none is taken before its successor is ready (Kubernetes API, RollingUpdateDaemonSet).
        var taken = (strategy.MaxUnavailable ?? (strategy.MaxSurge is { Value: > 0 } ? new(0, IsPercent: false) : _one)).Of(subject.Need.Own, roundUp: true);
        return OfTaken(subject, daemonSet, Math.Min(taken, subject.Need.Own), () => taken <= 1 ? null : MaxUnavailable(daemonSet, taken));
    }

    private static FailureVerdict OfTaken(Subject subject, PodOwner owner, int taken, Func<Mend?> mend)
    {
        var desired = subject.Need.Desired;
        var outcome = subject.Without(desired, taken);
        if (outcome != Outcome.Down && !TellsReadiness(owner.Template.Spec))
        {
            return new(
                Outcome.Unknown,
                "A rollout guarantees nothing: no container has a readiness probe, so that new pods count as ready as soon as they run.")
            {
                Mend = ReadinessProbe(owner),
            };
        }

        var left = desired - taken;
        return outcome == Outcome.Survives
            ? Survives(
                taken == 0
                    ? "An update takes no pod away before its successor is ready."
                    : string.Create(CultureInfo.InvariantCulture, $"An update takes {taken} of {Words.Count(desired, "pod")} away before a new one is ready."),
                left)
            : new(
                outcome,
                $"An update takes {(left == 0 ? desired == 1 ? "the only pod" : $"all {desired} pods" : $"{taken} of {desired} pods")} away before a new one is ready"
                    + $"{Words.Left(subject, left)}.")
            {
                Remaining = left,
                Mend = mend(),
            };
    }

    /// <summary>Whether Kubernetes is told when a container serves: a startup probe holds a pod back as well, until it has succeeded.</summary>
    private static bool TellsReadiness(PodSpec spec) =>
        spec.Containers.Any(container => container.ReadinessProbe is not null || container.StartupProbe is not null)
        || spec.InitContainers.Any(container => container.IsSidecar && container.ReadinessProbe is not null);

    private static FailureVerdict Survives(string reason, int remaining) => new(Outcome.Survives, reason) { Remaining = remaining };

    private static Mend ReadinessProbe(PodOwner owner) => owner.Template.Spec.Containers is [var first, ..]
        ? new(
            owner.ContainerField(first, "readinessProbe"),
            "is missing; must tell when the container serves",
            $"Add {first.ExampleProbe("readinessProbe", "/ready")} to the container {first.Name}.")
        : new($"{owner.PodSpecField}.containers", "are not known; must have a readiness probe", "Add a readinessProbe to the container that serves.");

    private static Mend? MendOf(Subject subject, Workload workload)
    {
        if (UpdatePace.Of(workload with { Strategy = WithOne(workload.Strategy) }, subject.Need.Own) is { } slower
            && subject.Without(subject.Need.Desired, slower.Taken) == Outcome.Survives)
        {
            return workload.Strategy.Type is "Recreate"
                ? new("spec.strategy.type", "is Recreate, which takes all pods at once; must be RollingUpdate", "Set spec.strategy to {type: RollingUpdate}.")
                : MaxUnavailable(workload, UpdatePace.Of(workload, subject.Need.Own)!.Value.Taken);
        }

        // New pods would wait for a claim that the old one holds.
        var mayOverlap = workload.Kind is "Deployment" or "Rollout" or "DeploymentConfig"
            && subject.Need.Own == 1
            && LoneClaim.Of(workload, subject.Space.Related) is null;
        return mayOverlap
            ? new(
                RollingUpdate.FieldOf(workload.Kind),
                "takes the only pod away first; must start its successor before",
                "Make it a rolling update with maxUnavailable: 0 and maxSurge: 1.")
            : Mends.Replicas(subject, Math.Max(subject.Need.Own + 1, subject.Need.FewestToLoseOne));
    }

    private static UpdateStrategy WithOne(UpdateStrategy strategy) =>
        strategy with { Type = strategy.Type is "Recreate" ? "" : strategy.Type, MaxUnavailable = _one };

    private static Mend MaxUnavailable(PodOwner owner, int taken) => new(
        RollingUpdate.FieldOf(owner.Kind),
        string.Create(CultureInfo.InvariantCulture, $"takes {taken} pods at once; must take 1"),
        $"Set {RollingUpdate.FieldOf(owner.Kind)} to 1.");
}
