namespace HaWebhook.Kubernetes.Credentials;

/// <summary>Makes a connection of a kubeconfig's cluster and user. What it does not know it refuses rather than overlooks.</summary>
internal sealed class ConfiguredCluster(ConfigNode cluster, ConfigNode? user, Func<string, string?> environment, TimeProvider clock)
{
    public KubernetesConnection Connect(string origin)
    {
        cluster.Allow(
            "server", "certificate-authority", "certificate-authority-data", "insecure-skip-tls-verify", "tls-server-name", "proxy-url", "disable-compression",
            "extensions");
        user?.Allow(
            "client-certificate", "client-certificate-data", "client-key", "client-key-data", "token", "tokenFile", "username", "password", "exec",
            "as", "as-uid", "as-groups", "as-user-extra", "extensions");
        var authorities = Source(cluster, "certificate-authority");
        var skips = cluster.Flag("insecure-skip-tls-verify");
        if (skips && authorities is not null)
        {
            throw cluster.Field("insecure-skip-tls-verify")!.Error("is true beside a certificate authority; must be one or the other");
        }

        return new KubernetesConnection(Address(cluster, "server", "https", "http") ?? throw cluster.Error("has no server"), origin, Credentials())
        {
            Authorities = authorities,
            SkipsVerification = skips,
            TlsServerName = cluster.Text("tls-server-name"),
            Proxy = Address(cluster, "proxy-url", "http", "https", "socks5"),
            MayUseEnvironmentsProxy = true,
            Impersonation = Impersonation(),
        };
    }

    private ICredentials Credentials()
    {
        if (user is null)
        {
            return new GivenCredentials();
        }

        var token = user.Text("tokenFile") is { } file ? FileOf(user, file)
            : user.Text("token") is { } text ? FileOrData.Data($"{user.Place}.token", System.Text.Encoding.UTF8.GetBytes(text))
            : null;
        var given = new GivenCredentials
        {
            Token = token,
            UserName = user.Text("username"),
            Password = user.Text("password"),
            Certificate = Source(user, "client-certificate"),
            Key = Source(user, "client-key"),
        };
        if (given.Certificate is null != given.Key is null)
        {
            throw user.Error($"has a {(given.Key is null ? "client-certificate without a client-key" : "client-key without a client-certificate")}");
        }

        string?[] ways = [given.Token is null ? null : "token", given.UserName is null ? null : "username", user.Field("exec") is null ? null : "exec"];
        if (ways.OfType<string>().Skip(1).Any())
        {
            throw user.Error($"has {string.Join(" and ", ways.OfType<string>())}; must be one of them");
        }

        return user.Field("exec") is { } exec ? new ExecCredentials(ExecPlugin.Read(exec, cluster, environment), given, clock) : given;
    }

    private Impersonation? Impersonation()
    {
        if (user?.Text("as") is not { } name)
        {
            return user?.Text("as-uid") is null && user?.Field("as-groups") is null && user?.Field("as-user-extra") is null
                ? null
                : throw user.Error("impersonates without a user name; must have the field as");
        }

        var extra = user.Field("as-user-extra")?.Members()
            .SelectMany(member => member.Value.Values().Select(value => KeyValuePair.Create(member.Name, value)));
        return new(name, user.Text("as-uid"), [.. user.Field("as-groups")?.Values() ?? []], [.. extra ?? []]);
    }

    /// <summary>A field, or its twin that holds the bytes themselves and wins over it.</summary>
    private FileOrData? Source(ConfigNode node, string name)
    {
        var data = name + "-data";
        return node.Bytes(data) is { } bytes ? FileOrData.Data(node.Field(data)!.Place, bytes)
            : node.Text(name) is { } path ? FileOf(node, path)
            : null;
    }

    /// <summary>Paths are relative to the kubeconfig that they are written in.</summary>
    private FileOrData FileOf(ConfigNode node, string path) =>
        FileOrData.File(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(node.File)) ?? "", path), clock);

    private static Uri? Address(ConfigNode node, string name, params string[] schemes)
    {
        if (node.Text(name) is not { } text)
        {
            return null;
        }

        return Uri.TryCreate(text, UriKind.Absolute, out var address) && schemes.Contains(address.Scheme)
            ? address
            : throw node.Field(name)!.Error($"is '{text}'; must be an address that starts with {string.Join(":// or ", schemes)}://");
    }
}
