using HaWebhook.Kubernetes.Credentials;
using k8s;

namespace HaWebhook.Kubernetes;

/// <summary>The connection that a kubeconfig describes, found and merged as kubectl does.</summary>
public static class KubeConfig
{
    private const string Variable = "KUBECONFIG";

    /// <summary>Reads the connection of a context. A credential command, where there is one, is run.</summary>
    /// <param name="path">The file; null for those of the variable KUBECONFIG, or else .kube/config in the home directory.</param>
    /// <param name="context">The context; null for the current one.</param>
    /// <param name="environment">Gives an environment variable, or null.</param>
    /// <exception cref="KubernetesConfigurationException">Something is missing, malformed or not supported; the message names the file.</exception>
    public static KubernetesConnection Load(string? path, string? context, Func<string, string?> environment)
    {
        var existing = Existing(path, environment);
        var first = Read(existing, context, environment);
        var isFirst = true;
        return new KubernetesConnection($"{first.File}, context {first.Name}", Configure)
        {
            Proxy = first.Proxy,
            MayUseEnvironmentsProxy = true,
            Impersonation = first.Impersonation,
        };

        // Of the same context again, whichever is the current one by then.
        KubernetesClientConfiguration Configure()
        {
            var meant = isFirst ? first : Read(existing, first.Name, environment);
            isFirst = false;
            return meant.Configure();
        }
    }

    /// <summary>The context that is meant, with its cluster and user.</summary>
    internal static ConfiguredContext Choose(IReadOnlyList<ConfigFile> files, string? context, Func<string, string?> environment)
    {
        var names = string.Join(", ", files.Select(file => file.Path));
        var name = context
            ?? files.Select(file => file.CurrentContext).FirstOrDefault(current => !string.IsNullOrEmpty(current))
            ?? throw new KubernetesConfigurationException($"{names} has no current-context; {Known("contexts", files.SelectMany(file => file.Contexts))}");
        var chosen = Entry("context", name, names, files.SelectMany(file => file.Contexts));
        if (chosen.Value is not { Cluster: { Length: > 0 } clusterName } details)
        {
            throw new KubernetesConfigurationException($"{chosen.File}: the context '{name}' names no cluster");
        }

        // A context without a user is anonymous.
        var cluster = Entry("cluster", clusterName, names, files.SelectMany(file => file.Clusters));
        var user = string.IsNullOrEmpty(details.User) ? null : Entry("user", details.User, names, files.SelectMany(file => file.Users));
        return new(chosen, cluster, user, environment);
    }

    private static ConfiguredContext Read(IReadOnlyList<string> paths, string? context, Func<string, string?> environment)
    {
        var files = paths.Select(file => ConfigFile.Parse(file, ReadText(file))).OfType<ConfigFile>().ToList();
        return files.Count > 0 ? Choose(files, context, environment) : throw new KubernetesConfigurationException($"{string.Join(", ", paths)} is empty");
    }

    private static List<string> Existing(string? path, Func<string, string?> environment)
    {
        var paths = Paths(path, environment);
        var existing = paths.Where(Path.Exists).ToList();
        if (existing.Count == 0)
        {
            var named = paths.Count == 0 ? $"{Variable} is not set and there is no home directory" : $"{string.Join(", ", paths)}: no such file";
            throw new KubernetesConfigurationException($"no kubeconfig: {named}");
        }

        return existing;
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
    private static ConfigEntry<T> Entry<T>(string kind, string name, string files, IEnumerable<ConfigEntry<T>> entries)
        where T : class
    {
        var all = entries.ToList();
        return all.Find(entry => entry.Name == name) switch
        {
            null => throw new KubernetesConfigurationException($"{files} has no {kind} '{name}'; {Known($"{kind}s", all)}"),
            { Value: null } empty => throw new KubernetesConfigurationException($"{empty.File}: the {kind} '{name}' says nothing: it has no field {kind}"),
            var found => found,
        };
    }

    private static string Known<T>(string list, IEnumerable<ConfigEntry<T>> entries)
        where T : class
    {
        const int shown = 10;
        var names = entries.Select(entry => entry.Name).Where(name => !string.IsNullOrEmpty(name)).Distinct().ToList();
        var more = names.Count > shown ? $" and {names.Count - shown} more" : "";
        return names.Count == 0 ? $"it has no {list}" : $"{list} are: {string.Join(", ", names.Take(shown))}{more}";
    }
}
