using System.Text.Json;
using System.Text.Json.Serialization;

namespace HaWebhook.Kubernetes.Credentials;

/// <summary>What a plugin prints.</summary>
internal sealed record ExecAnswer(string? ApiVersion, string? Kind, ExecStatus? Status);

/// <summary>The credential in it.</summary>
internal sealed record ExecStatus(DateTimeOffset? ExpirationTimestamp, string? Token, string? ClientCertificateData, string? ClientKeyData);

/// <summary>Its reader.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, PropertyNameCaseInsensitive = false)]
[JsonSerializable(typeof(ExecAnswer))]
internal sealed partial class ExecJson : JsonSerializerContext;
