using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace HaWebhook.Chart.Tests;

/// <summary>What comes of values.</summary>
public class RenderTests
{
    [Fact]
    public async Task Lint_has_nothing_to_say()
    {
        var result = await Tool.Helm.RunAsync("lint", "--strict", ".", "--namespace", Render.Namespace);

        Assert.True(result.ExitCode == 0, result.Output + result.Errors);
        Assert.DoesNotContain("[WARNING]", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task By_default_there_is_what_a_cluster_needs_and_nothing_else()
    {
        var render = await Render.WithAsync();

        Assert.Equal(
            [
                "ClusterRole/ha-webhook", "ClusterRoleBinding/ha-webhook", "ConfigMap/ha-webhook-policy", "Deployment/ha-webhook",
                "MutatingWebhookConfiguration/ha-webhook", "PodDisruptionBudget/ha-webhook", "ResourceQuota/ha-webhook", "Role/ha-webhook",
                "RoleBinding/ha-webhook", "Service/ha-webhook", "Service/ha-webhook-metrics", "ServiceAccount/ha-webhook",
                "ValidatingWebhookConfiguration/ha-webhook",
            ],
            render.Objects.Where(item => !Render.IsHook(item)).Select(item => item.Id()).Order(StringComparer.Ordinal));
        Assert.Equal("3", render.Deployment.Text("spec/replicas"));
        Assert.Equal("0", render.Deployment.Text("spec/strategy/rollingUpdate/maxUnavailable"));
        Assert.Equal("false", render.Deployment.Text("spec/template/spec/enableServiceLinks"));
        Assert.Equal(
            ["topology.kubernetes.io/zone", "kubernetes.io/hostname"],
            render.Deployment.Items("spec/template/spec/topologySpreadConstraints").Select(constraint => constraint.Text("topologyKey")));
    }

    public static TheoryData<string, string, string> Combinations => new(
        from certificates in (string[])["selfManaged", "certManager", "existingSecret"]
        from failurePolicy in (string[])["Ignore", "Fail"]
        from values in (string[])["", "serviceMonitor: {enabled: true}\nprometheusRule: {enabled: true}\ngrafanaDashboard: {enabled: true}"]
        select (certificates, failurePolicy, values));

    [Theory]
    [MemberData(nameof(Combinations))]
    public async Task Every_combination_of_certificates_failure_policy_and_monitoring_renders(string certificates, string failurePolicy, string monitoring)
    {
        var render = await Render.WithAsync(
            $$$"""
            certificates: {mode: {{{certificates}}}, existingSecret: {name: tls, caBundle: "-----BEGIN CERTIFICATE-----"}}
            webhooks: {validating: {failurePolicy: {{{failurePolicy}}} }, mutating: {failurePolicy: {{{failurePolicy}}} }}
            {{{monitoring}}}
            """);

        Assert.Equal(render.Objects.Count, render.Objects.Select(item => item.Id() + item.At("metadata/namespace")).Distinct().Count());
        Assert.All(Webhooks(render), webhook => Assert.Equal(
            webhook.Text("name") is "validate.ha-webhook.io" or "mutate.ha-webhook.io" ? failurePolicy : "Ignore",
            webhook.Text("failurePolicy")));
        Assert.All(Webhooks(render), webhook => Assert.Equal(certificates == "existingSecret", webhook.At("clientConfig")!.AsObject().ContainsKey("caBundle")));
        Assert.Equal(
            monitoring.Length > 0 ? 3 : 0,
            render.Objects.Count(item => item.Kind() is "ServiceMonitor" or "PrometheusRule" || item.Name() == "ha-webhook-dashboard"));
        Assert.Equal(certificates == "certManager" ? 4 : 0, render.Objects.Count(item => item.Kind() is "Issuer" or "Certificate"));
        Assert.Equal(
            certificates == "certManager",
            render.One("ValidatingWebhookConfiguration").At("metadata/annotations")!.AsObject().ContainsKey("cert-manager.io/inject-ca-from"));
        Assert.Equal(certificates == "selfManaged", render.Arguments.Contains("--certificates=self-managed"));
        Assert.Equal(certificates != "selfManaged", render.Arguments.Contains("--tls-cert=/etc/ha-webhook/tls/tls.crt"));
    }

    /// <summary>
    /// Who owns a caBundle by server-side apply owns its item of the list: one that a chart drops stays as an item without a Service (kubernetes/kubernetes#128102).
    /// </summary>
    [Fact]
    public async Task Whatever_the_values_are_the_webhooks_are_the_same()
    {
        string[] values =
        [
            "", "selfCheck: {enabled: false}", "policy: {workloads: [], replicatedResources: [], rules: {default-probes: {enabled: false}, default-topology-spread: {enabled: false}}}",
            "policy: {rules: {default-probes: {pods: All}}}", "webhooks: {validating: {failurePolicy: Fail}, mutating: {failurePolicy: Fail}, excludedNamespaces: []}",
            .. Directory.EnumerateFiles(Path.Combine(Repository.Chart, "ci")).Select(File.ReadAllText),
            .. ((string[])["selfManaged", "certManager", "existingSecret"]).Select(mode => Render.Everything(mode) + "\nselfCheck: {enabled: false}"),
        ];
        foreach (var given in values)
        {
            var render = await Render.WithAsync(given);

            Assert.Equal(
                ["validate.ha-webhook.io", "advise.ha-webhook.io", "self-check.ha-webhook.io"],
                render.One("ValidatingWebhookConfiguration").Items("webhooks").Select(webhook => webhook.Text("name")));
            Assert.Equal(["mutate.ha-webhook.io"], render.One("MutatingWebhookConfiguration").Items("webhooks").Select(webhook => webhook.Text("name")));
        }
    }

    /// <summary>The files that chart-testing installs a chart with (ct, ci/*-values.yaml), each a way in which somebody runs it.</summary>
    public static TheoryData<string> Installations => [.. Directory.EnumerateFiles(Path.Combine(Repository.Chart, "ci")).Select(file => Path.GetFileName(file)!)];

    [Theory]
    [MemberData(nameof(Installations))]
    public async Task Each_installation_of_ci_passes_lint_renders_and_has_the_form_of_Kubernetes(string file)
    {
        Assert.EndsWith("-values.yaml", file, StringComparison.Ordinal);
        var lint = await Tool.Helm.RunAsync("lint", "--strict", ".", "--namespace", Render.Namespace, "--values", $"ci/{file}");
        Assert.True(lint.ExitCode == 0, lint.Output + lint.Errors);
        Assert.DoesNotContain("[WARNING]", lint.Output, StringComparison.Ordinal);

        var render = await Render.WithAsync(File.ReadAllText(Path.Combine(Repository.Chart, "ci", file)));
        Assert.All(await KubernetesSchemaTests.ValidateAsync(render.Objects), verdict => Assert.Matches("\t(ok|unknown)$", verdict));
    }

    [Fact]
    public async Task The_Secrets_of_the_certificate_modes_have_names_of_their_own()
    {
        var (own, certManager) = (await Render.WithAsync(), await Render.WithAsync("certificates: {mode: certManager}"));

        Assert.Contains("--ca-secret=ha-webhook-ca", own.Arguments);
        Assert.Equal(["ha-webhook-cert-manager-ca", "ha-webhook-tls"], certManager.Of("Certificate").Select(item => item.Text("spec/secretName")).Order(StringComparer.Ordinal));
        Assert.Equal("ha-webhook-cert-manager-ca", certManager.One("Issuer", "ha-webhook-ca").Text("spec/ca/secretName"));
        var uninstall = Repository.Read("docs/install.md");
        Assert.Contains("kubectl delete secret ha-webhook-ca --namespace ha-webhook", uninstall, StringComparison.Ordinal);
        Assert.Contains("kubectl delete secret ha-webhook-cert-manager-ca ha-webhook-tls --namespace ha-webhook", uninstall, StringComparison.Ordinal);
    }

    /// <summary>A selector that its own template does not match is refused by the API server, and a key that stands twice by strict readers of YAML (ours throws).</summary>
    [Fact]
    public async Task Labels_of_values_go_before_ours_but_for_those_that_select()
    {
        var render = await Render.WithAsync(
            Render.Everything("certManager") + """

            commonLabels: {app.kubernetes.io/part-of: platform, app.kubernetes.io/name: other, team: a}
            podLabels: {app.kubernetes.io/component: other, team: b}
            """);

        Assert.All(render.Objects, item =>
        {
            Assert.Equal("platform", item["metadata"]!["labels"]!["app.kubernetes.io/part-of"]!.ToString());
            Assert.Equal("ha-webhook", item["metadata"]!["labels"]!["app.kubernetes.io/name"]!.ToString());
        });
        var (pod, selector) = (render.Deployment.At("spec/template/metadata/labels")!.AsObject(), render.Deployment.At("spec/selector/matchLabels")!.AsObject());
        Assert.All(selector, label => Assert.Equal(label.Value!.ToString(), pod[label.Key]!.ToString()));
        Assert.Equal("b", pod["team"]!.ToString());
        Assert.Equal("a", render.One("Job", "ha-webhook-uninstall").Text("spec/template/metadata/labels/team"));
    }

    [Fact]
    public async Task What_hooks_may_do_goes_when_they_are_done()
    {
        var hooks = (await Render.WithAsync()).Objects.Where(item => Render.IsHook(item)).ToList();

        Assert.Equal(8, hooks.Count);
        Assert.All(hooks, hook => Assert.Equal(
            hook.Kind() == "Pod" ? "before-hook-creation" : "before-hook-creation,hook-succeeded",
            hook["metadata"]!["annotations"]!["helm.sh/hook-delete-policy"]!.ToString()));
    }

    /// <summary>Three pods on the ports of three nodes: a fourth has no place, and an update that waits for one never ends.</summary>
    [Theory]
    [InlineData("false", "0")]
    [InlineData("true", "1")]
    public async Task An_update_finds_a_place_for_its_pods(string hostNetwork, string unavailable)
    {
        var render = await Render.WithAsync($"hostNetwork: {hostNetwork}\nport: 10443");

        Assert.Equal(unavailable, render.Deployment.Text("spec/strategy/rollingUpdate/maxUnavailable"));
        Assert.All(render.Pods(), pod => Assert.Equal("linux", pod.Pod["nodeSelector"]!["kubernetes.io/os"]!.ToString()));
    }

    [Theory]
    [InlineData("auto", null)]
    [InlineData("json", "--log-format=json")]
    [InlineData("text", "--log-format=text")]
    public async Task The_log_is_written_as_the_value_says(string format, string? argument)
    {
        var render = await Render.WithAsync($"logFormat: {format}");

        Assert.Equal(argument, render.Arguments.SingleOrDefault(each => each.StartsWith("--log-format", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("selfManaged")]
    [InlineData("certManager")]
    [InlineData("existingSecret")]
    public async Task Everything_at_once_renders_and_every_object_says_whose_it_is(string certificates)
    {
        var render = await Render.WithAsync(Render.Everything(certificates) + "\ncommonLabels: {team: platform}\ncommonAnnotations: {note: mine}");

        Assert.All(render.Objects, item =>
        {
            Assert.Equal("platform", item.Text("metadata/labels/team"));
            Assert.Equal("ha-webhook", item["metadata"]!["labels"]!["app.kubernetes.io/name"]!.ToString());
            Assert.Equal("mine", item.Text("metadata/annotations/note"));
        });
    }

    /// <summary>What looks into the cluster or rolls dice differs at every render, and GitOps would sync for ever.</summary>
    [Fact]
    public async Task The_same_values_render_the_same_and_templates_hold_one_object_each()
    {
        var (first, second) = (await Render.WithAsync(Render.Everything("certManager")), await Render.WithAsync(Render.Everything("certManager")));

        Assert.Equal(first.Text, second.Text);
        Assert.All(Directory.EnumerateFiles(Path.Combine(Repository.Chart, "templates"), "*", SearchOption.AllDirectories), file =>
            Assert.DoesNotMatch(@"\b(lookup|genCA|genSignedCert|genSelfSignedCert|genPrivateKey|rand[A-Z]\w+|uuidv4|now)\b", Regex.Replace(File.ReadAllText(file), @"\{\{-? */\*.*?\*/ *-?\}\}", "", RegexOptions.Singleline)));
        var sources = Regex.Matches(first.Text, "^# Source: (.*)$", RegexOptions.Multiline).Select(match => match.Groups[1].Value).ToList();
        Assert.Equal(first.Objects.Count, sources.Count);
        Assert.Equal(sources.Count, sources.Distinct().Count());
    }

    [Fact]
    public async Task Names_that_look_like_numbers_stay_names()
    {
        var render = await Render.WithAsync(Render.Everything("selfManaged") + "\nfullnameOverride: \"on\"", namespaceName: "123", release: "456");

        Assert.All(render.Objects, item => Assert.Equal("456", item["metadata"]!["labels"]!["app.kubernetes.io/instance"]!.GetValue<string>()));
        Assert.All(render.Objects, item => Assert.StartsWith("on", item["metadata"]!["name"]!.GetValue<string>(), StringComparison.Ordinal));
        Assert.All(
            render.Objects.Where(item => item.At("metadata/namespace") is not null && item.Name() != "on-test"),
            item => Assert.Equal("123", item["metadata"]!["namespace"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Values_reach_the_program_and_the_pods()
    {
        var render = await Render.WithAsync(
            """
            image: {registry: registry.example.com, repository: platform/ha-webhook, digest: "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}
            port: 9443
            healthPort: 9080
            drainTime: 1m
            terminationGracePeriodSeconds: 120
            logFormat: text
            maxReviews: 64
            maxReviewBytes: 96Mi
            selfCheck: {enabled: false}
            clientVerification: {configMap: api-server-ca, names: [kube-apiserver, "system:masters"]}
            extraArgs: [--context=here]
            extraEnv: [{name: OTEL_EXPORTER_OTLP_ENDPOINT, value: "http://collector:4317"}]
            autoscaling: {enabled: true, minReplicas: 2}
            hostNetwork: true
            """);

        Assert.Equal("registry.example.com/platform/ha-webhook@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", render.Container.Text("image"));
        Assert.Superset(
            new HashSet<string>(["--port=9443", "--health-port=9080", "--drain-time=1m", "--max-reviews=64", "--log-format=text", "--max-review-bytes=96Mi",
                "--client-ca=/etc/ha-webhook/client-ca/ca.crt", "--client-name=kube-apiserver", "--client-name=system:masters", "--context=here"]),
            render.Arguments.ToHashSet());
        Assert.DoesNotContain("--self-check", render.Arguments);
        Assert.Equal(["DOTNET_EnableDiagnostics", "OTEL_EXPORTER_OTLP_ENDPOINT"], render.Container.Items("env").Select(variable => variable.Text("name")));
        Assert.Null(render.Deployment.At("spec/replicas"));
        Assert.Equal("2", render.One("HorizontalPodAutoscaler").Text("spec/minReplicas"));
        Assert.Equal("ClusterFirstWithHostNet", render.Deployment.Text("spec/template/spec/dnsPolicy"));
        Assert.Equal(
            ["switched-off: false"],
            Webhooks(render).Where(webhook => webhook.Text("name") == "self-check.ha-webhook.io").SelectMany(webhook => webhook.Items("matchConditions"))
                .Select(condition => $"{condition.Text("name")}: {condition.Text("expression")}"));
    }

    [Fact]
    public async Task Selectors_find_the_pods_of_the_webhook_and_not_those_of_hooks()
    {
        var render = await Render.WithAsync(Render.Everything("selfManaged"));
        var pod = render.Deployment.At("spec/template/metadata/labels")!.AsObject();
        var selectors = render.Objects.SelectMany(item => item.Kind() switch
        {
            "Service" => [item.At("spec/selector")],
            "PodDisruptionBudget" or "Deployment" => [item.At("spec/selector/matchLabels")],
            "NetworkPolicy" => [item.At("spec/podSelector/matchLabels")],
            _ => Array.Empty<JsonNode?>(),
        }).Select(selector => selector!.AsObject()).ToList();

        Assert.Equal(5, selectors.Count);
        Assert.All(selectors, selector => Assert.All(selector, label => Assert.Equal(label.Value!.ToString(), pod[label.Key]!.ToString())));
        var hooks = render.Objects.Where(item => Render.IsHook(item)).Select(item => item.Kind() switch
        {
            "Job" => item.At("spec/template/metadata/labels"),
            "Pod" => item.At("metadata/labels"),
            _ => null,
        }).OfType<JsonObject>().ToList();
        Assert.Equal(2, hooks.Count);
        Assert.All(selectors, selector => Assert.DoesNotContain(hooks, labels => selector.All(label => labels[label.Key]?.ToString() == label.Value!.ToString())));
    }

    [Fact]
    public async Task Volumes_are_mounted_whole_for_kubelet_renews_no_single_files()
    {
        var render = await Render.WithAsync(Render.Everything("existingSecret"));

        var mounts = render.Container.Items("volumeMounts");
        Assert.Equal(["policy", "tls", "client-ca"], mounts.Select(mount => mount.Text("name")));
        Assert.All(mounts, mount => Assert.False(mount!.AsObject().ContainsKey("subPath")));
        Assert.Equal("tls", render.Deployment.Text("spec/template/spec/volumes/1/secret/secretName"));
    }

    private static IEnumerable<JsonNode> Webhooks(Render render) =>
        render.Of("ValidatingWebhookConfiguration").Concat(render.Of("MutatingWebhookConfiguration")).SelectMany(item => item.Items("webhooks")).OfType<JsonNode>();
}
