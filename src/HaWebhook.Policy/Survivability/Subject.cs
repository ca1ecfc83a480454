using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Survivability;

/// <summary>Something that keeps pods running, with its pods and what it needs of them.</summary>
/// <param name="source">The object; null where only its pods are known.</param>
/// <param name="owner">How its pods name it, which for a Pod that nothing makes again is the Pod itself.</param>
/// <param name="space">The namespace that it is in.</param>
internal sealed class Subject(KubernetesObject? source, OwnerReference owner, Space space)
{
    private readonly List<Placed> _pods = [];
    private readonly List<DrainObstacle> _obstacles = [];
    private List<Placed>? _counted;

    /// <summary>The object; null where only its pods are known.</summary>
    public KubernetesObject? Source { get; } = source;

    /// <summary>Its group and version, kind and name.</summary>
    public OwnerReference Owner { get; } = owner;

    /// <summary>The namespace that it is in.</summary>
    public Space Space { get; } = space;

    /// <summary>Its pods that have not ended.</summary>
    public IReadOnlyList<Placed> Pods => _pods;

    /// <summary>The pods that decide whether it serves: its own, or all members of the quorum that it is part of.</summary>
    public IReadOnlyList<Placed> Counted => _counted ?? _pods;

    /// <summary>What there should be, and what is needed.</summary>
    public Need Need { get; set; }

    /// <summary>Pods that serve now.</summary>
    public int Ready { get; set; }

    /// <summary>With fewer pods it is degraded.</summary>
    public int Enough { get; set; }

    /// <summary>The budget that promises <see cref="Enough"/>; null where none does.</summary>
    public BudgetState? Promise { get; set; }

    /// <summary>What holds the drain of its pods' nodes up, each once with all its pods.</summary>
    public IReadOnlyList<DrainObstacle> Obstacles => _obstacles;

    /// <summary>Whether another counts its pods with its own, and is judged for both.</summary>
    public bool IsPartOfAnother { get; set; }

    /// <summary>Whether nothing makes its only pod again.</summary>
    public bool IsBarePod => Owner.Kind == "Pod" && Owner.ApiVersion == "v1";

    /// <summary>Whether a drain leaves its pods where they are.</summary>
    public bool IsDaemonSet => Owner is { Kind: "DaemonSet", IsBuiltIn: true };

    public void Add(Placed pod) => _pods.Add(pod);

    /// <summary>Adds what holds the drain of one of its nodes up.</summary>
    public void AddObstacle(DrainObstacle obstacle)
    {
        var same = _obstacles.FindIndex(known => known.State == obstacle.State && known.Reason == obstacle.Reason);
        if (same < 0)
        {
            _obstacles.Add(obstacle);
        }
        else
        {
            _obstacles[same] = _obstacles[same] with { Pods = _obstacles[same].Pods + obstacle.Pods };
        }
    }

    /// <summary>Counts these pods in place of its own.</summary>
    public void Count(List<Placed> pods) => _counted = pods;

    /// <summary>What becomes of it when this many of its pods that serve are gone.</summary>
    public Outcome Without(int lost) => Without(Ready, lost);

    /// <summary>The same of a number of pods that serve.</summary>
    public Outcome Without(int ready, int lost) => lost == 0 ? Outcome.Survives : With(ready - lost);

    /// <summary>What it is with this many pods left that serve.</summary>
    public Outcome With(int left) => left < Need.Minimum ? Outcome.Down : left < Enough ? Outcome.Degraded : Outcome.Survives;
}

/// <summary>A pod, with what keeps it running and what protects it.</summary>
/// <param name="Pod">The pod, which has not ended.</param>
/// <param name="Subject">What keeps it running; null for that of a Job or a node.</param>
/// <param name="Budgets">The disruption budgets that select it, in the order of their names.</param>
internal readonly record struct Placed(RunningPod Pod, Subject? Subject, IReadOnlyList<BudgetState> Budgets)
{
    /// <summary>Whether a drain leaves it where it is: its node makes it, or its DaemonSet would put it there again.</summary>
    public bool StaysInDrain => Pod.IsMirror || Pod.Controller is { Kind: "DaemonSet" or "Node", IsBuiltIn: true };
}

/// <summary>How many pods there should be, and how many are needed.</summary>
/// <param name="Desired">The pods that there should be.</param>
/// <param name="Own">Those among them that the workload itself runs.</param>
/// <param name="Minimum">With fewer it is down.</param>
/// <param name="Members">What those are called that decide by majority, in the plural; null where no majority is needed.</param>
internal readonly record struct Need(int Desired, int Own, int Minimum, string? Members)
{
    /// <summary>A plain service: one pod that serves is enough not to be down.</summary>
    public static Need OfService(int desired) => new(desired, desired, 1, null);

    /// <summary>Members that decide by majority.</summary>
    public static Need OfMajority(int members, int own, string called) => new(members, own, Majority(members), called);

    /// <summary>The need of another number of the same.</summary>
    public int MinimumOf(int desired) => Members is null ? 1 : Majority(desired);

    /// <summary>The fewest that survive the loss of one.</summary>
    public int FewestToLoseOne => Members is null ? 2 : 3;

    private static int Majority(int members) => (members / 2) + 1;
}
