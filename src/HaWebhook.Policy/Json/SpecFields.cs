using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Json;

/// <summary>
/// The fields of <c>spec</c> that are read, whatever the kind: Kubernetes gives none of these names two meanings
/// among the kinds that are read, but for the selectors of ReplicationController and DeploymentConfig.
/// </summary>
internal struct SpecFields
{
    public int? Replicas;
    public LabelSelector? Selector;
    public PodTemplate? Template;
    public PodSpec? PodSpec;
    public IReadOnlyList<ClaimTemplate>? ClaimTemplates;
    public UpdateStrategy? Strategy;
    public int? MinReplicas;
    public int? MaxReplicas;
    public int? MinReplicaCount;
    public int? MaxReplicaCount;
    public int? IdleReplicaCount;
    public IntOrPercent? MinAvailable;
    public IntOrPercent? MaxUnavailable;
    public string? UnhealthyPodEvictionPolicy;
    public string? TargetKind;
    public string? TargetName;
    public IReadOnlyList<string>? AccessModes;
    private string? _targetApiVersion;

    /// <summary>The group of an autoscaler's target. A ScaledObject that leaves it out means <c>apps</c>.</summary>
    public readonly string TargetGroup(string kind) =>
        string.IsNullOrEmpty(_targetApiVersion) ? (kind == "ScaledObject" ? "apps" : "") : KubernetesObject.GroupOf(_targetApiVersion);

    public void Read(ref JsonCursor json, string kind)
    {
        if (!json.BeginObject())
        {
            return;
        }

        var strategy = StrategyReader.FieldOf(kind);
        ulong seen = 0;
        while (json.NextProperty())
        {
            if (json.Is("replicas"u8, ref seen, 0))
            {
                Replicas = json.Int32OrNull();
            }
            else if (json.Is("selector"u8, ref seen, 1))
            {
                Selector = kind is "ReplicationController" or "DeploymentConfig" ? SelectorReader.ReadMap(ref json) : SelectorReader.Read(ref json);
            }
            else if (json.Is("template"u8, ref seen, 2))
            {
                Template = PodSpecReader.ReadTemplate(ref json);
            }
            else if (json.Is("volumeClaimTemplates"u8, ref seen, 3))
            {
                ClaimTemplates = VolumeReader.ReadClaimTemplates(ref json);
            }
            else if (json.Is("minReplicas"u8, ref seen, 4))
            {
                MinReplicas = json.Int32OrNull();
            }
            else if (json.Is("minReplicaCount"u8, ref seen, 5))
            {
                MinReplicaCount = json.Int32OrNull();
            }
            else if (json.Is("scaleTargetRef"u8, ref seen, 6))
            {
                ReadTarget(ref json);
            }
            else if (json.Is("jobTemplate"u8, ref seen, 7))
            {
                ReadJobTemplate(ref json);
            }
            else if (json.Is("accessModes"u8, ref seen, 8))
            {
                AccessModes = MetadataReader.List(ref json);
            }
            else if (!strategy.IsEmpty && json.Is(strategy, ref seen, 9))
            {
                Strategy = StrategyReader.Read(ref json, kind);
            }
            else if (json.Is("maxReplicas"u8, ref seen, 10))
            {
                MaxReplicas = json.Int32OrNull();
            }
            else if (json.Is("maxReplicaCount"u8, ref seen, 11))
            {
                MaxReplicaCount = json.Int32OrNull();
            }
            else if (json.Is("idleReplicaCount"u8, ref seen, 12))
            {
                IdleReplicaCount = json.Int32OrNull();
            }
            else if (kind == "PodDisruptionBudget" && ReadBudget(ref json, ref seen))
            {
                // It is read.
            }
            else
            {
                json.Skip();
            }
        }
    }

    private bool ReadBudget(ref JsonCursor json, ref ulong seen)
    {
        if (json.Is("minAvailable"u8, ref seen, 13))
        {
            MinAvailable = ScalarReader.IntOrPercentOrNull(ref json);
        }
        else if (json.Is("maxUnavailable"u8, ref seen, 14))
        {
            MaxUnavailable = ScalarReader.IntOrPercentOrNull(ref json);
        }
        else if (json.Is("unhealthyPodEvictionPolicy"u8, ref seen, 15))
        {
            UnhealthyPodEvictionPolicy = json.StringOrNull();
        }
        else
        {
            return false;
        }

        return true;
    }

    private void ReadTarget(ref JsonCursor json)
    {
        if (!json.BeginObject())
        {
            return;
        }

        ulong seen = 0;
        while (json.NextProperty())
        {
            if (json.Is("apiVersion"u8, ref seen, 0))
            {
                _targetApiVersion = json.StringOrNull();
            }
            else if (json.Is("kind"u8, ref seen, 1))
            {
                TargetKind = json.StringOrNull();
            }
            else if (json.Is("name"u8, ref seen, 2))
            {
                TargetName = json.StringOrNull();
            }
            else
            {
                json.Skip();
            }
        }
    }

    private void ReadJobTemplate(ref JsonCursor json)
    {
        if (!json.BeginObject())
        {
            return;
        }

        ulong seen = 0;
        while (json.NextProperty())
        {
            if (json.Is("spec"u8, ref seen, 0))
            {
                Read(ref json, "Job");
            }
            else
            {
                json.Skip();
            }
        }
    }
}
