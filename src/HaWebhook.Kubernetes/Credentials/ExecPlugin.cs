using System.Text;
using System.Text.Json;

namespace HaWebhook.Kubernetes.Credentials;

/// <summary>A command that prints a credential.</summary>
/// <param name="Place">Where it is configured.</param>
/// <param name="ApiVersion">The version of the conversation with it.</param>
/// <param name="Command">The command: a path, or a name to be found in PATH.</param>
/// <param name="Arguments">Its arguments.</param>
/// <param name="Environment">What it finds in its environment beside what is there anyway.</param>
/// <param name="Hint">How to install it, for people; null for none.</param>
internal sealed record ExecPlugin(
    string Place,
    string ApiVersion,
    string Command,
    IReadOnlyList<string> Arguments,
    IReadOnlyList<KeyValuePair<string, string>> Environment,
    string? Hint)
{
    private const string Group = "client.authentication.k8s.io/";

    /// <summary>Reads a user's exec field.</summary>
    /// <exception cref="KubernetesConfigurationException">A field is missing, malformed or not supported.</exception>
    public static ExecPlugin Read(ConfigNode exec, ConfigNode cluster, Func<string, string?> environment)
    {
        exec.AsMapping().Allow("apiVersion", "command", "args", "env", "installHint", "provideClusterInfo", "interactiveMode");
        var version = exec.Text("apiVersion") ?? throw exec.Error($"has no apiVersion; must be {Group}v1 or {Group}v1beta1");
        if (version is not (Group + "v1" or Group + "v1beta1"))
        {
            throw exec.Field("apiVersion")!.Error($"is '{version}'; must be {Group}v1 or {Group}v1beta1");
        }

        switch (exec.Text("interactiveMode"))
        {
            case null when version == Group + "v1":
                throw exec.Error("has no interactiveMode; must be Never, IfAvailable or Always");
            case null or "Never" or "IfAvailable":
                break;
            case "Always":
                throw exec.Field("interactiveMode")!.Error("is Always, which is not supported: the command has no terminal to ask on");
            case var other:
                throw exec.Field("interactiveMode")!.Error($"is '{other}'; must be Never, IfAvailable or Always");
        }

        var command = exec.Text("command") ?? throw exec.Error("has no command");
        var variables = exec.Items("env").Select(variable => KeyValuePair.Create(
            variable.Text("name") ?? throw variable.Error("has no name"), variable.Field("value")?.Text() ?? ""));
        var info = Info(version, exec.Flag("provideClusterInfo") ? cluster : null);
        return new(
            exec.Place,
            version,
            IsPath(command) ? Path.Combine(Path.GetDirectoryName(Path.GetFullPath(exec.File)) ?? "", command) : Find(command, environment) ?? command,
            [.. exec.Field("args")?.Values() ?? []],
            [.. variables, new("KUBERNETES_EXEC_INFO", info)],
            exec.Text("installHint"));
    }

    /// <summary>The credential in what the command printed.</summary>
    /// <exception cref="KubernetesConfigurationException">There is none in it.</exception>
    public ExecStatus Read(string output)
    {
        try
        {
            var answer = JsonSerializer.Deserialize(output, ExecJson.Default.ExecAnswer);
            if (answer is not { Kind: "ExecCredential" } || answer.ApiVersion != ApiVersion)
            {
                throw Error($"printed {answer?.ApiVersion ?? "no apiVersion"} {answer?.Kind ?? "and no kind"}; must be {ApiVersion} ExecCredential");
            }

            var status = answer.Status ?? throw Error("printed no status");
            return status.Token is { Length: > 0 } || (status.ClientCertificateData is { Length: > 0 } && status.ClientKeyData is { Length: > 0 })
                ? status
                : throw Error("printed neither a token nor a client certificate with its key");
        }
        catch (JsonException exception)
        {
            throw Error($"printed no JSON: {exception.Message}");
        }
    }

    public KubernetesConfigurationException Error(string what) => new($"{Place}: {Command} {what}");

    private static bool IsPath(string command) => command.AsSpan().ContainsAny(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar);

    /// <summary>The command in PATH; never one of the working directory, which a process would be started from as well.</summary>
    private static string? Find(string command, Func<string, string?> environment) =>
        (environment("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(directory => OperatingSystem.IsWindows()
                ? [Path.Combine(directory, command + ".exe"), Path.Combine(directory, command)]
                : new[] { Path.Combine(directory, command) })
            .FirstOrDefault(File.Exists);

    /// <summary>What the command is told. Only with a cluster does it learn whom the credential is for.</summary>
    private static string Info(string version, ConfigNode? cluster)
    {
        var text = new MemoryStream();
        using (var writer = new Utf8JsonWriter(text))
        {
            writer.WriteStartObject();
            writer.WriteString("apiVersion", version);
            writer.WriteString("kind", "ExecCredential");
            writer.WriteStartObject("spec");
            writer.WriteBoolean("interactive", false);
            if (cluster is not null)
            {
                writer.WriteStartObject("cluster");
                Write(writer, cluster);
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(text.ToArray());
    }

    private static void Write(Utf8JsonWriter writer, ConfigNode cluster)
    {
        foreach (var name in new[] { "server", "tls-server-name", "proxy-url" })
        {
            if (cluster.Text(name) is { } value)
            {
                writer.WriteString(name, value);
            }
        }

        if (cluster.Flag("insecure-skip-tls-verify"))
        {
            writer.WriteBoolean("insecure-skip-tls-verify", true);
        }

        if (Authorities(cluster) is { } authorities)
        {
            writer.WriteBase64String("certificate-authority-data", authorities);
        }

        var config = cluster.Items("extensions").FirstOrDefault(extension => extension.Text("name") == Group + "exec")?.Field("extension");
        if (config is not null)
        {
            writer.WritePropertyName("config");
            config.Write(writer);
        }
    }

    private static byte[]? Authorities(ConfigNode cluster)
    {
        if (cluster.Bytes("certificate-authority-data") is { } data)
        {
            return data;
        }

        if (cluster.Text("certificate-authority") is not { } path)
        {
            return null;
        }

        try
        {
            return File.ReadAllBytes(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(cluster.File)) ?? "", path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw cluster.Field("certificate-authority")!.Error($"is {path}, which cannot be read: {exception.Message}");
        }
    }
}
