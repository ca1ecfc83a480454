using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace HaWebhook.Chart.Tests;

/// <summary>What the API server is told to ask about, and what never.</summary>
public class WebhookConfigurationTests
{
    private const string Validating = "ValidatingWebhookConfiguration";
    private const string Mutating = "MutatingWebhookConfiguration";

    [Fact]
    public async Task It_judges_workloads_with_their_scales_pods_and_autoscalers()
    {
        var render = await Render.WithAsync();

        Assert.Equal(
            [
                "* pods CREATE,UPDATE", "* replicationcontrollers CREATE,UPDATE", "* replicationcontrollers/scale CREATE,UPDATE",
                "acid.zalan.do postgresqls CREATE,UPDATE", "acid.zalan.do postgresqls/scale CREATE,UPDATE",
                "apps daemonsets CREATE,UPDATE", "apps deployments CREATE,UPDATE", "apps deployments/scale CREATE,UPDATE",
                "apps replicasets CREATE,UPDATE", "apps replicasets/scale CREATE,UPDATE", "apps statefulsets CREATE,UPDATE", "apps statefulsets/scale CREATE,UPDATE",
                "apps.kruise.io clonesets CREATE,UPDATE", "apps.kruise.io clonesets/scale CREATE,UPDATE",
                "apps.openshift.io deploymentconfigs CREATE,UPDATE", "apps.openshift.io deploymentconfigs/scale CREATE,UPDATE",
                "argoproj.io rollouts CREATE,UPDATE", "argoproj.io rollouts/scale CREATE,UPDATE",
                "autoscaling horizontalpodautoscalers CREATE,UPDATE", "batch cronjobs CREATE,UPDATE", "batch jobs CREATE,UPDATE",
                "databases.spotahome.com redisfailovers CREATE,UPDATE", "databases.spotahome.com redisfailovers/scale CREATE,UPDATE",
                "elasticsearch.k8s.elastic.co elasticsearches CREATE,UPDATE", "elasticsearch.k8s.elastic.co elasticsearches/scale CREATE,UPDATE",
                "kafka.strimzi.io kafkanodepools CREATE,UPDATE", "kafka.strimzi.io kafkanodepools/scale CREATE,UPDATE",
                "keda.sh scaledobjects CREATE,UPDATE",
                "mongodbcommunity.mongodb.com mongodbcommunity CREATE,UPDATE", "mongodbcommunity.mongodb.com mongodbcommunity/scale CREATE,UPDATE",
                "postgresql.cnpg.io clusters CREATE,UPDATE", "postgresql.cnpg.io clusters/scale CREATE,UPDATE",
                "rabbitmq.com rabbitmqclusters CREATE,UPDATE", "rabbitmq.com rabbitmqclusters/scale CREATE,UPDATE",
            ],
            AskedBy(render, Validating, "validate.ha-webhook.io"));
    }

    [Fact]
    public async Task It_advises_on_namespaces_budgets_and_deleted_autoscalers_and_never_stops_them()
    {
        var render = await Render.WithAsync("webhooks: {validating: {failurePolicy: Fail}}");

        Assert.Equal(
            [
                "* namespaces CREATE,UPDATE", "autoscaling horizontalpodautoscalers DELETE", "keda.sh scaledobjects DELETE", "policy poddisruptionbudgets CREATE,UPDATE,DELETE",
            ],
            AskedBy(render, Validating, "advise.ha-webhook.io"));
        Assert.Equal("Ignore", Webhook(render, Validating, "advise.ha-webhook.io").Text("failurePolicy"));
        Assert.All(
            render.Objects.SelectMany(item => item.Items("webhooks")).Where(webhook => webhook.Text("failurePolicy") == "Fail"),
            webhook => Assert.DoesNotContain(webhook.Items("rules"), rule => rule.Texts("operations").Contains("DELETE")));
    }

    [Fact]
    public async Task It_fills_in_what_may_be_changed()
    {
        var render = await Render.WithAsync();

        Assert.Equal(
            [
                "* pods CREATE", "* replicationcontrollers CREATE,UPDATE", "apps deployments CREATE,UPDATE", "apps replicasets CREATE,UPDATE", "apps statefulsets CREATE,UPDATE",
                "apps.kruise.io clonesets CREATE,UPDATE", "apps.openshift.io deploymentconfigs CREATE,UPDATE", "argoproj.io rollouts CREATE,UPDATE",
            ],
            AskedBy(render, Mutating, "mutate.ha-webhook.io"));
        Assert.Equal("IfNeeded", Webhook(render, Mutating, "mutate.ha-webhook.io").Text("reinvocationPolicy"));
    }

    [Fact]
    public async Task Custom_kinds_of_the_policy_are_asked_about()
    {
        var render = await Render.WithAsync("policy: {workloads: [{group: example.com, kind: Farm, resource: farms}], replicatedResources: [{group: example.com, kind: Store, resource: stores, path: spec.size}]}");

        Assert.Equal(
            ["example.com farms CREATE,UPDATE", "example.com farms/scale CREATE,UPDATE", "example.com stores CREATE,UPDATE", "example.com stores/scale CREATE,UPDATE"],
            AskedBy(render, Validating, "validate.ha-webhook.io").Where(asked => asked.Contains('.', StringComparison.Ordinal) && !asked.StartsWith("keda", StringComparison.Ordinal)));
        Assert.Equal(
            ["example.com farms CREATE,UPDATE"],
            AskedBy(render, Mutating, "mutate.ha-webhook.io").Where(asked => asked.Contains('.', StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("webhooks: {excludedNamespaces: [], namespaceSelector: {matchExpressions: [{key: team, operator: Exists}], matchLabels: {judged: \"yes\"}}}")]
    public async Task Its_own_namespace_is_left_out_whatever_the_values_say(string values)
    {
        var render = await Render.WithAsync(Render.Everything("selfManaged") + "\n" + values, namespaceName: "guard");
        var selectors = render.Objects.SelectMany(item => item.Items("webhooks"))
            .Where(webhook => webhook.Text("name") != "self-check.ha-webhook.io")
            .Select(webhook => webhook.At("namespaceSelector"))
            .Concat(render.Of("ValidatingAdmissionPolicy").Select(policy => policy.At("spec/matchConstraints/namespaceSelector")))
            .ToList();

        Assert.Equal(5, selectors.Count);
        Assert.All(selectors, selector =>
        {
            var names = selector.Items("matchExpressions")[0];
            Assert.Equal("kubernetes.io/metadata.name", names.Text("key"));
            Assert.Equal("NotIn", names.Text("operator"));
            Assert.Equal(values.Length == 0 ? ["guard", "kube-system", "kube-node-lease", "kube-public"] : ["guard"], names.Texts("values"));
            Assert.Equal(values.Length == 0 ? 1 : 2, selector.Items("matchExpressions").Count);
            Assert.Equal(values.Length > 0, selector!.AsObject().ContainsKey("matchLabels"));
        });
    }

    [Fact]
    public async Task Of_its_own_namespace_it_sees_the_self_check_and_nothing_else()
    {
        var render = await Render.WithAsync(namespaceName: "guard");
        var webhook = Webhook(render, Validating, "self-check.ha-webhook.io");

        Assert.Equal(["coordination.k8s.io leases CREATE,UPDATE"], AskedBy(render, Validating, "self-check.ha-webhook.io"));
        Assert.Equal("guard", webhook["namespaceSelector"]!["matchLabels"]!["kubernetes.io/metadata.name"]!.ToString());
        Assert.Equal("ha-webhook", webhook["objectSelector"]!["matchLabels"]!["ha-webhook.io/self-check"]!.ToString());
        Assert.Equal("Ignore", webhook.Text("failurePolicy"));
    }

    [Fact]
    public async Task Nodes_the_control_plane_and_what_controllers_make_are_not_waited_for()
    {
        var render = await Render.WithAsync("webhooks: {matchConditions: [{name: mine, expression: \"true\"}]}");

        foreach (var (kind, name) in (ReadOnlySpan<(string, string)>)[(Validating, "validate.ha-webhook.io"), (Mutating, "mutate.ha-webhook.io")])
        {
            Assert.Equal(
                ["not-by-a-node", "not-by-the-control-plane", "not-made-by-a-controller", "mine"],
                Webhook(render, kind, name).Items("matchConditions").Select(condition => condition.Text("name")));
        }
    }

    /// <summary>By an evaluator that is not ours. An error would be a refusal where failurePolicy is Fail.</summary>
    [Theory]
    [InlineData(Validating, "validate.ha-webhook.io", "jane", "system:authenticated", "deployments", "ok")]
    [InlineData(Validating, "validate.ha-webhook.io", "jane", "system:authenticated", "pods", "ok")]
    [InlineData(Validating, "validate.ha-webhook.io", "system:serviceaccount:argocd:argocd-application-controller", "system:serviceaccounts:argocd", "pods", "ok")]
    [InlineData(Validating, "validate.ha-webhook.io", "system:serviceaccount:kube-system:replicaset-controller", "system:serviceaccounts:kube-system", "pods", "skipped")]
    [InlineData(Validating, "validate.ha-webhook.io", "system:serviceaccount:kube-system:deployment-controller", "system:serviceaccounts:kube-system", "replicasets", "skipped")]
    [InlineData(Validating, "validate.ha-webhook.io", "system:serviceaccount:kube-system:cronjob-controller", "system:serviceaccounts:kube-system", "jobs", "skipped")]
    [InlineData(Validating, "validate.ha-webhook.io", "system:serviceaccount:kube-system:horizontal-pod-autoscaler", "system:serviceaccounts:kube-system", "deployments", "ok")]
    [InlineData(Validating, "validate.ha-webhook.io", "system:kube-controller-manager", "system:authenticated", "deployments", "skipped")]
    [InlineData(Validating, "validate.ha-webhook.io", "system:kube-scheduler", "system:authenticated", "pods", "skipped")]
    [InlineData(Validating, "validate.ha-webhook.io", "system:apiserver", "system:masters", "pods", "skipped")]
    [InlineData(Validating, "validate.ha-webhook.io", "system:node:a", "system:nodes", "pods", "skipped")]
    [InlineData(Validating, "advise.ha-webhook.io", "jane", "system:authenticated", "namespaces", "ok")]
    [InlineData(Validating, "advise.ha-webhook.io", "system:node:a", "system:nodes", "namespaces", "skipped")]
    [InlineData(Mutating, "mutate.ha-webhook.io", "jane", "system:authenticated", "pods", "ok")]
    [InlineData(Mutating, "mutate.ha-webhook.io", "system:serviceaccount:kube-system:daemon-set-controller", "system:serviceaccounts:kube-system", "pods", "skipped")]
    public async Task Who_writes_what_decides_whether_it_is_asked(string kind, string name, string user, string group, string resource, string verdict)
    {
        var conditions = Webhook(await Render.WithAsync(), kind, name)["matchConditions"]!.DeepClone();
        var given = new JsonObject
        {
            ["name"] = "it",
            ["request"] = new JsonObject
            {
                ["resource"] = new JsonObject { ["resource"] = resource },
                ["userInfo"] = new JsonObject { ["username"] = user, ["groups"] = new JsonArray(group) },
            },
        };

        Assert.Equal([$"it\t{verdict}"], await FallbackVerdictTests.EvaluateAsync(new JsonObject { ["matchConditions"] = conditions }, [given]));
    }

    [Fact]
    public async Task A_self_check_that_is_switched_off_is_never_asked() => Assert.Equal(
        ["it\tskipped"],
        await FallbackVerdictTests.EvaluateAsync(
            new JsonObject { ["matchConditions"] = Webhook(await Render.WithAsync("selfCheck: {enabled: false}"), Validating, "self-check.ha-webhook.io")["matchConditions"]!.DeepClone() },
            [new JsonObject { ["name"] = "it" }]));

    [Theory]
    [InlineData("rules: {default-probes: {pods: All}}")]
    [InlineData("overrides: [{namespaceSelector: {matchLabels: {env: dev}}, rules: {default-topology-spread: {pods: All}}}]")]
    public async Task A_policy_that_fills_in_the_pods_of_controllers_sees_them(string policy)
    {
        var render = await Render.WithAsync($"policy:\n  {policy}");

        Assert.DoesNotContain(Webhook(render, Mutating, "mutate.ha-webhook.io").Items("matchConditions"), condition => condition.Text("name") == "not-made-by-a-controller");
        Assert.Contains(Webhook(render, Validating, "validate.ha-webhook.io").Items("matchConditions"), condition => condition.Text("name") == "not-made-by-a-controller");
    }

    /// <summary>An Event is an effect, which dry runs do not have.</summary>
    [Fact]
    public async Task Where_denials_are_told_as_Events_validating_has_effects_but_not_in_dry_runs()
    {
        var render = await Render.WithAsync("audit: {events: true}");

        Assert.All(render.Of(Mutating).SelectMany(each => each.Items("webhooks")), webhook => Assert.Equal("None", webhook.Text("sideEffects")));
        Assert.All(
            render.Of(Validating).SelectMany(each => each.Items("webhooks")),
            webhook => Assert.Equal(webhook.Text("clientConfig/service/path") == "/validate" ? "NoneOnDryRun" : "None", webhook.Text("sideEffects")));
    }

    /// <summary>The checks of the API server that a configuration can fail (k8s.io/kubernetes, pkg/apis/admissionregistration/validation).</summary>
    [Theory]
    [InlineData("selfManaged")]
    [InlineData("certManager")]
    [InlineData("existingSecret")]
    public async Task The_API_server_accepts_the_configurations(string certificates)
    {
        var render = await Render.WithAsync(Render.Everything(certificates));
        var configurations = render.Of(Validating).Concat(render.Of(Mutating)).ToList();

        Assert.Equal(2, configurations.Count);
        Assert.All(configurations, configuration =>
        {
            var webhooks = configuration.Items("webhooks");
            Assert.Equal(webhooks.Count, webhooks.Select(webhook => webhook.Text("name")).Distinct().Count());
            Assert.All(webhooks, webhook =>
            {
                Assert.Superset(
                    webhook!.AsObject().Select(entry => entry.Key).ToHashSet(),
                    new HashSet<string>([
                        "name", "clientConfig", "rules", "failurePolicy", "matchPolicy", "namespaceSelector", "objectSelector", "sideEffects", "timeoutSeconds",
                        "admissionReviewVersions", "reinvocationPolicy", "matchConditions"]));
                Assert.Matches("^[a-z-]+\\.[a-z-]+\\.[a-z]+$", webhook.Text("name"));
                Assert.Equal(configuration.Kind() == Mutating, webhook.AsObject().ContainsKey("reinvocationPolicy"));
                Assert.Equal("None", webhook.Text("sideEffects"));
                Assert.Equal("Equivalent", webhook.Text("matchPolicy"));
                Assert.Equal(["v1"], webhook.Texts("admissionReviewVersions"));
                Assert.InRange((long)webhook["timeoutSeconds"]!, 1, 30);
                Assert.Matches("^/[a-z-]+$", webhook.Text("clientConfig/service/path"));
                Assert.Equal("443", webhook.Text("clientConfig/service/port"));
                Assert.All(webhook.Items("matchConditions"), condition => Assert.Matches(new Regex("^[A-Za-z0-9][-A-Za-z0-9_.]{0,61}[A-Za-z0-9]$"), condition.Text("name")));
                Assert.All(webhook.Items("rules"), rule =>
                {
                    Assert.NotEmpty(rule.Texts("apiVersions"));
                    Assert.Contains(rule.Text("scope"), (string[])["Namespaced", "Cluster"]);

                    // Nothing by a wildcard: leases, events, nodes and token reviews must never wait for a webhook.
                    Assert.DoesNotContain("*", rule.Texts("resources").Concat(rule.Texts("apiGroups")).Concat(rule.Texts("operations")));
                });
            });
        });
    }

    /// <summary>Where cert-manager is not told, nothing writes the caBundle, and every call fails.</summary>
    [Theory]
    [InlineData("annotations: null", new string[0])]
    [InlineData("annotations: {admissions.enforcer/disabled: null}", new string[0])]
    [InlineData("annotations: {admissions.enforcer/disabled: null, example.com/team: platform}", new[] { "example.com/team: platform" })]
    [InlineData("annotations: {example.com/team: platform}", new[] { "admissions.enforcer/disabled: true", "example.com/team: platform" })]
    public async Task Whatever_the_annotations_are_cert_manager_is_told_where_the_caBundle_goes(string webhooks, string[] given)
    {
        var configurations = (await Render.WithAsync($"certificates: {{mode: certManager}}\nwebhooks: {{{webhooks}}}", namespaceName: "guard", release: "blue"))
            .Objects.Where(item => item.At("webhooks") is not null).ToList();

        Assert.Equal(2, configurations.Count);
        Assert.All(configurations, configuration => Assert.Equal(
            given.Append("cert-manager.io/inject-ca-from: guard/blue-ha-webhook").Order(StringComparer.Ordinal),
            configuration.At("metadata/annotations")!.AsObject().Select(entry => $"{entry.Key}: {entry.Value}").Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task The_webhooks_lead_to_the_Service()
    {
        var render = await Render.WithAsync(release: "blue", namespaceName: "guard");
        var service = render.One("Service", "blue-ha-webhook");

        Assert.All(render.Objects.SelectMany(item => item.Items("webhooks")), webhook =>
        {
            Assert.Equal("blue-ha-webhook", webhook.Text("clientConfig/service/name"));
            Assert.Equal("guard", webhook.Text("clientConfig/service/namespace"));
        });
        Assert.Equal("443", service.Text("spec/ports/0/port"));
        Assert.Contains(render.Container.Items("ports"), port => port.Text("name") == service.Text("spec/ports/0/targetPort"));
        Assert.Contains("--service=blue-ha-webhook", render.Arguments);
        Assert.Contains("--webhook-configuration=" + render.One(Validating).Name(), render.Arguments);
    }

    private static JsonNode Webhook(Render render, string kind, string name) =>
        Assert.Single(render.One(kind).Items("webhooks"), webhook => webhook.Text("name") == name)!;

    private static IEnumerable<string> AskedBy(Render render, string kind, string name) =>
        (from rule in Webhook(render, kind, name).Items("rules")
         from apiGroup in rule.Texts("apiGroups")
         from resource in rule.Texts("resources")
         select $"{(apiGroup.Length == 0 ? "*" : apiGroup)} {resource} {string.Join(',', rule.Texts("operations"))}").Order(StringComparer.Ordinal);
}
