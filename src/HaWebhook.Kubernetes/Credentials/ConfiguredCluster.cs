using k8s.KubeConfigModels;

namespace HaWebhook.Kubernetes.Credentials;

/// <summary>A cluster of a kubeconfig.</summary>
/// <param name="Endpoint">What the KubernetesClient package reads of it.</param>
/// <param name="More">What it passes over.</param>
internal sealed record ConfiguredCluster(ClusterEndpoint Endpoint, ClusterFields More);

/// <summary>A user of a kubeconfig.</summary>
/// <param name="Credentials">What the KubernetesClient package reads of it.</param>
/// <param name="More">What it passes over.</param>
internal sealed record ConfiguredUser(UserCredentials Credentials, UserFields More);
