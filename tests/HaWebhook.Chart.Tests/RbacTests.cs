using HaWebhook.Cluster;
using HaWebhook.Permissions;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Chart.Tests;

/// <summary>What the program may do is a list, and the list is short.</summary>
public class RbacTests
{
    private static readonly string[] _known =
    [
        "- * * namespaces get,list,watch", "- * * replicationcontrollers get,list,watch", "- * * persistentvolumeclaims list,watch",
        "- * apps deployments get,list,watch", "- * apps statefulsets get,list,watch", "- * apps daemonsets get,list,watch", "- * apps replicasets get,list,watch",
        "- * autoscaling horizontalpodautoscalers list,watch", "- * keda.sh scaledobjects list,watch", "- * policy poddisruptionbudgets list,watch",
        "- * acid.zalan.do postgresqls get,list,watch", "- * apps.kruise.io clonesets get,list,watch", "- * apps.openshift.io deploymentconfigs get,list,watch",
        "- * argoproj.io rollouts get,list,watch", "- * databases.spotahome.com redisfailovers get,list,watch",
        "- * elasticsearch.k8s.elastic.co elasticsearches get,list,watch", "- * kafka.strimzi.io kafkanodepools get,list,watch",
        "- * mongodbcommunity.mongodb.com mongodbcommunity get,list,watch", "- * postgresql.cnpg.io clusters get,list,watch",
        "- * rabbitmq.com rabbitmqclusters get,list,watch",
    ];

    private static readonly string[] _audit =
    [
        "- * * pods list", "- * * nodes list", "- * batch cronjobs list", "- * batch jobs list", "- * velero.io schedules list",
        "- * snapshot.storage.k8s.io volumesnapshots list", "- * openreports.io reports create,delete,list,patch", "- * wgpolicyk8s.io policyreports create,delete,list,patch",
        "ha-webhook * coordination.k8s.io leases create", "ha-webhook ha-webhook-audit coordination.k8s.io leases get,update",
    ];

    [Theory]
    [InlineData("", "get,patch", new[]
    {
        "ha-webhook * * secrets create", "ha-webhook ha-webhook-ca * secrets get,update",
        "ha-webhook ha-webhook-self-check coordination.k8s.io leases create,patch",
    })]
    [InlineData("selfCheck: {enabled: false}", "get,patch", new[] { "ha-webhook * * secrets create", "ha-webhook ha-webhook-ca * secrets get,update" })]
    [InlineData("certificates: {mode: certManager}", "get", new[] { "ha-webhook ha-webhook-self-check coordination.k8s.io leases create,patch" })]
    [InlineData("certificates: {mode: certManager}\nselfCheck: {enabled: false}", "get", new string[0])]
    public async Task The_program_may_do_exactly_this(string values, string configurations, string[] own)
    {
        var render = await Render.WithAsync(values);
        string[] registration =
        [
            $"- ha-webhook admissionregistration.k8s.io validatingwebhookconfigurations {configurations}",
            $"- ha-webhook admissionregistration.k8s.io mutatingwebhookconfigurations {configurations}",
        ];

        Assert.Equal(
            [.. _known.Concat(registration).Concat(own).Concat(_audit).Order(StringComparer.Ordinal)],
            RightsOf(render, "ha-webhook").Order(StringComparer.Ordinal));
    }

    /// <summary>The program's own table, to which its tests hold it. A verb more on what may be read anyway is one right.</summary>
    [Theory]
    [InlineData("selfManaged", true)]
    [InlineData("selfManaged", false)]
    [InlineData("certManager", true)]
    [InlineData("certManager", false)]
    [InlineData("existingSecret", true)]
    [InlineData("selfManaged", true, "audit: {interval: 0}")]
    [InlineData("certManager", false, "audit: {interval: \"0\"}")]
    [InlineData("selfManaged", true, "audit: {events: true}")]
    [InlineData("certManager", false, "audit: {reports: none}")]
    [InlineData("selfManaged", true, "policy: {rules: {default-disruption-budget: {enabled: true}}}")]
    [InlineData("selfManaged", true, "policy: {rules: {default-disruption-budget: {enabled: false}}}")]
    [InlineData("selfManaged", true, "policy: {rules: {default-disruption-budget: null}}")]
    [InlineData(
        "selfManaged",
        true,
        "policy: {overrides: [{namespaceSelector: {matchLabels: {a: b}}, mode: Warn}, {namespaceSelector: {matchLabels: {c: d}}, rules: {default-disruption-budget: {enabled: true}}}]}")]
    public async Task It_may_do_what_the_program_says_that_it_asks_for(string certificates, bool selfCheck, string audit = "")
    {
        var render = await Render.WithAsync(
            $$"""
            certificates: {mode: {{certificates}}, existingSecret: {name: tls, caBundle: "-----BEGIN CERTIFICATE-----"} }
            selfCheck: {enabled: {{(selfCheck ? "true" : "false")}} }
            {{audit}}
            """);
        bool Has(string word) => audit.Contains(word, StringComparison.Ordinal);

        var needed = ServerPermissions.Cluster
            .Concat(ServerPermissions.CustomKinds(PolicyTests.PolicyOf(render)))
            .Concat(selfCheck ? ServerPermissions.SelfCheck("ha-webhook-self-check", "ha-webhook") : [])
            .Concat(certificates == "selfManaged" ? ServerPermissions.Certificates("ha-webhook-ca", "ha-webhook") : ServerPermissions.FileCertificates("ha-webhook"))
            .Concat(Has("interval") ? [] : ServerPermissions.Audit("ha-webhook-audit"))
            .Concat(Has("interval") || Has("none") ? [] : ServerPermissions.AuditReports)
            .Concat(Has("events") ? ServerPermissions.AuditEvents : [])
            .Concat(Has("enabled: true") ? ServerPermissions.DefaultBudgets : [])
            .GroupBy(each => $"{(each.IsClusterWide ? "-" : Render.Namespace)} {each.Name ?? "*"} {(each.Group.Length == 0 ? "*" : each.Group)} {each.Resource}")
            .Select(alike => $"{alike.Key} {string.Join(',', alike.SelectMany(each => each.Verbs).Distinct().Order(StringComparer.Ordinal))}");
        var granted = RightsOf(render, "ha-webhook")
            .Select(right => right.Split(' '))
            .GroupBy(right => string.Join(' ', right[..4]))
            .Select(alike => $"{alike.Key} {string.Join(',', alike.SelectMany(right => right[4].Split(',')).Order(StringComparer.Ordinal))}");

        Assert.Equal(needed.Order(StringComparer.Ordinal), granted.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_hooks_may_do_exactly_this()
    {
        var render = await Render.WithAsync();

        Assert.Equal(
            [
                "- ha-webhook admissionregistration.k8s.io mutatingwebhookconfigurations delete",
                "- ha-webhook admissionregistration.k8s.io validatingwebhookconfigurations delete",
            ],
            RightsOf(render, "ha-webhook-uninstall").Order(StringComparer.Ordinal));
        Assert.Equal(
            ["default ha-webhook-verify-bad apps deployments create,patch", "default ha-webhook-verify-good apps deployments create,patch"],
            RightsOf(render, "ha-webhook-test").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task It_may_list_and_watch_every_kind_that_the_policy_makes_it_keep()
    {
        const string policy = """
            policy:
              workloads: [{group: example.com, kind: Farm, resource: farms}]
              replicatedResources: [{group: example.com, kind: Store, resource: stores, path: spec.size}, {group: db.example.com, kind: Db, resource: dbs, path: spec.size}]
            """;
        foreach (var values in (string[])["", policy])
        {
            var render = await Render.WithAsync(values + "\naudit: {interval: 0}");
            var options = PolicyTests.PolicyOf(render);
            var rights = RightsOf(render, "ha-webhook");
            var kinds = ClusterKind.Needed(options, (RelatedKinds)~0, new EveryGroup()).ToList();

            Assert.True(kinds.Count > 10);
            Assert.All(kinds, kind => Assert.Contains(rights, right =>
                right.StartsWith($"- * {(kind.Resource.Group.Length == 0 ? "*" : kind.Resource.Group)} {kind.Resource.Plural} ", StringComparison.Ordinal)
                && right.EndsWith("list,watch", StringComparison.Ordinal)));

            // And nothing else but its own registration.
            Assert.Equal(kinds.Select(kind => (kind.Resource.Group, kind.Resource.Plural)).Distinct().Count() + 2, rights.Count(right => right[0] == '-'));
        }
    }

    [Fact]
    public async Task Without_rbac_there_are_no_roles_and_no_accounts_neither_of_the_program_nor_of_hooks()
    {
        // The namespace of a test that there is not may be any.
        var render = await Render.WithAsync("rbac: {create: false}\nserviceAccount: {create: false, name: mine}\ntests: {namespace: kube-system}");

        Assert.DoesNotContain(render.Objects, item => item.Kind().Contains("Role", StringComparison.Ordinal) || item.Kind() == "ServiceAccount");
        Assert.DoesNotContain(render.Objects, Render.IsHook);
        Assert.Equal("mine", render.Deployment.Text("spec/template/spec/serviceAccountName"));
    }

    /// <summary>The rights of a service account: namespace (or -), name (or *), group (* for the core), resource, verbs.</summary>
    private static List<string> RightsOf(Render render, string account)
    {
        var rights = new List<string>();
        foreach (var binding in render.Objects.Where(item => item.Kind() is "ClusterRoleBinding" or "RoleBinding"))
        {
            if (!binding.Items("subjects").Any(subject => subject.Text("kind") == "ServiceAccount" && subject.Text("name") == account && subject.Text("namespace") == Render.Namespace))
            {
                continue;
            }

            var role = Assert.Single(render.Objects, item => item.Kind() == binding.Text("roleRef/kind") && item.Name() == binding.Text("roleRef/name"));
            Assert.Equal(binding.At("metadata/namespace")?.ToString(), role.At("metadata/namespace")?.ToString());
            foreach (var rule in role.Items("rules"))
            {
                Assert.DoesNotContain("*", rule.Texts("apiGroups").Concat(rule.Texts("resources")).Concat(rule.Texts("verbs")));
                rights.AddRange(
                    from name in rule.At("resourceNames") is null ? ["*"] : rule.Texts("resourceNames")
                    from apiGroup in rule.Texts("apiGroups")
                    from resource in rule.Texts("resources")
                    select $"{binding.At("metadata/namespace")?.ToString() ?? "-"} {name} {(apiGroup.Length == 0 ? "*" : apiGroup)} {resource} {string.Join(',', rule.Texts("verbs"))}");
            }
        }

        return rights;
    }

    /// <summary>A server that serves whatever it is asked for.</summary>
    private sealed class EveryGroup : Dictionary<string, string>, IReadOnlyDictionary<string, string>
    {
        string IReadOnlyDictionary<string, string>.this[string key] => "v1";

        bool IReadOnlyDictionary<string, string>.ContainsKey(string key) => true;
    }
}
