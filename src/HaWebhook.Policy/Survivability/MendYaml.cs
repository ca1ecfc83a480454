using System.Globalization;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Manifests;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Survivability;

/// <summary>Writes mends as YAML that can be pasted. Names stand in it as YAML reads them back, so that none adds a line.</summary>
internal static class MendYaml
{
    /// <summary>A number in a field; empty where the field is below a list, which a name cannot lead to.</summary>
    /// <param name="field">The field, such as <c>spec.replicas</c>.</param>
    /// <param name="value">The number.</param>
    /// <param name="of">Whose field it is, for a comment; empty for that of the workload itself.</param>
    public static string Field(string field, int value, string of = "")
    {
        if (field.Contains('['))
        {
            return "";
        }

        var names = field.Split('.');
        var lines = names.Select((name, depth) => $"{new string(' ', depth * 2)}{name}:");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{(of.Length == 0 ? "" : $"# {SingleLine.Of(of)}\n")}{string.Join('\n', lines)} {value}");
    }

    /// <summary>A spread constraint that is demanded.</summary>
    public static string Constraint(string podSpec, string topologyKey, LabelSelector selector, IReadOnlyList<string>? revision) => string.Join('\n',
    [
        $"# {podSpec}",
        "topologySpreadConstraints:",
        "- maxSkew: 1",
        $"  topologyKey: {topologyKey}",
        "  whenUnsatisfiable: DoNotSchedule",
        $"  labelSelector: {FlowYaml.Selector(selector)}",
        .. revision is null ? (IEnumerable<string>)[] : [$"  matchLabelKeys: [{string.Join(", ", revision)}]"],
    ]);

    /// <summary>A whole disruption budget that lets one pod go at a time.</summary>
    public static string Budget(string name, string @namespace, LabelSelector selector) => $"""
        apiVersion: policy/v1
        kind: PodDisruptionBudget
        metadata:
          name: {FlowYaml.Scalar(name)}
          namespace: {FlowYaml.Scalar(@namespace)}
        spec:
          maxUnavailable: 1
          unhealthyPodEvictionPolicy: AlwaysAllow
          selector: {FlowYaml.Selector(selector)}
        """.ReplaceLineEndings("\n");
}
