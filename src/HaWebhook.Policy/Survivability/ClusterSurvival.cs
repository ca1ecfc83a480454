using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Survivability;

/// <summary>What becomes of every workload when pods, nodes and zones fail.</summary>
public sealed record ClusterSurvival
{
    private ClusterSurvival()
    {
    }

    /// <summary>The workloads, by namespace, kind and name.</summary>
    public required IReadOnlyList<WorkloadSurvival> Workloads { get; init; }

    /// <summary>The nodes, by name; empty over manifests.</summary>
    public required IReadOnlyList<NodeSurvival> Nodes { get; init; }

    /// <summary>The zones, by name; empty over manifests, and where nodes or their zones are not known.</summary>
    public required IReadOnlyList<ZoneSurvival> Zones { get; init; }

    /// <summary>Workloads that are switched off and so not judged, as <c>Deployment shop/web</c>, in order.</summary>
    public required IReadOnlyList<string> SwitchedOff { get; init; }

    /// <summary>Whether real pods were looked at, and not manifests alone.</summary>
    public required bool IsLiving { get; init; }

    /// <summary>How many workloads have an outcome.</summary>
    public int Count(Failure failure, Outcome outcome) => Workloads.Count(workload => workload[failure].Outcome == outcome);

    /// <summary>Works it out.</summary>
    public static ClusterSurvival Of(ClusterPicture picture)
    {
        var cast = Cast.Of(picture);
        var topology = new Topology(picture.Nodes);
        var isLiving = picture.Pods is not null;
        var domains = new DomainTotals(cast.Pods, topology);
        var nodes = domains.Drains();
        var workloads = new List<WorkloadSurvival>(cast.Subjects.Count);
        foreach (var subject in cast.Subjects)
        {
            workloads.Add(isLiving ? Living(subject, topology, domains) : OfManifest(subject, topology));
        }

        return new()
        {
            Workloads = workloads,
            Nodes = isLiving ? domains.Nodes(nodes) : [],
            Zones = isLiving ? domains.Zones() : [],
            SwitchedOff = [.. cast.SwitchedOff.Select(NameOf)],
            IsLiving = isLiving,
        };
    }

    private static string NameOf(Subject subject) =>
        $"{subject.Owner.Kind} {(subject.Space.Name.Length == 0 ? "" : $"{subject.Space.Name}/")}{subject.Owner.Name}";

    private static WorkloadSurvival Living(Subject subject, Topology topology, DomainTotals domains)
    {
        subject.Ready = subject.Counted.Count(placed => placed.Pod.IsHealthy);
        SetEnough(subject, subject.Pods.Count > 0 ? PromiseOf(subject) : null);
        var byNode = Split.Of(subject, node => node);
        var byZone = Split.Of(subject, topology.ZoneOf);
        var taken = Drains.TakenOf(subject);
        var (overNodes, overZones) = Bounds(subject, topology);
        var nodeLoss = Losses.Judge(subject, overNodes, byNode, overNodes.Domains, "It is not known which nodes its pods are on.");
        var survival = Create(subject, overNodes, overZones) with
        {
            Drain = Drains.Judge(subject, taken, nodeLoss),
            NodeLoss = nodeLoss,
            ZoneLoss = Losses.Judge(
                subject,
                overZones,
                byZone,
                overZones.Domains,
                topology.IsKnown
                    ? $"{Words.LostOf(subject.Ready, byZone.Unknown)} on {(byZone.Unknown == 1 ? "a node" : "nodes")} without the label {WellKnownLabels.Zone}."
                    : "The nodes are not known, and so not their zones."),
            Nodes = byNode.Domains,
            Zones = byZone.Domains,
        };
        domains.Add(subject, survival, byNode, byZone, taken);
        return survival;
    }

    private static WorkloadSurvival OfManifest(Subject subject, Topology topology)
    {
        subject.Ready = subject.Need.Desired;
        var budgets = subject.Source is PodOwner owner ? subject.Space.BudgetsOf(owner.Template.Metadata.Labels) : [];
        SetEnough(subject, budgets is [var only] ? only : null);
        if (Obstacles.OfManifest(subject, budgets) is { } obstacle)
        {
            subject.AddObstacle(obstacle);
        }

        var (overNodes, overZones) = Bounds(subject, topology);
        var nodeLoss = Guarantees.OfLoss(subject, overNodes, overZones);
        return Create(subject, overNodes, overZones) with
        {
            Drain = Guarantees.OfDrain(subject, nodeLoss),
            NodeLoss = nodeLoss,
            ZoneLoss = Guarantees.OfLoss(subject, overZones, null),
        };
    }

    /// <summary>The budget that is about all pods of a workload and about nothing else; null for none.</summary>
    private static BudgetState? PromiseOf(Subject subject) =>
        subject.Pods[0].Budgets is [var budget] && subject.Pods.All(placed => placed.Budgets is [var other] && other == budget) ? budget : null;

    /// <summary>What the owner's budget promises is what the owner wants; without that, half.</summary>
    private static void SetEnough(Subject subject, BudgetState? budget)
    {
        var isOwn = budget?.Only == subject && subject.Need.Own == subject.Need.Desired;
        subject.Promise = isOwn ? budget : null;
        subject.Enough = Math.Max(subject.Need.Minimum, isOwn ? budget!.Promised : (int)((subject.Need.Desired + 1L) / 2));
    }

    private static (SpreadBound OverNodes, SpreadBound OverZones) Bounds(Subject subject, Topology topology)
    {
        var owner = subject.Source as PodOwner;
        var spec = owner?.Template.Spec ?? PodSpec.Empty;
        var labels = owner is Workload workload ? workload.PodLabels : owner?.Template.Metadata.Labels ?? Metadata.NoStrings;
        var (nodes, zones) = SpreadArithmetic.Of(spec, labels, subject.Space.Name);
        return (Bound(nodes, WellKnownLabels.Hostname), Bound(zones, WellKnownLabels.Zone));

        SpreadBound Bound(SpreadArithmetic arithmetic, string key) =>
            arithmetic.Bound(key, subject.Need.Own, subject.Need.Minimum, topology.Domains(key, spec));
    }

    private static WorkloadSurvival Create(Subject subject, SpreadBound overNodes, SpreadBound overZones)
    {
        var later = new FailureVerdict(Outcome.Unknown, "");
        return new()
        {
            ApiVersion = subject.Owner.ApiVersion,
            Kind = subject.Owner.Kind,
            Namespace = subject.Space.Name,
            Name = subject.Owner.Name,
            Desired = subject.Need.Desired,
            Own = subject.Need.Own,
            Ready = subject.Ready,
            Minimum = subject.Need.Minimum,
            Enough = subject.Enough,
            IsQuorum = subject.Need.Members is not null,
            Budget = subject.Promise?.Name ?? "",
            Rollout = Rollouts.Judge(subject),
            Drain = later,
            NodeLoss = later,
            ZoneLoss = later,
            Obstacles = subject.Obstacles,
            OverNodes = overNodes,
            OverZones = overZones,
            Nodes = [],
            Zones = [],
        };
    }
}
