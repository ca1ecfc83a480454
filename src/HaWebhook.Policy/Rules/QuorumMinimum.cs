using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Rules;

/// <summary>Tells how many members a system that decides by majority needs, so that nobody is advised to run two of them.</summary>
internal static class QuorumMinimum
{
    /// <summary>What a vote without data needs: a set has one such member and no more.</summary>
    public const int Arbiter = 1;

    /// <summary>The fewest members; 0 for what does not vote.</summary>
    public static int Of(KubernetesObject subject, RelatedObjects related) => subject.MajorityMinimum ?? subject switch
    {
        Workload workload when QuorumPart.IsArbiter(workload) => Arbiter,
        Workload workload => QuorumPart.Of(workload)?.System.Minimum ?? 0,
        ReplicatedResource { Counts: [var (field, count), ..] } resource => OperatedQuorum.Of(resource, field, count, related)?.System.Minimum ?? 0,
        _ => 0,
    };
}
