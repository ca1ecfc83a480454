using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using k8s.KubeConfigModels;

namespace HaWebhook.Kubernetes.Credentials;

/// <summary>Makes a credential command fit for the KubernetesClient package, which runs it.</summary>
/// <param name="user">Whose command it is.</param>
/// <param name="command">The command as it is written.</param>
/// <param name="cluster">The cluster that the credentials are for.</param>
/// <param name="environment">Gives an environment variable, or null.</param>
internal sealed class CredentialCommand(
    ConfigEntry<UserFields> user, ExternalExecution command, ConfigEntry<ClusterFields> cluster, Func<string, string?> environment)
{
    /// <summary>The extension of a cluster that is meant for commands (client.authentication.k8s.io/v1, Cluster.config).</summary>
    private const string ClusterConfiguration = "client.authentication.k8s.io/exec";

    /// <summary>More than any command needs to know. What aliases stand for counts each time.</summary>
    private const int MaximumValues = 10_000;

    /// <summary>The same command, so that the package runs it as kubectl would.</summary>
    /// <exception cref="KubernetesConfigurationException">Something in it cannot be, or what it would have to be told has no end.</exception>
    public ExternalExecution Prepare() => new()
    {
        ApiVersion = command.ApiVersion is { Length: > 0 } version ? version : throw Error("has no apiVersion"),
        InstallHint = command.InstallHint,
        Command = Found(command.Command is { Length: > 0 } name ? name : throw Error("has no command")),

        // The package joins them with spaces and has them taken apart again.
        Arguments = [.. (command.Arguments ?? []).Select(argument => Quoted(argument ?? ""))],

        // Later ones win: the package tells the command another kind, and nothing of the cluster.
        EnvironmentVariables =
        [
            .. (command.EnvironmentVariables ?? []).Select(Variable),
            new() { ["name"] = "KUBERNETES_EXEC_INFO", ["value"] = Information().ToJsonString() },
        ],
    };

    /// <summary>A path starts from the kubeconfig; a name is looked for in PATH, and nowhere else: .NET would take what lies in the working directory.</summary>
    private string Found(string name)
    {
        if (name.AsSpan().ContainsAny(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar))
        {
            return user.Located(name)!;
        }

        string[] endings = OperatingSystem.IsWindows() ? [".exe", ""] : [""];
        var hint = string.IsNullOrWhiteSpace(command.InstallHint) ? "" : $"; {command.InstallHint.Trim()}";
        return (environment("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(directory => endings.Select(ending => Path.Combine(directory, name + ending)))
            .FirstOrDefault(file => Path.IsPathRooted(file) && File.Exists(file))
            ?? throw Error($"is '{name}', which is nowhere in PATH{hint}");
    }

    /// <summary>Values are secrets more often than not, and not told.</summary>
    private Dictionary<string, string> Variable(Dictionary<string, string>? variable) =>
        variable?.GetValueOrDefault("name") is { Length: > 0 } name
            ? new() { ["name"] = name, ["value"] = variable.GetValueOrDefault("value") ?? "" }
            : throw Error("has an environment variable (env) without a name");

    private KubernetesConfigurationException Error(string what) => user.Error($"the credential command (exec) of the user '{user.Name}' {what}");

    private JsonObject Information()
    {
        var about = new JsonObject { ["interactive"] = false };
        if (command.ProvideClusterInfo)
        {
            about["cluster"] = Cluster();
        }

        return new JsonObject { ["apiVersion"] = command.ApiVersion, ["kind"] = "ExecCredential", ["spec"] = about };
    }

    private JsonObject Cluster()
    {
        var endpoint = cluster.Value!;
        var about = new JsonObject { ["server"] = endpoint.Server };
        Add("tls-server-name", endpoint.TlsServerName);
        Add("certificate-authority-data", endpoint.CertificateAuthorityData ?? AuthoritiesOfFile());
        Add("proxy-url", endpoint.Proxy);
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

    private string? AuthoritiesOfFile()
    {
        try
        {
            return cluster.Located(cluster.Value!.CertificateAuthority) is { } file ? Convert.ToBase64String(File.ReadAllBytes(file)) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw cluster.Error($"the certificate authority of the cluster '{cluster.Name}' cannot be read: {exception.Message}");
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
