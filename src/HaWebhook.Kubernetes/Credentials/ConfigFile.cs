using System.Globalization;
using k8s;
using k8s.KubeConfigModels;
using YamlDotNet.Core;

namespace HaWebhook.Kubernetes.Credentials;

/// <summary>A kubeconfig.</summary>
internal sealed class ConfigFile
{
    /// <summary>More than any kubeconfig needs, and few enough for parsers that call themselves.</summary>
    public const int MaximumDepth = 100;

    private readonly ConfigFields _fields;

    private ConfigFile(string path, ConfigFields fields)
    {
        Path = path;
        _fields = fields;
    }

    public string Path { get; }

    public string? CurrentContext => _fields.CurrentContext;

    public IEnumerable<ConfigEntry<ContextDetails>> Contexts => Of(_fields.Contexts, context => context.Name, context => context.ContextDetails);

    public IEnumerable<ConfigEntry<ClusterFields>> Clusters => Of(_fields.Clusters, cluster => cluster.Name, cluster => cluster.Cluster);

    public IEnumerable<ConfigEntry<UserFields>> Users => Of(_fields.Users, user => user.Name, user => user.User);

    /// <summary>Reads a file.</summary>
    /// <returns>What it says; null where it is empty.</returns>
    /// <exception cref="KubernetesConfigurationException">It is no kubeconfig.</exception>
    public static ConfigFile? Parse(string path, string text)
    {
        try
        {
            CheckDepth(path, text);
            return KubernetesYaml.Deserialize<ConfigFields>(text) is { } fields ? new ConfigFile(path, fields) : null;
        }
        catch (Exception exception) when (exception is not (KubernetesConfigurationException or OutOfMemoryException))
        {
            // Whatever YamlDotNet trips over, be it its own exceptions or others, is a fault of the text. Others quote the value, which may be a secret.
            var line = exception is YamlException yaml ? yaml.Start.Line : 1;
            var why = exception.GetBaseException() is YamlException cause ? cause.Message : $"a value is of another kind than is asked for there ({exception.GetBaseException().GetType().Name})";
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
