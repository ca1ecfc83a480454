using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using k8s;
using k8s.Authentication;
using k8s.KubeConfigModels;

namespace HaWebhook.Kubernetes.Credentials;

/// <summary>A context of a kubeconfig with its cluster and its user, if any.</summary>
/// <param name="context">The context.</param>
/// <param name="cluster">Its cluster.</param>
/// <param name="user">Its user; null for nobody in particular.</param>
/// <param name="environment">Gives an environment variable, or null.</param>
internal sealed class ConfiguredContext(
    ConfigEntry<ContextDetails> context, ConfigEntry<ClusterFields> cluster, ConfigEntry<UserFields>? user, Func<string, string?> environment)
{
    public string File => context.File;

    public string Name => context.Name!;

    /// <summary>The command that has to be run for its credentials; null for none.</summary>
    /// <exception cref="KubernetesConfigurationException">Something in it cannot be, or what it would have to be told has no end.</exception>
    public ExternalExecution? Command => user?.Value?.Command is { } command ? new CredentialCommand(user, command, cluster, environment).Prepare() : null;

    /// <summary>The proxy to the cluster; null where it names none.</summary>
    public Uri? Proxy => Address("proxy-url", cluster.Value!.Proxy, "http", "https", "socks5");

    /// <summary>As whom to act; null for oneself.</summary>
    public Impersonation? Impersonation
    {
        get
        {
            if (user?.Value is not { } given)
            {
                return null;
            }

            var extra = (given.AsExtra ?? new Dictionary<string, IList<string>?>()).SelectMany(member => (member.Value ?? []).Select(value => KeyValuePair.Create(member.Key, value)));
            return given.As is { Length: > 0 } name ? new(name, given.AsUid, [.. given.AsGroups ?? []], [.. extra])
                : given is { AsUid: null, AsGroups: null, AsExtra: null } ? null
                : throw user.Error($"the user '{user.Name}' impersonates without a user name; must have the field as");
        }
    }

    /// <summary>What the KubernetesClient package is given. It could make this itself, but of the first cluster whose name differs in no more than case, and so on.</summary>
    /// <exception cref="KubernetesConfigurationException">Something is missing or wrong; or the credential command, which is run here, fails.</exception>
    public KubernetesClientConfiguration Configure()
    {
        _ = Proxy;
        _ = Impersonation;
        var server = Address("server", cluster.Value!.Server, "https", "http") ?? throw cluster.Error($"the cluster '{cluster.Name}' has no server");
        var configuration = new KubernetesClientConfiguration
        {
            Host = server.AbsoluteUri,
            SslCaCerts = Authorities(),
            SkipTlsVerify = cluster.Value.SkipTlsVerify,
            TlsServerName = ServerName(),
            Namespace = context.Value!.Namespace,
        };
        if (configuration is { SkipTlsVerify: true, SslCaCerts: not null })
        {
            throw cluster.Error($"the cluster '{cluster.Name}' has insecure-skip-tls-verify beside a certificate authority; must have one or the other");
        }

        if (user is not null)
        {
            Show(user, user.Value!, configuration);
        }

        return configuration;
    }

    private void Show(ConfigEntry<UserFields> entry, UserFields given, KubernetesClientConfiguration configuration)
    {
        string?[] ways =
        [
            given.Token is null && given.TokenFile is null ? null : "token",
            given.UserName is null ? null : "username",
            given.Command is null ? null : "exec",
            given.Provider is null ? null : "auth-provider",
        ];
        if (ways.OfType<string>().Skip(1).Any())
        {
            throw entry.Error($"the user '{entry.Name}' has {string.Join(" and ", ways.OfType<string>())}; must have one of them");
        }

        if (given.Provider is not null)
        {
            throw entry.Error($"the user '{entry.Name}' has an auth-provider, which is not supported; use a credential command (exec)");
        }

        var (hasCertificate, hasKey) = ((given.CertificateData ?? given.Certificate) is not null, (given.KeyData ?? given.Key) is not null);
        if (hasCertificate != hasKey)
        {
            throw entry.Error($"the user '{entry.Name}' has a {(hasKey ? "client-key without a client-certificate" : "client-certificate without a client-key")}");
        }

        configuration.TokenProvider = entry.Located(given.TokenFile) is { } file ? new TokenFileAuth(file) : null;
        configuration.AccessToken = given.Token;
        (configuration.Username, configuration.Password) = (given.UserName, given.Password);
        (configuration.ClientCertificateData, configuration.ClientCertificateFilePath) = (given.CertificateData, entry.Located(given.Certificate));
        (configuration.ClientCertificateKeyData, configuration.ClientKeyFilePath) = (given.KeyData, entry.Located(given.Key));
        if (Command is { } command)
        {
            Ask(command, configuration);
        }
    }

    private void Ask(ExternalExecution command, KubernetesClientConfiguration configuration)
    {
        try
        {
            // A command that logs in over a network takes seconds.
            KubernetesClientConfiguration.ExecTimeout = TimeSpan.FromSeconds(60);
            var printed = KubernetesClientConfiguration.ExecuteExternalCommand(command).Status;
            configuration.AccessToken = printed.Token;
            if (printed.ClientCertificateData is { Length: > 0 } certificate)
            {
                configuration.ClientCertificateData = Convert.ToBase64String(Encoding.UTF8.GetBytes(certificate));
                configuration.ClientCertificateKeyData = Convert.ToBase64String(Encoding.UTF8.GetBytes(printed.ClientKeyData ?? ""));
            }
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // The package throws many kinds; after the first line may come where in it that happened.
            var hint = string.IsNullOrWhiteSpace(command.InstallHint) ? "" : $"; {command.InstallHint.Trim()}";
            throw new KubernetesConfigurationException($"{File}: context {Name}: {command.Command}: {exception.Message.Split('\n')[0].TrimEnd()}{hint}", exception);
        }
    }

    private X509Certificate2Collection? Authorities()
    {
        var (data, file) = (cluster.Value!.CertificateAuthorityData, cluster.Located(cluster.Value.CertificateAuthority));
        if (string.IsNullOrEmpty(data) && file is null)
        {
            return null;
        }

        try
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPem(string.IsNullOrEmpty(data) ? System.IO.File.ReadAllText(file!) : Encoding.UTF8.GetString(Convert.FromBase64String(data)));
            return authorities;
        }
        catch (Exception exception) when (exception is CryptographicException or IOException or UnauthorizedAccessException or FormatException)
        {
            throw new KubernetesConfigurationException($"{cluster.File}: the certificate authority of the cluster '{cluster.Name}' cannot be read: {exception.Message}", exception);
        }
    }

    private string? ServerName() => cluster.Value!.TlsServerName is not { Length: > 0 } name ? null
        : Uri.CheckHostName(name) != UriHostNameType.Unknown ? name
        : throw cluster.Error($"the tls-server-name of the cluster '{cluster.Name}' is '{name}'; must be the name of a server");

    private Uri? Address(string field, string? text, params string[] schemes)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        // What is no address may still hold a password.
        return Uri.TryCreate(text, UriKind.Absolute, out var address) && schemes.Contains(address.Scheme)
            ? address
            : throw cluster.Error(
                $"the {field} of the cluster '{cluster.Name}' is '{(text.Contains('@', StringComparison.Ordinal) ? "..." : text)}'; must be an address that starts with {string.Join(":// or ", schemes)}://");
    }
}
