using System.Net.Http.Headers;

namespace HaWebhook.Kubernetes.Credentials;

/// <summary>What one request shows to the API server.</summary>
/// <param name="Authorization">A token or a password; null for none.</param>
/// <param name="Certificate">The client's certificate and those between it and its authority, as PEM; null for none.</param>
/// <param name="Key">Its key, as PEM; null without a certificate.</param>
internal sealed record Credential(AuthenticationHeaderValue? Authorization, byte[]? Certificate, byte[]? Key);
