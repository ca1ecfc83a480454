using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Json;

/// <summary>Reads pod templates and pod specs.</summary>
internal static class PodSpecReader
{
    private static readonly WellKnownWords _restartPolicies = new("Always", "OnFailure", "Never");

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
        var nodeName = "";
        IReadOnlyList<Container> containers = [];
        IReadOnlyList<TopologySpreadConstraint> constraints = [];
        IReadOnlyList<PodAffinityTerm> antiAffinity = [];
        IReadOnlyList<Volume> volumes = [];
        ulong seen = 0;
        while (json.NextProperty())
        {
            if (json.Is("containers"u8, ref seen, 0))
            {
                containers = ContainerReader.ReadList(ref json);
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
                antiAffinity = PlacementReader.ReadPodAntiAffinity(ref json);
            }
            else if (json.Is("volumes"u8, ref seen, 5))
            {
                volumes = Volumes(ref json);
            }
            else
            {
                json.Skip();
            }
        }

        return new PodSpec
        {
            Containers = containers,
            RestartPolicy = restartPolicy,
            NodeName = nodeName,
            TopologySpreadConstraints = constraints,
            PodAntiAffinity = antiAffinity,
            Volumes = volumes,
            Bytes = json.Since(start),
        };
    }

    private static List<Volume> Volumes(ref JsonCursor json)
    {
        if (!json.BeginArray())
        {
            return [];
        }

        List<Volume> volumes = [];
        while (json.NextItem())
        {
            if (!json.BeginObject())
            {
                continue;
            }

            string name = "", claim = "";
            var holdsState = false;
            ulong seen = 0;
            while (json.NextProperty())
            {
                if (json.Is("name"u8, ref seen, 0))
                {
                    name = json.String();
                }
                else if (json.Is("persistentVolumeClaim"u8, ref seen, 1))
                {
                    holdsState |= !json.IsNull;
                    claim = ClaimName(ref json);
                }
                else
                {
                    holdsState |= !json.IsNull && !IsScratch(ref json);
                    json.Skip();
                }
            }

            if (holdsState)
            {
                volumes.Add(new(name, claim, HoldsState: true));
            }
        }

        return volumes;
    }

    /// <summary>
    /// Whether the source under the cursor is filled anew for each pod. All others hold state: claims, directories of the node,
    /// file servers, disks. (An inline CSI volume lives as long as its pod: Kubernetes, Ephemeral Volumes.)
    /// </summary>
    private static bool IsScratch(ref JsonCursor json) =>
        json.NameEquals("emptyDir"u8)
        || json.NameEquals("configMap"u8)
        || json.NameEquals("secret"u8)
        || json.NameEquals("projected"u8)
        || json.NameEquals("downwardAPI"u8)
        || json.NameEquals("csi"u8)
        || json.NameEquals("image"u8)
        || json.NameEquals("gitRepo"u8);

    private static string ClaimName(ref JsonCursor json)
    {
        var claim = "";
        if (!json.BeginObject())
        {
            return claim;
        }

        ulong seen = 0;
        while (json.NextProperty())
        {
            if (json.Is("claimName"u8, ref seen, 0))
            {
                claim = json.String();
            }
            else
            {
                json.Skip();
            }
        }

        return claim;
    }
}
