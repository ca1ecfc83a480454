using k8s.KubeConfigModels;
using YamlDotNet.Serialization;

namespace HaWebhook.Kubernetes.Credentials;

/// <summary>The fields of a kubeconfig. The KubernetesClient package's own classes where they know all that matters.</summary>
/// <remarks>
/// Public and changeable, because the package's YAML reader fills them. Its own class for the whole knows no proxies and no files of tokens, and reads
/// no file in which anybody impersonates with extra fields.
/// </remarks>
public sealed class ConfigFields
{
    /// <summary>The context that is meant where none is named.</summary>
    [YamlMember(Alias = "current-context", ApplyNamingConventions = false)]
    public string? CurrentContext { get; set; }

    /// <summary>Which user of which cluster.</summary>
    [YamlMember(Alias = "contexts", ApplyNamingConventions = false)]
    public IList<Context?>? Contexts { get; set; }

    /// <summary>The clusters.</summary>
    [YamlMember(Alias = "clusters", ApplyNamingConventions = false)]
    public IList<NamedCluster?>? Clusters { get; set; }

    /// <summary>The users.</summary>
    [YamlMember(Alias = "users", ApplyNamingConventions = false)]
    public IList<NamedUser?>? Users { get; set; }
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
public sealed class ClusterFields : ClusterEndpoint
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

/// <summary>What a user of a kubeconfig says. What is absent is null.</summary>
public sealed class UserFields
{
    /// <summary>A token.</summary>
    [YamlMember(Alias = "token", ApplyNamingConventions = false)]
    public string? Token { get; set; }

    /// <summary>A file with a token, which wins over a token.</summary>
    [YamlMember(Alias = "tokenFile", ApplyNamingConventions = false)]
    public string? TokenFile { get; set; }

    /// <summary>A name, with a password.</summary>
    [YamlMember(Alias = "username", ApplyNamingConventions = false)]
    public string? UserName { get; set; }

    /// <summary>The password.</summary>
    [YamlMember(Alias = "password", ApplyNamingConventions = false)]
    public string? Password { get; set; }

    /// <summary>A file with a certificate.</summary>
    [YamlMember(Alias = "client-certificate", ApplyNamingConventions = false)]
    public string? Certificate { get; set; }

    /// <summary>The certificate itself, in base64, which wins over the file.</summary>
    [YamlMember(Alias = "client-certificate-data", ApplyNamingConventions = false)]
    public string? CertificateData { get; set; }

    /// <summary>A file with its key.</summary>
    [YamlMember(Alias = "client-key", ApplyNamingConventions = false)]
    public string? Key { get; set; }

    /// <summary>The key itself, in base64, which wins over the file.</summary>
    [YamlMember(Alias = "client-key-data", ApplyNamingConventions = false)]
    public string? KeyData { get; set; }

    /// <summary>A command that prints credentials.</summary>
    [YamlMember(Alias = "exec", ApplyNamingConventions = false)]
    public ExternalExecution? Command { get; set; }

    /// <summary>What came before such commands, and is gone from kubectl but for one.</summary>
    [YamlMember(Alias = "auth-provider", ApplyNamingConventions = false)]
    public object? Provider { get; set; }

    /// <summary>As whom to act.</summary>
    [YamlMember(Alias = "as", ApplyNamingConventions = false)]
    public string? As { get; set; }

    /// <summary>Their uid.</summary>
    [YamlMember(Alias = "as-uid", ApplyNamingConventions = false)]
    public string? AsUid { get; set; }

    /// <summary>Their groups.</summary>
    [YamlMember(Alias = "as-groups", ApplyNamingConventions = false)]
    public IList<string>? AsGroups { get; set; }

    /// <summary>What else is known of them.</summary>
    [YamlMember(Alias = "as-user-extra", ApplyNamingConventions = false)]
    public IDictionary<string, IList<string>?>? AsExtra { get; set; }
}
