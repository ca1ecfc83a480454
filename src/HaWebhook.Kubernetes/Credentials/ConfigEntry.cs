namespace HaWebhook.Kubernetes.Credentials;

/// <summary>A cluster, user or context of a kubeconfig.</summary>
/// <typeparam name="T">What it is.</typeparam>
/// <param name="File">The kubeconfig that it stands in.</param>
/// <param name="Name">Its name; null where it has none.</param>
/// <param name="Value">What it says; null where it says nothing.</param>
internal sealed record ConfigEntry<T>(string File, string? Name, T? Value)
    where T : class
{
    /// <summary>A path that is written in it, which starts from the kubeconfig; null where there is none.</summary>
    public string? Located(string? path) => string.IsNullOrEmpty(path) ? null : Path.Combine(Path.GetDirectoryName(Path.GetFullPath(File)) ?? "", path);

    public KubernetesConfigurationException Error(string what) => new($"{File}: {what}");
}
