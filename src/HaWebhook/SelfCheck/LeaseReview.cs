using System.Text.Json.Serialization;

namespace HaWebhook.SelfCheck;

/// <summary>An AdmissionReview of a Lease, as far as it is looked at.</summary>
internal sealed record LeaseReview(string? ApiVersion, string? Kind, LeaseReviewRequest? Request);

/// <summary>Its request.</summary>
internal sealed record LeaseReviewRequest(string? Uid, ReviewedResource? Resource, ReviewedLease? Object);

/// <summary>What is written.</summary>
internal sealed record ReviewedResource(string? Group, [property: JsonPropertyName("resource")] string? Plural);

/// <summary>The object; null on its deletion.</summary>
internal sealed record ReviewedLease(ReviewedMetadata? Metadata);

/// <summary>Its metadata.</summary>
internal sealed record ReviewedMetadata(Dictionary<string, string?>? Annotations);

/// <summary>Its serializer.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, AllowDuplicateProperties = false)]
[JsonSerializable(typeof(LeaseReview))]
internal sealed partial class LeaseReviewJson : JsonSerializerContext;
