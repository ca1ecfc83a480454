using System.Globalization;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Rules.Validating;

/// <summary>
/// A system that decides by majority is down with the loss of one member when it has two, and survives no more with four than with three.
/// </summary>
/// <remarks>
/// Reads the effective replicas of a workload, and the counts of a replicated resource, of systems in the table <see cref="QuorumSystem"/>, which
/// names the source of each figure. Fewer than 2 are <see cref="MinimumReplicas"/>' to judge, which then names the system's own minimum; 0 is
/// switched off. Where members may stand in other objects that were not loaded, the rule is undecided.
/// </remarks>
internal sealed class Quorum : IValidatingRule<Workload>, IValidatingRule<ReplicatedResource>
{
    public static readonly ValidatingRuleDefinition Definition = new((_, _) => new Quorum())
    {
        Id = "quorum",
        Summary = "A system that decides by majority has three members or more, and an odd number of them.",
        Why = "Two members need both for a majority, so that the loss of either stops the system; four survive the loss of one, as three do.",
        Judges = "StatefulSets whose image is a server of "
            + string.Join(", ", QuorumSystem.All.Select(system => system.Title).Distinct()) + "; Deployments of Redis Sentinel; "
            + "MongoDBCommunity, Elasticsearch, KafkaNodePool, RabbitmqCluster and RedisFailover; and whatever the annotation names. "
            + "Exporters, operators, clients, arbiters and nodes that do not vote are left alone, and so is what has 1 replica (see "
            + "minimum-replicas) or 0.",
        Reads =
        [
            "spec.replicas: at least 3 (where an autoscaler scales the workload, its floor); an odd number where every pod votes "
                + "(not so for Elasticsearch and OpenSearch, which leave one of an even number out by themselves, Redis Cluster and Kafka's brokers)",
            "containers[].image: the last step of its repository tells the system; command, args and env tell its role "
                + "(mongos, arbiter, Sentinel, node.roles, KAFKA_PROCESS_ROLES, JetStream)",
            $"metadata.labels[{WellKnownLabels.Component}]: tells arbiters and mongos of MongoDB as well",
            "the StatefulSet of the same name with -arbiter (in place of -data), whose replicas vote in a MongoDB replica set",
            "spec.members: with spec.arbiters, which vote as well",
            "spec.nodeSets[]: those that are master-eligible, added up",
            "the pools of one Kafka cluster, added up by role",
            $"metadata.annotations[{HaAnnotations.Quorum}]: {string.Join(", ", QuorumSystem.All.Select(system => system.Id))}, "
                + $"{QuorumSystem.Unnamed.Id} (a system that has no name here) or {QuorumPart.None}; absent means that image and kind tell",
        ],
        Uses = RelatedKinds.Autoscalers | RelatedKinds.Workloads,
        DefaultAction = ValidationAction.Warn,
        Example = "spec:\n  replicas: 3\n",
    };

    public IEnumerable<RuleResult> Validate(Workload subject, RuleContext context)
    {
        var unknown = subject.Annotation(HaAnnotations.Quorum) is { } said ? Unknown(said) : null;
        if (QuorumPart.Of(subject) is not { } part)
        {
            return unknown is null ? [] : [unknown];
        }

        var result = JudgeReplicas(subject, part.System, context);
        return (unknown, result) switch
        {
            (null, null) => [],
            (null, _) => [result],
            (_, null) => [unknown],
            _ => [unknown, result],
        };
    }

    public IEnumerable<RuleResult> Validate(ReplicatedResource subject, RuleContext context)
    {
        if (subject.Metadata.Annotations.TryGetValue(HaAnnotations.Quorum, out var said) && Unknown(said) is { } unknown)
        {
            yield return unknown;
        }

        foreach (var (field, count) in subject.Counts)
        {
            if (count > 1
                && OperatedQuorum.Of(subject, field, count, context.Related) is { } found
                && Judge(found.System, field, found.Value, found.Count, found.System.NeedsOdd) is { } violation)
            {
                yield return found.IsCertain ? violation : context.UndecidedWithout(RelatedKinds.Workloads)!;
            }
        }
    }

    private static RuleResult? JudgeReplicas(Workload subject, QuorumSystem system, RuleContext context)
    {
        var effective = EffectiveReplicas.Of(subject, context.Related);
        if (effective.Count < 2)
        {
            return null;
        }

        var arbiters = system == QuorumSystem.MongoDb ? ArbitersOf(subject, context.Related) : null;
        var count = (int)Math.Min((long)effective.Count + (arbiters?.DeclaredReplicas ?? 0), int.MaxValue);
        var value = arbiters is null or { DeclaredReplicas: 0 }
            ? string.Create(CultureInfo.InvariantCulture, $"is {count}")
            : string.Create(CultureInfo.InvariantCulture, $"adds up to {count} with {arbiters.Kind} {arbiters.Metadata.Name}");

        // An autoscaler comes by even numbers whatever its floor is.
        var violation = Judge(system, effective.Field, value, count, system.NeedsOdd && effective.Autoscaler is null);
        if (violation is not null && system == QuorumSystem.MongoDb && context.UndecidedWithout(RelatedKinds.Workloads) is { } undecided)
        {
            return undecided;
        }

        return violation is not null && effective.Autoscaler is { } autoscaler
            ? violation with { Fix = () => FixOfFloor(autoscaler, system) }
            : violation;
    }

    private static string FixOfFloor(Autoscaler autoscaler, QuorumSystem system) =>
        $"Set {autoscaler.FloorField} of {autoscaler.Kind} {autoscaler.Metadata.Name} to {system.Minimum} or more.{OrAnnotate(system)}";

    /// <summary>The arbiters of a replica set, which charts put into a StatefulSet beside that of its members; null where there is none.</summary>
    private static Workload? ArbitersOf(Workload subject, RelatedObjects related)
    {
        const string members = "-data";
        var name = subject.Metadata.Name;
        return Find(name) ?? (name.EndsWith(members, StringComparison.Ordinal) ? Find(name[..^members.Length]) : null);

        Workload? Find(string set) => related.Workloads.Find(subject.Group, subject.Kind, set + "-arbiter") as Workload;
    }

    private static Violation? Judge(QuorumSystem system, string field, string value, int count, bool needsOdd)
    {
        if (count < system.Minimum)
        {
            return new(
                field,
                $"{value}; must be at least {system.Minimum}: {system.WhyTooFew(count)}",
                () => $"{Set(field, value)} {system.Minimum}.{OrAnnotate(system)}")
            {
                Count = count,
            };
        }

        return needsOdd && count % 2 == 0
            ? new(
                field,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{value}; must be an odd number: {count} {system.Counted} survive the loss of {(count - 1) / 2}, as {count - 1} do"),
                () => string.Create(CultureInfo.InvariantCulture, $"{Set(field, value)} {count - 1} or {count + 1}.{OrAnnotate(system)}"))
            {
                Count = count,
            }
            : null;
    }

    private static string Set(string field, string value) =>
        value.StartsWith("is ", StringComparison.Ordinal) ? $"Set {field} to" : $"Change {field} so that the sum is";

    private static string OrAnnotate(QuorumSystem system) => system.Id switch
    {
        "true" => "",
        "elasticsearch" or "opensearch" => $" If these are no {system.Counted}, say so in node.roles.",
        _ => $" If these are no {system.Counted}, annotate {HaAnnotations.Quorum}: {QuorumPart.None}.",
    };

    private static Violation? Unknown(string said)
    {
        if (QuorumPart.Says(said))
        {
            return null;
        }

        string[] known = [.. QuorumSystem.All.Select(system => system.Id), QuorumSystem.Unnamed.Id, QuorumPart.None];
        return new(
            $"metadata.annotations[{HaAnnotations.Quorum}]",
            $"is {(said.Length == 0 ? "empty" : said)}, which is no quorum system{NearestName.Hint(said, known)}",
            () => $"Set it to one of {string.Join(", ", known)}, or remove it.");
    }
}
