using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using k8s.KubeConfigModels;

namespace HaWebhook.Kubernetes.Credentials;

/// <summary>Makes a credential command fit for the KubernetesClient package, which runs it.</summary>
internal static class CredentialCommand
{
    /// <summary>The extension of a cluster that is meant for commands (client.authentication.k8s.io/v1, Cluster.config).</summary>
    private const string ClusterConfiguration = "client.authentication.k8s.io/exec";

    /// <summary>More than any command needs to know. What aliases stand for counts each time.</summary>
    private const int MaximumValues = 10_000;

    /// <summary>The same command, so that the package runs it as kubectl would.</summary>
    /// <param name="command">The command as it is written.</param>
    /// <param name="file">The kubeconfig that it stands in.</param>
    /// <param name="cluster">The cluster that the credentials are for.</param>
    public static ExternalExecution Of(ExternalExecution command, string file, ConfiguredCluster cluster) => new()
    {
        ApiVersion = command.ApiVersion,
        InstallHint = command.InstallHint,

        // A name is looked for in PATH, a path starts from the kubeconfig.
        Command = command.Command is { } name && name.Contains('/', StringComparison.Ordinal)
            ? Path.Combine(Path.GetDirectoryName(Path.GetFullPath(file)) ?? "", name)
            : command.Command,

        // The package joins them with spaces and has them taken apart again.
        Arguments = [.. (command.Arguments ?? []).Select(Quoted)],

        // Later ones win: the package tells the command another kind, and nothing of the cluster.
        EnvironmentVariables =
        [
            .. command.EnvironmentVariables ?? [],
            new() { ["name"] = "KUBERNETES_EXEC_INFO", ["value"] = Information(command, cluster).ToJsonString() },
        ],
    };

    private static JsonObject Information(ExternalExecution command, ConfiguredCluster cluster)
    {
        var about = new JsonObject { ["interactive"] = false };
        if (command.ProvideClusterInfo)
        {
            about["cluster"] = Cluster(cluster);
        }

        return new JsonObject { ["apiVersion"] = command.ApiVersion, ["kind"] = "ExecCredential", ["spec"] = about };
    }

    private static JsonObject Cluster(ConfiguredCluster cluster)
    {
        var endpoint = cluster.Endpoint;
        var about = new JsonObject { ["server"] = endpoint.Server };
        Add("tls-server-name", endpoint.TlsServerName);
        Add("certificate-authority-data", endpoint.CertificateAuthorityData);
        Add("proxy-url", cluster.More.Proxy);
        if (endpoint.SkipTlsVerify)
        {
            about["insecure-skip-tls-verify"] = true;
        }

        if (endpoint.Extensions?.FirstOrDefault(extension => extension?.Name == ClusterConfiguration)?.Extension is { } configuration)
        {
            var left = MaximumValues;
            about["config"] = Json((object)configuration, ref left);
        }

        return about;

        void Add(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                about[name] = value;
            }
        }
    }

    /// <summary>What a YAML reader without a type makes: mappings, lists, numbers, booleans and texts.</summary>
    private static JsonNode? Json(object? value, ref int left, int depth = 0)
    {
        if (--left < 0 || depth > ConfigFile.MaximumDepth)
        {
            throw new KubernetesConfigurationException($"the extension {ClusterConfiguration} of the cluster stands for more than {MaximumValues} values, or for itself");
        }

        switch (value)
        {
            case IDictionary<object, object?> mapping:
                var members = new JsonObject();
                foreach (var (name, member) in mapping)
                {
                    members[name.ToString() ?? ""] = Json(member, ref left, depth + 1);
                }

                return members;
            case IEnumerable<object?> list:
                var items = new JsonArray();
                foreach (var item in list)
                {
                    items.Add(Json(item, ref left, depth + 1));
                }

                return items;
            case bool flag:
                return flag;
            case byte or short or int or long:
                return Convert.ToInt64(value, CultureInfo.InvariantCulture);
            default:
                return value?.ToString();
        }
    }

    /// <summary>An argument that stays one, by the rules of <see cref="System.Diagnostics.ProcessStartInfo.Arguments"/>.</summary>
    private static string Quoted(string argument)
    {
        var quoted = new StringBuilder("\"");
        var backslashes = 0;
        foreach (var character in argument)
        {
            // Backslashes are doubled before a quote, and only there.
            quoted.Append('\\', character == '"' ? backslashes + 1 : 0).Append(character);
            backslashes = character == '\\' ? backslashes + 1 : 0;
        }

        return quoted.Append('\\', backslashes).Append('"').ToString();
    }
}
