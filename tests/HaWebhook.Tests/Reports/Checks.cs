using System.Text;
using HaWebhook.Checking;
using HaWebhook.Checking.Reports;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Evaluation;

namespace HaWebhook.Tests.Reports;

/// <summary>Checks texts and writes reports of them without a process.</summary>
internal static class Checks
{
    /// <summary>Characters that some format trips over, in a name as YAML writes it.</summary>
    public const string HostileName = """
        "a\nb\r::error::c,d:e ]]> <&\"'> \\ 100%25 \u0007\u001b[31m\u202e\u2028 \U0001F642 [x](https://evil.example) {0}"
        """;

    /// <summary>A Deployment with one finding: it has one replica.</summary>
    public static string OneReplica(string name = "web") => $$$"""
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: {{{name}}}
        spec:
          replicas: 1
          selector:
            matchLabels: {app: web}
          template:
            metadata:
              labels: {app: web}
            spec:
              containers:
              - name: web
                image: nginx:1.27
                readinessProbe: {exec: {command: [a]}}
                livenessProbe: {exec: {command: [b]}}

        """;

    /// <summary>A Deployment with a warning for each of its two containers, of one rule.</summary>
    public static string NeverReady(string name = "api") => OneReplica(name)
        .Replace("replicas: 1", "replicas: 2", StringComparison.Ordinal)
        .Replace("        readinessProbe: {exec: {command: [a]}}\n", "", StringComparison.Ordinal)
        + "      - {name: second, image: nginx:1.27, livenessProbe: {exec: {command: [a]}}}\n";

    /// <summary>A Deployment in which nothing is found.</summary>
    public static string Fine(string name) => OneReplica(name).Replace("replicas: 1", "replicas: 2", StringComparison.Ordinal);

    /// <summary>Checks texts by a few rules: whoever adds one need not touch what is tested with this.</summary>
    public static CheckResult Of(params (string File, string Text)[] files) => Of(PolicyOptions.Default, files);

    /// <summary>The same, by a policy.</summary>
    public static CheckResult Of(PolicyOptions policy, params (string File, string Text)[] files)
    {
        var rules = new RuleSelection(["minimum-replicas", "readiness-probe", "default-probes", "default-topology-spread"], []);
        var check = new ManifestCheck(new PolicyEvaluators(rules.Of(policy), new FixedClock()), "default");
        return check.Run(files.Select(file => new ManifestFile(file.File, file.Text, null)));
    }

    public static string Write(string format, CheckResult result, ValidationAction failOn = ValidationAction.Deny, string root = "/repository") =>
        Write(ReportFormat.All.Single(known => known.Name == format).Create(Context([], failOn, root)), result);

    public static string Write(IReport report, CheckResult result)
    {
        using var output = new MemoryStream();
        report.Write(result, output);
        return Encoding.UTF8.GetString(output.ToArray());
    }

    public static ReportContext Context(List<string> told, ValidationAction failOn = ValidationAction.Deny, string root = "/repository") =>
        new(failOn, new SourceRoot(root), told.Add);
}
