using YamlDotNet.Serialization;

namespace HaWebhook.Kubernetes.Credentials;

/// <summary>The fields of a kubeconfig that matter, and that the KubernetesClient package passes over.</summary>
/// <remarks>The classes are public and can be changed because the package's YAML reader fills them.</remarks>
public sealed class ConfigFields
{
    /// <summary>The clusters.</summary>
    [YamlMember(Alias = "clusters", ApplyNamingConventions = false)]
    public IList<NamedCluster?>? Clusters { get; set; }

    /// <summary>The users.</summary>
    [YamlMember(Alias = "users", ApplyNamingConventions = false)]
    public IList<NamedUser?>? Users { get; set; }

    internal ClusterFields ClusterOf(string? name) => Clusters?.FirstOrDefault(cluster => cluster?.Name == name)?.Cluster ?? new();

    internal UserFields UserOf(string? name) => Users?.FirstOrDefault(user => user?.Name == name)?.User ?? new();
}

/// <summary>A cluster of a kubeconfig.</summary>
public sealed class NamedCluster
{
    /// <summary>Its name.</summary>
    [YamlMember(Alias = "name", ApplyNamingConventions = false)]
    public string? Name { get; set; }

    /// <summary>What it says.</summary>
    [YamlMember(Alias = "cluster", ApplyNamingConventions = false)]
    public ClusterFields? Cluster { get; set; }
}

/// <summary>What a cluster of a kubeconfig says.</summary>
public sealed class ClusterFields
{
    /// <summary>The proxy to it; absent means the environment's.</summary>
    [YamlMember(Alias = "proxy-url", ApplyNamingConventions = false)]
    public string? Proxy { get; set; }
}

/// <summary>A user of a kubeconfig.</summary>
public sealed class NamedUser
{
    /// <summary>Their name.</summary>
    [YamlMember(Alias = "name", ApplyNamingConventions = false)]
    public string? Name { get; set; }

    /// <summary>What it says.</summary>
    [YamlMember(Alias = "user", ApplyNamingConventions = false)]
    public UserFields? User { get; set; }
}

/// <summary>What a user of a kubeconfig says.</summary>
public sealed class UserFields
{
    /// <summary>A file with a token, which wins over a token; absent means none.</summary>
    [YamlMember(Alias = "tokenFile", ApplyNamingConventions = false)]
    public string? TokenFile { get; set; }

    /// <summary>The uid of whom to act as; absent means none.</summary>
    [YamlMember(Alias = "as-uid", ApplyNamingConventions = false)]
    public string? ImpersonateUid { get; set; }
}
