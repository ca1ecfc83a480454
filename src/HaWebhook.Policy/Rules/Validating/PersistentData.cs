using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Manifests;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Rules.Validating;

/// <summary>A member that loses its disk with its pod comes back empty: it votes for what it forgot, and copies all data anew.</summary>
/// <remarks>
/// Reads the volumes of the container that runs the system (<see cref="QuorumPart"/>), at the directories where the system keeps its data
/// (<see cref="QuorumSystem"/>), and of replicated resources the fields by which their operators are told to do without claims
/// (<see cref="OperatedStorage"/>). Where a claim is mounted in a place that is not known, nothing is said: the data may be there.
/// </remarks>
internal sealed class PersistentData : IValidatingRule<Workload>, IValidatingRule<ReplicatedResource>
{
    private const string Exempt = $"If this is right as it is, annotate {HaAnnotations.Exempt}: persistent-data and {HaAnnotations.ExemptReason}: <why>.";

    public static readonly ValidatingRuleDefinition Definition = new((_, _) => new PersistentData())
    {
        Id = "persistent-data",
        Summary = "A system that keeps data keeps it on claims.",
        Why = "A member that loses its data with its pod comes back empty: what only it had is lost, and copies of the rest have to be made.",
        Judges = "What quorum recognises: StatefulSets by image, replicated resources by kind, and whatever the annotation names. "
            + "Sentinels, arbiters and nodes without data are left alone, and so is what is switched off.",
        Reads =
        [
            "containers[].volumeMounts: what is mounted where the system keeps its data; absent means that it is gone with the container",
            "volumes[] and volumeClaimTemplates[]: emptyDir, an ephemeral claim and hostPath do not stay with the member; "
                + "a claim that is mounted in a place that is not known may hold the data",
            "KafkaNodePool spec.storage.type: ephemeral keeps nothing",
            "RabbitmqCluster spec.persistence.storage: 0 keeps nothing; absent means 10Gi",
            "RedisFailover spec.redis.storage.persistentVolumeClaim: absent means an emptyDir",
            "Elasticsearch spec.nodeSets[].podTemplate.spec.volumes[elasticsearch-data]: an emptyDir keeps nothing; absent means a claim",
            $"metadata.annotations[{HaAnnotations.Quorum}]: the system, or {QuorumPart.None}; absent means that image and kind tell",
        ],
        DefaultAction = ValidationAction.Warn,
        Example = """
            spec:
              volumeClaimTemplates:
              - metadata: {name: data}
                spec:
                  accessModes: [ReadWriteOnce]
                  resources: {requests: {storage: 10Gi}}

            """,
    };

    public IEnumerable<RuleResult> Validate(Workload subject, RuleContext context)
    {
        if (subject.DeclaredReplicas == 0 || QuorumPart.Of(subject) is not { DataContainer: { } container, System: var system })
        {
            return [];
        }

        var isElsewhere = system.MayKeepDataElsewhere;
        foreach (var directory in system.DataDirectories)
        {
            if (DataMounts.Over(container, directory) is not { } mount)
            {
                continue;
            }

            if (WhatIsLost(subject, mount.Name) is { } lost)
            {
                return HasClaimElsewhere(subject, container, system) ? [] : [OnTheWrongVolume(subject, container, system, mount, directory, lost)];
            }

            isElsewhere = true;
        }

        return isElsewhere || container.VolumeMounts.Any(mount => IsWritableClaim(subject, mount))
            ? []
            : [OnNoVolume(subject, container, system)];
    }

    public IEnumerable<RuleResult> Validate(ReplicatedResource subject, RuleContext context) =>
        subject.Counts.All(count => count.Count == 0) || SaysNone(subject)
            ? []
            : OperatedStorage.Judge(subject).Select(violation => violation with { Fix = () => $"{violation.Fix()} {Exempt}" });

    private static bool SaysNone(ReplicatedResource subject) =>
        subject.Metadata.Annotations.TryGetValue(HaAnnotations.Quorum, out var said) && said == QuorumPart.None;

    /// <summary>Why a volume does not keep data; null where it does, or where it is none that pods write to.</summary>
    private static string? WhatIsLost(Workload subject, string volume) => IsClaimTemplate(subject, volume) ? null : SourceOf(subject, volume) switch
    {
        VolumeSource.EmptyDir => "is an emptyDir, which is gone with its pod",
        VolumeSource.EphemeralClaim => "is an ephemeral claim, which is gone with its pod",
        VolumeSource.HostPath => "is a hostPath, which stays behind when the pod moves to another node",
        _ => null,
    };

    private static bool HasClaimElsewhere(Workload subject, Container container, QuorumSystem system) => container.VolumeMounts.Any(mount =>
        IsWritableClaim(subject, mount) && !system.DataDirectories.Any(directory => DataMounts.Holds(mount.MountPath, directory)));

    private static bool IsWritableClaim(Workload subject, VolumeMount mount) =>
        !mount.ReadOnly
        && (IsClaimTemplate(subject, mount.Name) || SourceOf(subject, mount.Name) is VolumeSource.PersistentVolumeClaim or VolumeSource.Other);

    /// <summary>A claim template takes the place of a volume of its name.</summary>
    private static bool IsClaimTemplate(Workload subject, string volume) => subject.ClaimTemplates.Any(template => template.Name == volume);

    private static VolumeSource? SourceOf(Workload subject, string name) =>
        subject.Template.Spec.Volumes.FirstOrDefault(volume => volume.Name == name)?.Source;

    private static Violation OnTheWrongVolume(
        Workload subject, Container container, QuorumSystem system, VolumeMount mount, string directory, string lost) => new(
        $"{subject.PodSpecField}.volumes[{mount.Name}]",
        $"{lost}; the data of {system.Title} ({directory} in {container.Name}) must be on a claim",
        () => $"Remove the volume {mount.Name}, and {AddTemplate(subject, mount.Name)} {Exempt}");

    private static Violation OnNoVolume(Workload subject, Container container, QuorumSystem system)
    {
        var directory = DirectoryOf(container, system);
        var name = IsClaimTemplate(subject, "data") || SourceOf(subject, "data") is not null ? $"{system.Id}-data" : "data";
        return new(
            subject.ContainerField(container, "volumeMounts"),
            $"has no claim; the data of {system.Title} ({directory}) must be on one, else it is gone with its pod",
            () => $"Add {{name: {name}, mountPath: {directory}}} to volumeMounts, and {AddTemplate(subject, name)} {Exempt}");
    }

    /// <summary>Images of one publisher keep all their data below a directory of its name.</summary>
    private static string DirectoryOf(Container container, QuorumSystem system)
    {
        const string publisher = "bitnami";
        var isPublishers = container.Image.Contains(publisher, StringComparison.Ordinal);
        return system.DataDirectories.FirstOrDefault(directory => directory.Contains(publisher, StringComparison.Ordinal) == isPublishers)
            ?? system.DataDirectories[0];
    }

    private static string AddTemplate(Workload subject, string name)
    {
        var template = $"volumeClaimTemplates: [{{metadata: {{name: {FlowYaml.Scalar(name)}}}, "
            + "spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 10Gi}}}}]";
        return subject.Kind == "StatefulSet"
            ? $"add {template} to spec. Claim templates of an existing StatefulSet cannot change: delete it with --cascade=orphan first."
            : $"make it a StatefulSet with {template} in spec.";
    }
}
