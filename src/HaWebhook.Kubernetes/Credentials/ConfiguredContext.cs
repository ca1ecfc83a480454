using k8s;
using k8s.Authentication;
using k8s.KubeConfigModels;

namespace HaWebhook.Kubernetes.Credentials;

/// <summary>A context of a kubeconfig with its cluster and its user, if any.</summary>
internal sealed class ConfiguredContext(ConfigEntry<ContextDetails> context, ConfigEntry<ConfiguredCluster> cluster, ConfigEntry<ConfiguredUser>? user)
{
    public string File => context.File;

    public string Name => context.Name!;

    /// <summary>The command that has to be run for its credentials; null for none.</summary>
    /// <exception cref="KubernetesConfigurationException">What it would have to be told has no end.</exception>
    public ExternalExecution? Command =>
        user?.Value?.Credentials.ExternalExecution is { } command ? CredentialCommand.Of(command, user.File, cluster.Value!) : null;

    /// <summary>The proxy to the cluster; null where it names none.</summary>
    public Uri? Proxy => Address("proxy-url", cluster.Value!.More.Proxy, "http", "https", "socks5");

    /// <summary>As whom to act; null for oneself.</summary>
    public Impersonation? Impersonation
    {
        get
        {
            if (user?.Value is not { Credentials: var credentials, More: var more })
            {
                return null;
            }

            var groups = credentials.ImpersonateGroups?.ToList() ?? [];
            return credentials.Impersonate is { Length: > 0 } name
                ? new(name, more.ImpersonateUid, groups, [.. credentials.ImpersonateUserExtra ?? []])
                : groups.Count == 0 && more.ImpersonateUid is null && credentials.ImpersonateUserExtra is null or { Count: 0 } ? null
                : throw Error(user.File, $"the user '{user.Name}' impersonates without a user name; must have the field as");
        }
    }

    /// <summary>
    /// What the KubernetesClient package makes of it. It is given this one context alone, with paths that do not depend on where we run: it would
    /// take names without regard to case, and paths for relative to the first of several files.
    /// </summary>
    /// <exception cref="KubernetesConfigurationException">Something is missing or wrong; or the credential command, which is run here, fails.</exception>
    public KubernetesClientConfiguration Configure()
    {
        _ = Proxy;
        _ = Impersonation;
        if (Address("server", cluster.Value!.Endpoint.Server, "https", "http") is null)
        {
            throw Error(cluster.File, $"the cluster '{cluster.Name}' has no server");
        }

        if (cluster.Value.Endpoint is { SkipTlsVerify: true } endpoint && (endpoint.CertificateAuthority ?? endpoint.CertificateAuthorityData) is not null)
        {
            throw Error(cluster.File, $"the cluster '{cluster.Name}' has insecure-skip-tls-verify beside a certificate authority; must have one or the other");
        }

        try
        {
            var configuration = KubernetesClientConfiguration.BuildConfigFromConfigObject(new()
            {
                CurrentContext = Name,
                Contexts = [new() { Name = Name, ContextDetails = new() { Cluster = cluster.Name, User = user?.Name, Namespace = context.Value!.Namespace } }],
                Clusters = [new() { Name = cluster.Name, ClusterEndpoint = Located(cluster.Value.Endpoint) }],
                Users = user is null ? [] : [new() { Name = user.Name, UserCredentials = Located(user.Value!) }],
            });
            if (Command is not null)
            {
                // What the command has just printed serves until the server refuses it; this would run it a second time at once.
                configuration.TokenProvider = null;
            }

            if (TokenFile is { } tokens)
            {
                configuration.TokenProvider = new TokenFileAuth(tokens);
            }

            return configuration;
        }
        catch (Exception exception) when (exception is not (KubernetesConfigurationException or OutOfMemoryException))
        {
            // The package throws many kinds; after the first line may come where in it that happened.
            var hint = exception.Message.StartsWith("external exec failed", StringComparison.Ordinal) ? user!.Value!.Credentials.ExternalExecution.InstallHint : null;
            throw Error(File, $"context {Name}: {exception.Message.Split('\n')[0].TrimEnd()}{(string.IsNullOrEmpty(hint) ? "" : $"; {hint.Trim()}")}", exception);
        }
    }

    private string? TokenFile => user is null ? null : Located(user.File, user.Value!.More.TokenFile);

    private ClusterEndpoint Located(ClusterEndpoint endpoint) => new()
    {
        Server = endpoint.Server,
        SkipTlsVerify = endpoint.SkipTlsVerify,
        TlsServerName = endpoint.TlsServerName,
        CertificateAuthorityData = endpoint.CertificateAuthorityData,
        CertificateAuthority = Located(cluster.File, endpoint.CertificateAuthority),
    };

    private UserCredentials Located(ConfiguredUser given)
    {
        var credentials = given.Credentials;
        return new()
        {

            // The package wants to see some credential, and does not know of files with tokens, which win over tokens.
            Token = TokenFile ?? credentials.Token,
            UserName = credentials.UserName,
            Password = credentials.Password,
            ClientCertificateData = credentials.ClientCertificateData,
            ClientKeyData = credentials.ClientKeyData,
            ClientCertificate = Located(user!.File, credentials.ClientCertificate),
            ClientKey = Located(user.File, credentials.ClientKey),
            AuthProvider = credentials.AuthProvider,
            ExternalExecution = Command,
        };
    }

    /// <summary>Paths are relative to the kubeconfig that they are written in.</summary>
    private static string? Located(string file, string? path) =>
        string.IsNullOrEmpty(path) ? null : Path.Combine(Path.GetDirectoryName(Path.GetFullPath(file)) ?? "", path);

    private Uri? Address(string field, string? text, params string[] schemes)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        return Uri.TryCreate(text, UriKind.Absolute, out var address) && schemes.Contains(address.Scheme)
            ? address
            : throw Error(cluster.File, $"the {field} of the cluster '{cluster.Name}' is '{text}'; must be an address that starts with {string.Join(":// or ", schemes)}://");
    }

    private static KubernetesConfigurationException Error(string file, string what, Exception? inner = null) => new($"{file}: {what}", inner);
}
