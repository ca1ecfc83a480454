using System.Text.Json.Serialization;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Rules;

/// <summary>Writes the values of changes as Kubernetes spells them.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    GenerationMode = JsonSourceGenerationMode.Serialization)]
[JsonSerializable(typeof(Probe))]
[JsonSerializable(typeof(IReadOnlyList<TopologySpreadConstraint>))]
internal sealed partial class PatchJson : JsonSerializerContext;
