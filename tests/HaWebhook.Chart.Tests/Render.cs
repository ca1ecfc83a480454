using System.Text.Json.Nodes;

namespace HaWebhook.Chart.Tests;

/// <summary>The chart as Helm renders it.</summary>
internal sealed class Render
{
    public const string Namespace = "ha-webhook";

    private Render(IReadOnlyList<JsonObject> objects, string text) => (Objects, Text) = (objects, text);

    /// <summary>All objects, those of hooks as well.</summary>
    public IReadOnlyList<JsonObject> Objects { get; }

    /// <summary>What Helm printed.</summary>
    public string Text { get; }

    public JsonObject Deployment => One("Deployment");

    public JsonObject Container => Deployment.At("spec/template/spec/containers/0")!.AsObject();

    public IReadOnlyList<string> Arguments => Container.Texts("args");

    /// <summary>Values that make the chart render everything that it can, for a certificate mode.</summary>
    public static string Everything(string certificates) =>
        $$$"""
        certificates: {mode: {{{certificates}}}, existingSecret: {name: tls, caBundle: "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"}}
        clientVerification: {configMap: api-server-ca, names: [kube-apiserver]}
        autoscaling: {enabled: true}
        networkPolicy: {enabled: true}
        serviceMonitor: {enabled: true}
        prometheusRule: {enabled: true}
        grafanaDashboard: {enabled: true}
        fallbackPolicy: {enabled: true}
        """;

    /// <summary>The chart with some values.</summary>
    /// <param name="values">Values as YAML; empty for the defaults.</param>
    /// <param name="namespaceName">The release's namespace.</param>
    /// <param name="release">The release's name.</param>
    public static async Task<Render> WithAsync(string values = "", string namespaceName = Namespace, string release = "ha-webhook")
    {
        var result = await TryAsync(values, namespaceName, release);
        Assert.True(result.ExitCode == 0, result.Errors);
        return new(Yaml.ReadAll(result.Output), result.Output);
    }

    /// <summary>Why Helm does not render it.</summary>
    public static async Task<string> RefusalAsync(string values, string namespaceName = Namespace, string release = "ha-webhook", string kubernetes = "1.36.0")
    {
        var result = await TryAsync(values, namespaceName, release, kubernetes);
        Assert.NotEqual(0, result.ExitCode);
        return result.Errors;
    }

    /// <summary>The one object of a kind; with a name where there are several.</summary>
    public JsonObject One(string kind, string? name = null) =>
        Assert.Single(Objects, item => item.Kind() == kind && (name is null ? !IsHook(item) : item.Name() == name));

    public IEnumerable<JsonObject> Of(string kind) => Objects.Where(item => item.Kind() == kind);

    /// <summary>The specs of all pods, of whatever makes them, by the object.</summary>
    public IEnumerable<(string Of, JsonNode Pod)> Pods() =>
        from item in Objects
        let spec = item.Kind() switch { "Deployment" or "Job" => item.At("spec/template/spec"), "Pod" => item["spec"], _ => null }
        where spec is not null
        select (item.Id(), spec);

    public static bool IsHook(JsonNode item) => item.At("metadata/annotations") is JsonObject annotations && annotations.ContainsKey("helm.sh/hook");

    /// <summary>What Helm says to values, of which nothing is expected.</summary>
    public static async Task<ToolResult> TryAsync(string values, string namespaceName = Namespace, string release = "ha-webhook", string kubernetes = "1.36.0")
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, values);
            return await Tool.Helm.RunAsync("template", release, ".", "--namespace", namespaceName, "--kube-version", kubernetes, "--values", file);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
