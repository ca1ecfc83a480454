using HaWebhook.Kubernetes.Credentials;

namespace HaWebhook.Kubernetes;

/// <summary>The connection that a kubeconfig describes, found and merged as kubectl does.</summary>
public static class KubeConfig
{
    private const string Variable = "KUBECONFIG";

    /// <summary>Reads the connection of a context.</summary>
    /// <param name="path">The file; null for those of the variable KUBECONFIG, or else .kube/config in the home directory.</param>
    /// <param name="context">The context; null for the current one.</param>
    /// <param name="environment">Gives an environment variable, or null.</param>
    /// <param name="clock">What time it is.</param>
    /// <exception cref="KubernetesConfigurationException">Something is missing, malformed or not supported; the message names the file and the
    /// field.</exception>
    public static KubernetesConnection Load(string? path, string? context, Func<string, string?> environment, TimeProvider clock) =>
        Connect(Read(path, environment), context, environment, clock);

    /// <summary>The same of files that have been read.</summary>
    internal static KubernetesConnection Connect(List<ConfigNode> files, string? context, Func<string, string?> environment, TimeProvider clock)
    {
        var name = context
            ?? files.Select(file => file.Text("current-context")).FirstOrDefault(current => current is not null)
            ?? throw new KubernetesConfigurationException($"{Names(files)} has no current-context; {Existing(files, "contexts")}");
        var chosen = Entry(files, "contexts", "context", name, null);
        chosen.Allow("cluster", "user", "namespace", "extensions");
        var cluster = Entry(files, "clusters", "cluster", chosen.Text("cluster") ?? throw chosen.Error("names no cluster"), chosen);

        // A context without a user is anonymous.
        var user = chosen.Text("user") is { } userName ? Entry(files, "users", "user", userName, chosen) : null;
        return new ConfiguredCluster(cluster, user, environment, clock).Connect($"{chosen.File}, context {name}") with { Namespace = chosen.Text("namespace") };
    }

    private static List<ConfigNode> Read(string? path, Func<string, string?> environment)
    {
        var paths = Paths(path, environment);
        var existing = paths.Where(Path.Exists).ToList();
        if (existing.Count == 0)
        {
            var named = paths.Count == 0 ? $"{Variable} is not set and there is no home directory" : $"{string.Join(", ", paths)}: no such file";
            throw new KubernetesConfigurationException($"no kubeconfig: {named}");
        }

        var files = existing.Select(file => ConfigNode.Parse(file, ReadText(file))).OfType<ConfigNode>().ToList();
        return files.Count > 0 ? files : throw new KubernetesConfigurationException($"{string.Join(", ", existing)} is empty");
    }

    private static List<string> Paths(string? path, Func<string, string?> environment)
    {
        if (path is not null)
        {
            return [path];
        }

        if (environment(Variable) is { Length: > 0 } list)
        {
            return [.. list.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct()];
        }

        return environment("HOME") is { Length: > 0 } home || (home = environment("USERPROFILE")) is { Length: > 0 }
            ? [Path.Combine(home, ".kube", "config")]
            : [];
    }

    private static string ReadText(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Of a directory the exception says that access is denied.
            var why = Directory.Exists(file) ? "it is a directory" : exception.Message;
            throw new KubernetesConfigurationException($"{file} cannot be read: {why}", exception);
        }
    }

    /// <summary>The entry of a name. Of several files the first that has the name wins, with the whole entry.</summary>
    private static ConfigNode Entry(List<ConfigNode> files, string list, string kind, string name, ConfigNode? namedBy)
    {
        foreach (var item in files.SelectMany(file => file.Items(list)))
        {
            if (item.Text("name") == name)
            {
                return item.Field(kind)?.AsMapping() ?? throw item.Error($"has no {kind}");
            }
        }

        var existing = Existing(files, list);
        throw namedBy is null
            ? new KubernetesConfigurationException($"{Names(files)} has no {kind} '{name}'; {existing}")
            : namedBy.Error($"names the {kind} '{name}', which does not exist; {existing}");
    }

    private static string Existing(List<ConfigNode> files, string list)
    {
        const int shown = 10;
        var names = files.SelectMany(file => file.Items(list)).Select(item => item.Text("name")).OfType<string>().Distinct().ToList();
        var more = names.Count > shown ? $" and {names.Count - shown} more" : "";
        return names.Count == 0 ? $"it has no {list}" : $"{list} are: {string.Join(", ", names.Take(shown))}{more}";
    }

    private static string Names(List<ConfigNode> files) => string.Join(", ", files.Select(file => file.File));
}
