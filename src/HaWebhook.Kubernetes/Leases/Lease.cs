using System.Text.Json;
using System.Text.Json.Serialization;

namespace HaWebhook.Kubernetes.Leases;

/// <summary>A coordination.k8s.io/v1 Lease. What is not read here survives an update all the same.</summary>
internal sealed record Lease(string ApiVersion, string Kind, JsonElement Metadata, LeaseSpec? Spec)
{
    /// <summary>Which state of it this is; an update with it succeeds only on this one.</summary>
    public string? ResourceVersion =>
        Metadata.ValueKind == JsonValueKind.Object && Metadata.TryGetProperty("resourceVersion", out var version) ? version.GetString() : null;
}

/// <summary>Who holds the lease and for how long.</summary>
internal sealed record LeaseSpec
{
    public string? HolderIdentity { get; init; }

    public int? LeaseDurationSeconds { get; init; }

    public string? AcquireTime { get; init; }

    public string? RenewTime { get; init; }

    public int? LeaseTransitions { get; init; }

    /// <summary>Everything else. The serializer fills it after the record is made, so it cannot be init.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Others { get; set; }
}

/// <summary>The metadata of a lease that is not there yet.</summary>
internal sealed record LeaseName(string Name);

/// <summary>Its serializer.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, PropertyNameCaseInsensitive = false, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Lease))]
[JsonSerializable(typeof(LeaseName))]
internal sealed partial class LeaseJson : JsonSerializerContext;
