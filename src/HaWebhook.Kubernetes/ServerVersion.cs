namespace HaWebhook.Kubernetes;

/// <summary>The Kubernetes that an API server is.</summary>
/// <param name="Major">The first number: 1.</param>
/// <param name="Minor">The second number, such as 36.</param>
/// <param name="GitVersion">The whole version, such as v1.36.2 or v1.31.4-eks-1234.</param>
public sealed record ServerVersion(int Major, int Minor, string GitVersion);
