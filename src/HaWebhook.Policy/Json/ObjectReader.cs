using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Json;

/// <summary>Reads a Kubernetes object, in one pass, into the record that rules see.</summary>
internal static class ObjectReader
{
    /// <summary>The object under the cursor; null where it is absent.</summary>
    /// <param name="json">Stands on the object.</param>
    /// <param name="entry">What the object is.</param>
    /// <param name="apiVersion">Its group and version.</param>
    public static KubernetesObject? Read(ref JsonCursor json, KindEntry entry, string apiVersion)
    {
        var start = json.Position;
        if (!json.BeginObject())
        {
            return null;
        }

        var metadata = Metadata.Empty;
        var spec = new SpecFields();
        ReadOnlyMemory<byte> specBytes = default;
        ulong seen = 0;
        while (json.NextProperty())
        {
            if (json.Is("metadata"u8, ref seen, 0))
            {
                metadata = MetadataReader.Read(ref json);
            }
            else if (json.Is("spec"u8, ref seen, 1))
            {
                var specStart = json.Position;
                ReadSpec(ref json, entry, ref spec);
                specBytes = json.Since(specStart);
            }
            else
            {
                json.Skip();
            }
        }

        var counts = entry.Shape == ObjectShape.ReplicatedResource ? ReadCounts(entry, json.Since(start), json.FieldAt(start)) : [];
        return Create(entry, apiVersion, metadata, spec, json.Since(start), specBytes, counts);
    }

    /// <summary>The counts of a replicated resource: a second look, for kinds that are rare.</summary>
    private static IReadOnlyList<(string Field, int Count)> ReadCounts(KindEntry entry, ReadOnlyMemory<byte> json, string prefix) =>
        [.. entry.CountPaths.Select(count => (count.Path, CountReader.Read(json, count.Path, count.Absent, prefix)))];

    private static void ReadSpec(ref JsonCursor json, KindEntry entry, ref SpecFields spec)
    {
        switch (entry.Shape)
        {
            case ObjectShape.Pod:
                spec.PodSpec = PodSpecReader.ReadSpec(ref json);
                break;
            case ObjectShape.ReplicatedResource or ObjectShape.Namespace:
                json.Skip();
                break;
            default:
                spec.Read(ref json, entry.Kind);
                break;
        }
    }

    private static KubernetesObject Create(
        KindEntry entry,
        string apiVersion,
        Metadata metadata,
        in SpecFields spec,
        ReadOnlyMemory<byte> bytes,
        ReadOnlyMemory<byte> specBytes,
        IReadOnlyList<(string Field, int Count)> counts)
    {
        var template = spec.Template ?? PodTemplate.None;
        var kind = entry.Kind;
        return entry.Shape switch
        {
            ObjectShape.Workload => new Workload
            {
                ApiVersion = apiVersion,
                Kind = kind,
                Metadata = metadata,
                Bytes = bytes,
                SpecBytes = specBytes,
                Replicas = spec.Replicas,
                AbsentReplicas = entry.AbsentReplicas,

                // The API server gives these two, without a selector, their template's labels.
                Selector = spec.Selector ?? (kind is "ReplicationController" or "DeploymentConfig" ? new(template.Metadata.Labels) : null),
                Template = template,
                Strategy = spec.Strategy ?? UpdateStrategy.Absent,
                ClaimTemplates = spec.ClaimTemplates ?? [],
            },
            ObjectShape.DaemonSet => new DaemonSet
            {
                ApiVersion = apiVersion,
                Kind = kind,
                Metadata = metadata,
                Bytes = bytes,
                SpecBytes = specBytes,
                Strategy = spec.Strategy ?? UpdateStrategy.Absent,
                Template = template,
            },
            ObjectShape.Job => new Job
            {
                ApiVersion = apiVersion,
                Kind = kind,
                Metadata = metadata,
                Bytes = bytes,
                SpecBytes = specBytes,
                Template = template,
            },
            ObjectShape.Pod => new Pod
            {
                ApiVersion = apiVersion,
                Kind = kind,
                Metadata = metadata,
                Bytes = bytes,
                SpecBytes = specBytes,
                Template = new(metadata, spec.PodSpec ?? PodSpec.Empty),
            },
            ObjectShape.Autoscaler => new Autoscaler
            {
                ApiVersion = apiVersion,
                Kind = kind,
                Metadata = metadata,
                Bytes = bytes,
                SpecBytes = specBytes,
                Minimum = kind == "ScaledObject" ? spec.MinReplicaCount : spec.MinReplicas,
                Maximum = kind == "ScaledObject" ? spec.MaxReplicaCount : spec.MaxReplicas,
                IdleReplicaCount = kind == "ScaledObject" ? spec.IdleReplicaCount : null,
                TargetGroup = spec.TargetGroup(kind),
                TargetKind = spec.TargetKind is { Length: > 0 } target ? target : kind == "ScaledObject" ? "Deployment" : "",
                TargetName = spec.TargetName ?? "",
            },
            ObjectShape.Scale => new Scale
            {
                ApiVersion = apiVersion,
                Kind = kind,
                Metadata = metadata,
                Bytes = bytes,
                SpecBytes = specBytes,
                Replicas = spec.Replicas ?? 0,
            },
            ObjectShape.ReplicatedResource => new ReplicatedResource
            {
                ApiVersion = apiVersion,
                Kind = kind,
                Metadata = metadata,
                Bytes = bytes,
                SpecBytes = specBytes,
                Counts = counts,
                Roles = kind == "KafkaNodePool" ? [.. RawField.Items(specBytes, "roles").Select(role => RawField.Text(role)).OfType<string>()] : [],
            },
            ObjectShape.PersistentVolumeClaim => new PersistentVolumeClaim
            {
                ApiVersion = apiVersion,
                Kind = kind,
                Metadata = metadata,
                Bytes = bytes,
                SpecBytes = specBytes,
                AccessModes = spec.AccessModes ?? [],
            },
            ObjectShape.PodDisruptionBudget => new PodDisruptionBudget
            {
                ApiVersion = apiVersion,
                Kind = kind,
                Metadata = metadata,
                Bytes = bytes,
                SpecBytes = specBytes,
                Selector = spec.Selector,
                MinAvailable = spec.MinAvailable,
                MaxUnavailable = spec.MaxUnavailable,
                UnhealthyPodEvictionPolicy = spec.UnhealthyPodEvictionPolicy ?? "",
                DefaultOf = DefaultBudget.OwnerOf(metadata),
            },
            _ => new NamespaceObject { ApiVersion = apiVersion, Kind = kind, Metadata = metadata, Bytes = bytes, SpecBytes = specBytes },
        };
    }
}
