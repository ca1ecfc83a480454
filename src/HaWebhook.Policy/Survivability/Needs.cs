using HaWebhook.Policy.Objects;
using HaWebhook.Policy.Rules;

namespace HaWebhook.Policy.Survivability;

/// <summary>
/// Works out how many pods there should be and how many are needed.
/// </summary>
/// <remarks>
/// A plain service needs one pod that serves: fewer answer more slowly, but only none is an outage that nobody can argue about. What decides by
/// majority (<see cref="QuorumSystem"/>) needs a majority of its members, because a minority serves nobody however many pods it has. Systems of that
/// table that ask for two members, not three, do not vote themselves and count as plain services. Where it cannot be seen from outside which members
/// vote (the masters of a Redis Cluster, the copies of Kafka's topics), a majority of all stands for a majority of those.
/// A disruption budget is not the minimum: it tells what its owner wants to keep through planned work, not what an outage is. It sets
/// <see cref="Subject.Enough"/>.
/// </remarks>
internal static class Needs
{
    private const int FewestThatVote = 3;
    private const string Members = "members";

    public static Need Of(Subject subject, bool isLiving) => subject.Source switch
    {
        Workload workload => OfWorkload(subject, workload, isLiving),
        ReplicatedResource resource => OfResource(subject, resource),
        Pod => Need.OfService(1),
        _ => Need.OfService(subject.Pods.Count),
    };

    private static Need OfWorkload(Subject subject, Workload workload, bool isLiving)
    {
        var related = subject.Space.Related;
        var own = isLiving ? workload.DeclaredReplicas : EffectiveReplicas.Of(workload, related).Count;
        if (own == 0 || QuorumMinimum.Of(workload, related) < FewestThatVote)
        {
            return Need.OfService(own);
        }

        var system = QuorumPart.Of(workload)?.System;
        return Need.OfMajority(own, own, system?.Counted ?? Members);
    }

    private static Need OfResource(Subject subject, ReplicatedResource resource)
    {
        var (field, count) = resource.Counts[0];
        return count > 0
            && QuorumMinimum.Of(resource, subject.Space.Related) >= FewestThatVote
            && OperatedQuorum.Of(resource, field, count, subject.Space.Related) is var quorum
                ? Need.OfMajority(quorum?.Count ?? count, count, quorum?.System.Counted ?? Members)
                : Need.OfService(count);
    }
}
