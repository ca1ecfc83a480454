using System.Text.Json;
using HaWebhook.Tests.Reports;

namespace HaWebhook.Tests.Commands;

public sealed class CheckCommandTests : IDisposable
{
    private const string SinglePoints = "samples/single-points-of-failure.yaml";

    private static readonly JsonSerializerOptions _plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly string _oneReplica = Checks.OneReplica() + """
              topologySpreadConstraints:
              - {maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway, labelSelector: {matchLabels: {app: web}}}

        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("ha-webhook-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_denial_is_told_with_field_fix_and_line()
    {
        var result = await Cli.RunAsync("check", Write("web.yaml", _oneReplica));
        Assert.Equal((1, ""), (result.ExitCode, result.Errors));
        Assert.Equal(
            $"""
            Deployment default/web  {_folder}/web.yaml:1
              DENY   minimum-replicas: spec.replicas is 1; must be at least 2
                     Set spec.replicas to 2 or more. If an autoscaler is on its way, annotate ha-webhook.io/autoscaled: "true". If this is right as it is, annotate ha-webhook.io/exempt: minimum-replicas and ha-webhook.io/exempt-reason: <why>.
                     {_folder}/web.yaml:6

            1 object, 1 denial, 0 warnings

            """,
            result.Output);
    }

    [Fact]
    public async Task The_JSON_keeps_its_contract()
    {
        var file = Write("web.yaml", _oneReplica.Replace("readinessProbe: {exec: {command: [a]}}", "ports: [{containerPort: 80}]", StringComparison.Ordinal));
        var result = await Cli.RunAsync("check", "-o", "json", file);
        Assert.Equal(1, result.ExitCode);
        using var document = JsonDocument.Parse(result.Output);
        var root = document.RootElement;
        Assert.Equal(["findings", "changes", "errors", "skipped", "summary"], root.EnumerateObject().Select(property => property.Name));
        Assert.Equal(
            """{"rule":"minimum-replicas","action":"Deny","apiVersion":"apps/v1","kind":"Deployment","namespace":"default","name":"web","field":"spec.replicas","message":"is 1; must be at least 2","fix":"Set spec.replicas to 2 or more. If an autoscaler is on its way, annotate ha-webhook.io/autoscaled: \"true\". If this is right as it is, annotate ha-webhook.io/exempt: minimum-replicas and ha-webhook.io/exempt-reason: <why>.","file":"FILE","line":6}""".Replace("FILE", file, StringComparison.Ordinal),
            Compact(Assert.Single(root.GetProperty("findings").EnumerateArray())));
        Assert.Equal(
            """{"rule":"default-probes","apiVersion":"apps/v1","kind":"Deployment","namespace":"default","name":"web","patch":[{"op":"add","path":"/spec/template/spec/containers/0/readinessProbe","value":{"tcpSocket":{"port":80},"periodSeconds":5,"timeoutSeconds":5,"failureThreshold":2}}],"file":"FILE"}""".Replace("FILE", file, StringComparison.Ordinal),
            Compact(Assert.Single(root.GetProperty("changes").EnumerateArray())));
        Assert.Equal("""{"objects":1,"deny":1,"warn":0,"audit":0,"exempt":0,"skipped":0,"errors":0,"known":0}""", Compact(root.GetProperty("summary")));
    }

    [Theory]
    [InlineData("deny", 1)]
    [InlineData("warn", 1)]
    [InlineData("never", 0)]
    public async Task The_exit_code_follows_fail_on(string level, int expected) =>
        Assert.Equal(expected, (await Cli.RunAsync("check", "--fail-on", level, Write("web.yaml", _oneReplica))).ExitCode);

    [Theory]
    [InlineData("Warn", "deny", 0)]
    [InlineData("Warn", "warn", 1)]
    [InlineData("Audit", "warn", 0)]
    [InlineData("Audit", "audit", 1)]
    public async Task A_mode_caps_the_actions(string mode, string failOn, int expected) =>
        Assert.Equal(expected, (await Cli.RunAsync("check", "--mode", mode, "--fail-on", failOn, Write("web.yaml", _oneReplica))).ExitCode);

    [Fact]
    public async Task Objects_of_a_run_know_each_other_in_either_order()
    {
        const string autoscaler = """
            apiVersion: autoscaling/v2
            kind: HorizontalPodAutoscaler
            metadata: {name: web}
            spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}, minReplicas: 2, maxReplicas: 4}

            """;
        Write("a.yaml", _oneReplica);
        Write("b/hpa.yml", autoscaler);
        Assert.Equal(0, (await Cli.RunAsync("check", _folder)).ExitCode);
        Assert.Equal(0, (await Cli.RunWithInputAsync(autoscaler + "---\n" + _oneReplica, "check", "-")).ExitCode);
        Assert.Equal(1, (await Cli.RunWithInputAsync(autoscaler + "---\n" + _oneReplica.Replace("metadata:\n  name: web", "metadata:\n  namespace: other\n  name: web", StringComparison.Ordinal), "check", "-")).ExitCode);
    }

    [Fact]
    public async Task A_broken_document_is_told_and_the_others_are_still_checked()
    {
        var result = await Cli.RunAsync("check", Write("mixed.yaml", "a: [\n---\n" + _oneReplica + "---\nkey: value\n"));
        Assert.Equal(2, result.ExitCode);
        Assert.Contains($"ERROR  {_folder}/mixed.yaml:", result.Output, StringComparison.Ordinal);
        Assert.Contains("DENY   minimum-replicas", result.Output, StringComparison.Ordinal);
        Assert.EndsWith("1 object, 1 denial, 0 warnings, 1 document skipped (no apiVersion and kind), 1 error\n", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("spec:\n  replicas: {{ .Values.replicas }}\n")]
    [InlineData("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: \"{{ .Release.Name }}\"}\n")]
    [InlineData("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {replicas: \"{{ .Values.replicas }}\"}\n")]
    [InlineData("{{- if .Values.enabled }}\napiVersion: v1\n{{- end }}\n")]
    public async Task A_template_is_told_to_be_rendered_first(string text)
    {
        var result = await Cli.RunWithInputAsync(text, "check", "-");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("this looks like an unrendered template ({{ }}): render it first, for instance with helm template", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_type_is_told_with_its_line()
    {
        var result = await Cli.RunAsync("check", Write("web.yaml", _oneReplica.Replace("replicas: 1", "replicas: many", StringComparison.Ordinal)));
        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith($"ERROR  {_folder}/web.yaml:6: spec.replicas must be a whole number, not a string\n", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("check", "Required argument missing for command: 'check'.")]
    [InlineData("check --fail-on maybe x.yaml", "--fail-on must be deny, warn, audit or never, not 'maybe'")]
    [InlineData("check --mode Strict x.yaml", "--mode must be Enforce, Warn or Audit, not 'Strict'")]
    [InlineData("check --bogus x.yaml", "there is no option --bogus")]
    [InlineData("check no-such-file.yaml", "no-such-file.yaml: no such file or directory")]
    [InlineData("check --policy no-such-policy.yaml samples", "no-such-policy.yaml: no such file or directory")]
    [InlineData("serve --port 70000", "--port must be a port from 0 to 65535, not '70000'")]
    [InlineData("serve --tls-cert a.pem", "--tls-cert and --tls-key come together or not at all")]
    [InlineData("serve --port 12345 --health-port 12345", "--port and --health-port are both 12345; they must differ")]
    [InlineData("serve --no-cluster --self-check", "--self-check needs a cluster and goes without --no-cluster")]
    [InlineData("serve --self-check", "--self-check needs a cluster: this is no pod, and neither --kubeconfig nor KUBECONFIG is given")]
    [InlineData("serve --service Web_1", "--service must be a name of at most 63 lower-case letters, digits and hyphens that starts and ends with a letter or digit, not 'Web_1'")]
    [InlineData("serve --bind nowhere", "--bind must be an IP address, not 'nowhere'")]
    [InlineData("explain no-such-rule", "there is no rule no-such-rule")]
    [InlineData("no-such-command", "there is no command no-such-command; the commands are serve, check, audit, demo, explain, docs, export, verify, uninstall\n")]
    public async Task Bad_arguments_are_exit_code_2_and_a_line_each(string arguments, string expected)
    {
        var result = await Cli.RunAsync(arguments.Split(' '));
        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith("ha-webhook: ", result.Errors, StringComparison.Ordinal);
        Assert.Contains(expected, result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("chek samples", "there is no command chek; did you mean check?", "")]
    [InlineData("serve --polcy policy.yaml", "there is no option --polcy; did you mean --policy?", "serve ")]
    [InlineData("serve everything", "serve takes no 'everything'", "serve ")]
    [InlineData("check --exclude-rules quorum samples", "there is no option --exclude-rules; did you mean --exclude-rule?", "check ")]
    public async Task A_misspelt_word_is_told_in_one_line_with_the_nearest_there_is(string arguments, string expected, string command)
    {
        var result = await Cli.RunAsync(arguments.Split(' '));
        Assert.Equal((2, $"ha-webhook: {expected}\nTry: ha-webhook {command}--help\n"), (result.ExitCode, result.Errors));
    }

    [Fact]
    public async Task A_misspelt_rule_is_explained_by_the_nearest_there_is()
    {
        var result = await Cli.RunAsync("explain", "minimum-replica");
        Assert.Equal((2, "ha-webhook: there is no rule minimum-replica; did you mean minimum-replicas?\n"), (result.ExitCode, result.Errors));
    }

    [Fact]
    public async Task A_bad_policy_is_told_with_every_error_and_its_line()
    {
        var policy = Write("policy.yaml", "mode: Strict\nrules:\n  minimum-replica: {}\n  topology-spread: {action: Block}\n");
        var result = await Cli.RunAsync("check", "--policy", policy, "samples");
        Assert.Equal(2, result.ExitCode);
        Assert.Equal(
            $"""
            ha-webhook: {policy}:1: mode must be one of Audit, Warn, Enforce
            ha-webhook: {policy}:3: rules.minimum-replica is not a key of the policy; did you mean minimum-replicas?
            ha-webhook: {policy}:4: rules.topology-spread.action must be one of Off, Audit, Warn, Deny

            """,
            result.Errors);
    }

    [Fact]
    public async Task The_samples_of_the_seeds_pass_and_the_single_points_of_failure_break_every_rule_once()
    {
        var findings = await FindingsInSamplesAsync("--policy", "samples/policy.yaml");
        Assert.Equal(
            Policy.Rules.BuiltInRules.Validating.Select(rule => rule.Id),
            findings.Where(finding => finding.File == SinglePoints).Select(finding => finding.Rule));
        Assert.All(findings.Where(finding => finding.File != SinglePoints), finding => Assert.Equal("Audit", finding.Action));
    }

    [Fact]
    public async Task By_default_only_the_images_of_the_seeds_are_told_of() =>
        Assert.Equal(
            [("samples/aidbox.yaml", "image-tag", "Audit"), ("samples/prisme-api-gateway.yaml", "image-tag", "Audit")],
            (await FindingsInSamplesAsync()).Where(finding => finding.File != SinglePoints));

    [Fact]
    public async Task An_exemption_is_told_with_its_reason_in_every_output()
    {
        var file = Write("web.yaml", _oneReplica.Replace(
            "metadata:\n  name: web",
            "metadata:\n  annotations: {ha-webhook.io/exempt: minimum-replicas, ha-webhook.io/exempt-reason: leader elected}\n  name: web",
            StringComparison.Ordinal));
        var text = await Cli.RunAsync("check", file);
        Assert.Equal(0, text.ExitCode);
        Assert.Contains("  EXEMPT minimum-replicas: leader elected (annotation)\n", text.Output, StringComparison.Ordinal);

        using var document = JsonDocument.Parse((await Cli.RunAsync("check", "-o", "json", file)).Output);
        var skipped = Assert.Single(document.RootElement.GetProperty("skipped").EnumerateArray());
        Assert.Equal(("minimum-replicas", "exempt: leader elected (annotation)"), (skipped.GetProperty("rule").GetString(), skipped.GetProperty("reason").GetString()));
    }

    [Fact]
    public async Task In_the_mode_Audit_nothing_is_said_to_be_added()
    {
        var file = Write("web.yaml", _oneReplica.Replace("readinessProbe: {exec: {command: [a]}}", "ports: [{containerPort: 80}]", StringComparison.Ordinal));
        Assert.Contains("  ADDS   on admission, were the mode not Audit, by default-probes:", (await Cli.RunAsync("check", "--mode", "Audit", file)).Output, StringComparison.Ordinal);
        using var document = JsonDocument.Parse((await Cli.RunAsync("check", "--mode", "Audit", "-o", "json", file)).Output);
        Assert.Empty(document.RootElement.GetProperty("changes").EnumerateArray());
    }

    [Fact]
    public async Task Items_of_a_typed_list_are_what_the_list_says()
    {
        var result = await Cli.RunWithInputAsync("apiVersion: apps/v1\nkind: DeploymentList\nitems:\n- metadata: {name: a}\n  spec: {replicas: 1}\n", "check", "-");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("DENY   minimum-replicas: spec.replicas is 1; must be at least 2", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_kind_that_is_no_text_is_an_error()
    {
        var result = await Cli.RunWithInputAsync("apiVersion: 5\nkind: [x]\n", "check", "-");
        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith("ERROR  stdin:1: apiVersion and kind must be texts\n", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Empty_input_is_said_to_be_empty()
    {
        var result = await Cli.RunAsync("check", "-");
        Assert.Equal((0, "ha-webhook: nothing to check: the input holds no documents\n"), (result.ExitCode, result.Errors));
    }

    [Fact]
    public async Task Text_has_no_colour_codes_where_it_is_no_terminal() =>
        Assert.DoesNotContain('\u001b', (await Cli.RunAsync("check", "samples")).Output);

    private static async Task<List<(string? File, string? Rule, string? Action)>> FindingsInSamplesAsync(params string[] options)
    {
        var result = await Cli.RunAsync(["check", "samples", "-o", "json", .. options]);
        Assert.Equal((1, ""), (result.ExitCode, result.Errors));
        using var document = JsonDocument.Parse(result.Output);
        Assert.Equal(0, document.RootElement.GetProperty("summary").GetProperty("errors").GetInt32());
        return
        [
            .. document.RootElement.GetProperty("findings").EnumerateArray().Select(finding =>
                (finding.GetProperty("file").GetString(), finding.GetProperty("rule").GetString(), finding.GetProperty("action").GetString())),
        ];
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    private static string Compact(JsonElement element) => JsonSerializer.Serialize(element, _plain);
}
