using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Json;

/// <summary>Reads pod templates and pod specs.</summary>
internal static class PodSpecReader
{
    private static readonly WellKnownWords _restartPolicies = new("Always", "OnFailure", "Never");
    private static readonly WellKnownWords _priorityClasses = new("system-cluster-critical", "system-node-critical");

    public static PodTemplate ReadTemplate(ref JsonCursor json)
    {
        if (!json.BeginObject())
        {
            return PodTemplate.None;
        }

        var metadata = Metadata.Empty;
        var spec = PodSpec.Empty;
        ulong seen = 0;
        while (json.NextProperty())
        {
            if (json.Is("metadata"u8, ref seen, 0))
            {
                metadata = MetadataReader.Read(ref json);
            }
            else if (json.Is("spec"u8, ref seen, 1))
            {
                spec = ReadSpec(ref json);
            }
            else
            {
                json.Skip();
            }
        }

        return new PodTemplate(metadata, spec);
    }

    public static PodSpec ReadSpec(ref JsonCursor json)
    {
        var start = json.Position;
        if (!json.BeginObject())
        {
            return PodSpec.Empty;
        }

        var restartPolicy = "Always";
        string nodeName = "", priorityClass = "";
        long? gracePeriod = null;
        var hostNetwork = false;
        var nodeSelector = Metadata.NoStrings;
        IReadOnlyList<Container> containers = [], initContainers = [], ephemeralContainers = [];
        IReadOnlyList<TopologySpreadConstraint> constraints = [];
        var affinity = Affinity.None;
        IReadOnlyList<Volume> volumes = [];
        ulong seen = 0;
        while (json.NextProperty())
        {
            if (json.Is("containers"u8, ref seen, 0))
            {
                containers = ContainerReader.ReadList(ref json, ContainerRole.Regular);
            }
            else if (json.Is("restartPolicy"u8, ref seen, 1))
            {
                restartPolicy = json.OneOf(_restartPolicies) ?? json.StringOrNull() ?? "Always";
            }
            else if (json.Is("nodeName"u8, ref seen, 2))
            {
                nodeName = json.String();
            }
            else if (json.Is("topologySpreadConstraints"u8, ref seen, 3))
            {
                constraints = PlacementReader.ReadConstraints(ref json);
            }
            else if (json.Is("affinity"u8, ref seen, 4))
            {
                affinity = PlacementReader.ReadAffinity(ref json);
            }
            else if (json.Is("volumes"u8, ref seen, 5))
            {
                volumes = VolumeReader.ReadList(ref json);
            }
            else if (json.Is("initContainers"u8, ref seen, 6))
            {
                initContainers = ContainerReader.ReadList(ref json, ContainerRole.Init);
            }
            else if (json.Is("ephemeralContainers"u8, ref seen, 7))
            {
                ephemeralContainers = ContainerReader.ReadList(ref json, ContainerRole.Ephemeral);
            }
            else if (json.Is("nodeSelector"u8, ref seen, 8))
            {
                nodeSelector = MetadataReader.Strings(ref json);
            }
            else if (json.Is("priorityClassName"u8, ref seen, 9))
            {
                priorityClass = json.OneOf(_priorityClasses) ?? json.String();
            }
            else if (json.Is("terminationGracePeriodSeconds"u8, ref seen, 10))
            {
                gracePeriod = ScalarReader.Int64OrNull(ref json);
            }
            else if (json.Is("hostNetwork"u8, ref seen, 11))
            {
                hostNetwork = json.BooleanOrNull() ?? false;
            }
            else
            {
                json.Skip();
            }
        }

        return new PodSpec
        {
            Containers = containers,
            InitContainers = initContainers,
            EphemeralContainers = ephemeralContainers,
            RestartPolicy = restartPolicy,
            NodeName = nodeName,
            NodeSelector = nodeSelector,
            RequiredNodeAffinity = affinity.RequiredNodeTerms,
            HostNetwork = hostNetwork,
            PriorityClassName = priorityClass,
            TerminationGracePeriodSeconds = gracePeriod,
            TopologySpreadConstraints = constraints,
            PodAntiAffinity = affinity.PodAntiTerms,
            Volumes = volumes,
            Bytes = json.Since(start),
        };
    }
}
