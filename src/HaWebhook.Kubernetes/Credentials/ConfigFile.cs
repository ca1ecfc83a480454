using System.Globalization;
using k8s;
using k8s.KubeConfigModels;
using YamlDotNet.Core;

namespace HaWebhook.Kubernetes.Credentials;

/// <summary>A kubeconfig: what the KubernetesClient package reads of it, and what it passes over.</summary>
internal sealed class ConfigFile
{
    /// <summary>More than any kubeconfig needs, and few enough for parsers that call themselves.</summary>
    public const int MaximumDepth = 100;

    private readonly K8SConfiguration _read;
    private readonly ConfigFields _more;

    private ConfigFile(string path, K8SConfiguration read, ConfigFields more)
    {
        Path = path;
        _read = read;
        _more = more;
    }

    public string Path { get; }

    public string? CurrentContext => _read.CurrentContext;

    public IEnumerable<ConfigEntry<ContextDetails>> Contexts => Of(_read.Contexts, context => context.Name, context => context.ContextDetails);

    public IEnumerable<ConfigEntry<ConfiguredCluster>> Clusters => Of(
        _read.Clusters,
        cluster => cluster.Name,
        cluster => cluster.ClusterEndpoint is { } endpoint ? new ConfiguredCluster(endpoint, _more.ClusterOf(cluster.Name)) : null);

    public IEnumerable<ConfigEntry<ConfiguredUser>> Users => Of(
        _read.Users,
        user => user.Name,
        user => user.UserCredentials is { } credentials ? new ConfiguredUser(credentials, _more.UserOf(user.Name)) : null);

    /// <summary>Reads a file.</summary>
    /// <returns>What it says; null where it is empty.</returns>
    /// <exception cref="KubernetesConfigurationException">It is no kubeconfig.</exception>
    public static ConfigFile? Parse(string path, string text)
    {
        try
        {
            CheckDepth(path, text);
            return KubernetesYaml.Deserialize<K8SConfiguration>(text) is { } read
                ? new ConfigFile(path, read, KubernetesYaml.Deserialize<ConfigFields>(text))
                : null;
        }
        catch (Exception exception) when (exception is not (KubernetesConfigurationException or OutOfMemoryException))
        {
            // Whatever YamlDotNet trips over, be it its own exceptions or others, is a fault of the text.
            var line = exception is YamlException yaml ? yaml.Start.Line : 1;
            var why = exception.GetBaseException().Message;
            throw new KubernetesConfigurationException(string.Create(CultureInfo.InvariantCulture, $"{path}:{line}: no kubeconfig: {why}"), exception);
        }
    }

    private IEnumerable<ConfigEntry<TValue>> Of<T, TValue>(IEnumerable<T?>? list, Func<T, string?> name, Func<T, TValue?> value)
        where T : class
        where TValue : class =>
        (list ?? []).OfType<T>().Select(item => new ConfigEntry<TValue>(Path, name(item), value(item)));

    /// <summary>The parser alone needs no stack; what is built from it does.</summary>
    private static void CheckDepth(string file, string text)
    {
        var parser = new Parser(new StringReader(text));
        var depth = 0;
        while (parser.MoveNext())
        {
            depth += parser.Current!.NestingIncrease;
            if (depth > MaximumDepth)
            {
                throw new KubernetesConfigurationException($"{file}:{parser.Current.Start.Line}: nested more than {MaximumDepth} deep");
            }
        }
    }
}
