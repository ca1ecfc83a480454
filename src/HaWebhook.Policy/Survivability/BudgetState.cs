using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Survivability;

/// <summary>
/// What a disruption budget allows now, and what it would allow with every pod ready. Counted as the disruption controller of Kubernetes 1.32 does:
/// every pod that it selects, ended or not, stands for its controller's scale; DaemonSets and Jobs have none, and then nothing is allowed unless
/// <c>minAvailable</c> is a whole number.
/// </summary>
/// <param name="budget">The budget.</param>
/// <param name="space">Its namespace.</param>
internal sealed class BudgetState(PodDisruptionBudget budget, Space space)
{
    private readonly Dictionary<Subject, int> _subjects = [];
    private bool _hasNoScale;
    private int _pods;
    private int _others;

    public PodDisruptionBudget Budget { get; } = budget;

    public string Name => Budget.Metadata.Name;

    /// <summary>Evictions that it allows now.</summary>
    public int Allowed { get; private set; }

    /// <summary>Evictions that it would allow if all its pods were there and ready.</summary>
    public int AllowedWhenWell { get; private set; }

    /// <summary>Pods that it promises to keep ready of those that there should be.</summary>
    public int Promised { get; private set; }

    /// <summary>Whether as many pods are ready as it asks for, so that one that is not may go.</summary>
    public bool IsMet { get; private set; }

    /// <summary>Whether Kubernetes cannot work it out, because some of its pods are of what has no scale.</summary>
    public bool LacksScale => _hasNoScale && NeedsScale;

    /// <summary>Whether pods that are not ready may always go.</summary>
    public bool LetsUnhealthyGo => Budget.UnhealthyPodEvictionPolicy == "AlwaysAllow";

    /// <summary>The only workload that it is about; null where there are several, or none.</summary>
    public Subject? Only => _subjects.Count == 1 && _others == 0 ? _subjects.Keys.First() : null;

    /// <summary>Its namespace.</summary>
    public Space Space { get; } = space;

    /// <summary>Its pods that are ready.</summary>
    public int Healthy { get; private set; }

    /// <summary>The pods that there should be.</summary>
    public int Expected { get; private set; }

    private bool NeedsScale => Budget is { MaxUnavailable: not null } or { MinAvailable.IsPercent: true };

    /// <summary>Counts a pod that it selects.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="subject">What keeps it running; null for that of a Job or of nothing.</param>
    public void Add(RunningPod pod, Subject? subject)
    {
        _pods++;
        Healthy += pod.IsHealthy ? 1 : 0;
        if (pod.Controller is not null && subject is { IsDaemonSet: false })
        {
            _subjects[subject] = _subjects.GetValueOrDefault(subject) + (pod.HasEnded ? 0 : 1);
            return;
        }

        // A pod without a controller is left out of the scale; one of a DaemonSet or Job has a controller that has none.
        _hasNoScale |= pod.Controller is not null;
        _others += pod.HasEnded ? 0 : 1;
    }

    /// <summary>Counts the pods that a workload of manifests will have.</summary>
    public void Add(Subject subject)
    {
        if (subject.IsBarePod)
        {
            _others++;
        }
        else
        {
            _subjects[subject] = subject.Need.Own;
        }

        _pods = (int)Math.Min((long)_pods + subject.Need.Own, int.MaxValue);
        Healthy = _pods;
    }

    /// <summary>Works out what it allows, once everything is counted.</summary>
    public void Settle()
    {
        var (sum, selected) = (0L, (long)_others);
        foreach (var (subject, pods) in _subjects)
        {
            // Where it selects only some pods of a workload, Kubernetes expects all of them nevertheless.
            sum += subject.Need.Own;
            selected += pods < subject.Pods.Count ? Math.Min(pods, subject.Need.Own) : subject.Need.Own;
        }

        var scale = (int)Math.Min(sum, int.MaxValue);
        var all = (int)Math.Min(selected, int.MaxValue);
        Expected = all;
        if (LacksScale)
        {
            Promised = all;
            return;
        }

        var expected = NeedsScale ? scale : _pods;
        Allowed = Budget.AllowedDisruptions(expected, Healthy);
        AllowedWhenWell = Budget.AllowedDisruptions(NeedsScale ? scale : all, all);
        Promised = all - AllowedWhenWell;

        // Of any more that are ready, all but those that it asks for may go.
        var required = int.MaxValue - Budget.AllowedDisruptions(expected, int.MaxValue);
        IsMet = required > 0 && Healthy >= required;
    }
}
