using System.Text;
using HaWebhook.Fuzzing.Trees;

namespace HaWebhook.Fuzzing.Parsing;

/// <summary>What the parser fuzzers start from: the files that the other tests are about.</summary>
internal static class Inputs
{
    /// <summary>Pieces that mean something in JSON and in reviews.</summary>
    public static IReadOnlyList<byte[]> JsonTokens { get; } = Bytes(
        "{", "}", "[", "]", ",", ":", "\"", "{}", "[]", "null", "true", "false", "0", "-", "\\", "\"\"", "\n", " ", "\t", "/*", "//", "\"replicas\":", "\"spec\":",
        "\"metadata\":", "\"request\":", "\"object\":", "\"oldObject\":", "\"kind\":\"Scale\",", "\"operation\":\"UPDATE\",", "\"operation\":\"DELETE\",", "\"name\":null,",
        "\"subResource\":\"scale\",", "\"ownerReferences\":[{\"controller\":true}],", "\"annotations\":{\"ha-webhook.io/exempt\":\"all\"},", "\"labels\":{},",
        "\"containers\":[{}],", "\"template\":null,", "\"uid\":\"\",", "\"minReplicas\":", "\"matchExpressions\":[{\"operator\":\"In\"}],", "\"managedFields\":[{}],",
        "\"readinessProbe\":{},", "\"affinity\":{},", "\"topologySpreadConstraints\":[{}],", "\"volumes\":[{\"name\":\"a\"}],", "\"type\":\"ERROR\",", "\"items\":[",
        "\"resourceVersion\":\"1\"", "\"continue\":\"c\",", "\"expirationTimestamp\":\"2026-12-31T00:00:00Z\",", "\"token\":\"t\",", "\"status\":{");

    /// <summary>Pieces that mean something in YAML and in manifests.</summary>
    public static IReadOnlyList<byte[]> YamlTokens { get; } = Bytes(
        " ", "  ", "\t", "\n", "\r", "\r\n", ":", ": ", "- ", "? ", "#", " #", "\"", "'", "[", "]", "{", "}", ",", "&a ", "*a", "*a\n", "<<: *a\n", "<<: [*a, *a]\n", "!",
        "!!str ", "!!int ", "!!binary ", "!!set ", "!<x> ", "|", ">", "|+\n", "|2-\n", ">-\n", "%", "%YAML 1.2\n", "%TAG ! x\n", "@", "`", "---\n", "...\n", "~", "null",
        "\\", "\0", "\uFEFF", "\n\uFEFF", "\u0085", "\u2028", "{{ .x }}", "{{- if x }}\n", "&a {}", "&a [*a]", "&a {*a : *a}", "apiVersion: v1\n", "kind: List\n", "items:\n",
        "spec: &a\n", "metadata: null\n", "replicas: 1\n", "containers: []\n", "- name: a\n", "ports: [{containerPort: 80}]\n", "image: a:latest\n", "0o17", "0x1F", "1_0",
        "yes", "on", ".inf", "2026-01-01", "1e3", "mode: Audit\n", "rules: {}\n", "action: Deny\n", "minimum: 3\n", "exemptions: [{}]\n", "overrides: [{}]\n", "namespaces: [a]\n");

    /// <summary>What an API server sent for review. One of them is a megabyte; it comes last.</summary>
    public static IReadOnlyList<byte[]> Reviews() =>
        [.. Files("Reviews", "*.json").Select(File.ReadAllBytes).OrderBy(review => review.Length)];

    /// <summary>Manifests in YAML, the cases of what is fixed among them, and in JSON.</summary>
    public static IReadOnlyList<byte[]> Manifests() =>
    [
        .. Files("Fixtures", "*.yaml").Concat(Files("samples", "*.yaml")).Concat(Files("Fixing", "*.txt")).Select(File.ReadAllBytes).Where(text => text.Length < 6_000),
        .. Reviews().Where(review => review.Length < 6_000).Select(review => Tree.Of(review)["request"]!["object"]!.Text.ToArray()),
    ];

    /// <summary>Policies: the one that shows every key, and short ones.</summary>
    public static IReadOnlyList<byte[]> Policies() =>
    [
        File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "samples", "policy.yaml")),
        .. Bytes(
            "mode: Enforce\nrules: {minimum-replicas: {action: Deny, minimum: 3, allowZero: false}}\n",
            "exemptions:\n- namespaces: [batch]\n  rules: [all]\n  reason: nightly\n  until: 2027-01-31\nannotationExemptions: {allowed: true, maximumDays: 30}\n",
            "overrides:\n- namespaceSelector:\n    matchLabels: {env: dev}\n    matchExpressions:\n    - {key: a, operator: In, values: [b]}\n  mode: Warn\n  rules: {managed-pods: {action: Off}}\n",
            "workloads:\n- {group: argoproj.io, kind: Rollout, resource: rollouts}\nreplicatedResources:\n- {group: a.io, kind: B, resource: bs, path: \"spec.sets[].count\", absent: 3}\n",
            "{\"mode\":\"Audit\",\"namespaceModes\":\"Any\",\"rules\":{\"default-probes\":{\"enabled\":true,\"liveness\":\"Always\"}},\"restoreUsers\":[\"velero\"]}"),
    ];

    /// <summary>What an API server answered to lists and watches, without the head of HTTP.</summary>
    /// <param name="isWatch">Which of the two.</param>
    public static IReadOnlyList<byte[]> Streams(bool isWatch) =>
    [
        .. Files("Recordings", "*.http")
            .Where(file => Path.GetFileName(file).Contains(isWatch ? "-watch" : "-list-page", StringComparison.Ordinal))
            .Select(file => File.ReadAllText(file).ReplaceLineEndings("\n"))
            .Select(text => text[text.IndexOf("\n\nHTTP/1.1 ", StringComparison.Ordinal)..].TrimStart('\n'))
            .Select(answer => Encoding.UTF8.GetBytes(answer[(answer.IndexOf("\n\n", StringComparison.Ordinal) + 2)..])),
    ];

    public static IReadOnlyList<byte[]> Bytes(params ReadOnlySpan<string> texts)
    {
        List<byte[]> bytes = [];
        foreach (var text in texts)
        {
            bytes.Add(Encoding.UTF8.GetBytes(text));
        }

        return bytes;
    }

    private static IEnumerable<string> Files(string folder, string pattern) =>
        Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, folder), pattern, SearchOption.AllDirectories).Order(StringComparer.Ordinal);
}
