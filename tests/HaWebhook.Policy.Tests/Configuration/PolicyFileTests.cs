using System.Text.RegularExpressions;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Rules;

namespace HaWebhook.Policy.Tests.Configuration;

public class PolicyFileTests
{
    [Fact]
    public void Sample_HasTheDefaultsButForWhatItDocuments()
    {
        var sample = Read(RepositoryFile.ReadText("samples/policy.yaml"));
        var defaults = PolicyOptions.Default;

        Assert.Equal(defaults.Mode, sample.Mode);
        Assert.Equal(defaults.ExistingViolations, sample.ExistingViolations);
        Assert.Equal(defaults.OnRuleError, sample.OnRuleError);
        Assert.Equal(defaults.NamespaceModes, sample.NamespaceModes);
        Assert.Equal(defaults.AnnotationExemptions, sample.AnnotationExemptions);
        Assert.Equal(defaults.Autoscalers, sample.Autoscalers);
        Assert.Equal(defaults.Workloads, sample.Workloads);
        Assert.Equal(defaults.ReplicatedResources, sample.ReplicatedResources);
        Assert.Equal(["system:serviceaccount:velero:velero"], sample.RestoreUsers);
        Assert.Equal(2, sample.Exemptions.Count);
        Assert.Equal(["batch"], sample.Exemptions[0].Namespaces);
        Assert.Equal(["minimum-replicas"], sample.Exemptions[0].Rules);
        Assert.Equal("nightly jobs that run alone", sample.Exemptions[0].Reason);
        Assert.Equal(new DateOnly(2027, 1, 31), sample.Exemptions[0].Until);
        Assert.Equal(["velero/velero"], sample.Exemptions[1].ServiceAccounts);
        Assert.Equal(["all"], sample.Exemptions[1].Rules);
        Assert.Equal("restores must not be held up", sample.Exemptions[1].Reason);
        Assert.Null(sample.Exemptions[1].Until);
        Assert.Equal(
            ["env=dev Warn", "kubernetes.io/metadata.name in (payments,checkout)  minimum-replicas readiness-probe"],
            sample.Overrides.Select(over => $"{over.NamespaceSelector} {over.Mode} {string.Join(' ', over.Rules.Keys)}".TrimEnd()));
    }

    [Fact]
    public void Sample_ShowsEveryRuleAndParameterWithItsDefaultButHasEveryRuleOn()
    {
        var sample = Read(RepositoryFile.ReadText("samples/policy.yaml"));

        Assert.Equal(BuiltInRules.All.Select(rule => rule.Id).Order(), sample.Rules.Keys.Order());
        foreach (var rule in BuiltInRules.All)
        {
            var settings = sample.Rules[rule.Id];
            var action = (rule as ValidatingRuleDefinition)?.DefaultAction;
            Assert.Equal(action == ValidationAction.Off ? ValidationAction.Audit : action, settings.Action);
            Assert.Equal(rule is ValidatingRuleDefinition ? null : true, settings.Enabled);
            Assert.Equal(
                rule.Parameters.Select(parameter => parameter.Name).Order(),
                settings.Values.Keys.Select(parameter => parameter.Name).Order());
            foreach (var (parameter, value) in settings.Values)
            {
                var text = value switch
                {
                    bool flag => flag ? "true" : "false",
                    IEnumerable<string> list => $"[{string.Join(", ", list)}]",
                    _ => value.ToString(),
                };
                Assert.Equal($"{rule.Id}.{parameter.Name}: {parameter.DefaultText}", $"{rule.Id}.{parameter.Name}: {text}");
            }
        }
    }

    [Fact]
    public void KeysThatAreLeftOut_HaveTheirDefaults()
    {
        var policy = Read("mode: Audit\n");

        Assert.Equal(Mode.Audit, policy.Mode);
        Assert.Equal(PolicyOptions.Default with { Mode = Mode.Audit }, Comparable(policy));
        Assert.Empty(policy.Exemptions);
        Assert.Empty(policy.Rules);
    }

    [Theory]
    [InlineData("existingViolations: null\n")]
    [InlineData("mode:\nrules:\nexemptions: ~\nworkloads: null\nreplicatedResources:\n")]
    [InlineData("rules: {minimum-replicas: null, default-probes: ~}\n")]
    [InlineData("rules: {minimum-replicas: {action: null, minimum: ~}, default-probes: {enabled: null}}\n")]
    public void Null_IsTheSameAsLeftOut(string text)
    {
        var policy = Read(text);

        Assert.Equal(PolicyOptions.Default, Comparable(policy));
        Assert.Empty(policy.Exemptions);
        Assert.All(policy.Rules.Values, rule => Assert.Equal((null, null, 0), (rule.Action, rule.Enabled, rule.Values.Count)));
    }

    [Fact]
    public void EmptyLists_ReplaceTheDefaults()
    {
        var policy = Read("autoscalers: []\nworkloads: []\nreplicatedResources: []\n");

        Assert.Empty(policy.Autoscalers);
        Assert.Empty(policy.Workloads);
        Assert.Empty(policy.ReplicatedResources);
    }

    [Fact]
    public void EveryKey_IsRead()
    {
        var policy = Read("""
            mode: Warn
            existingViolations: Deny
            onRuleError: Deny
            namespaceModes: Any
            annotationExemptions: {allowed: false, maximumDays: 3650, untilRequired: true}
            exemptions:
            - {namespaces: [a], usernames: [b], groups: [c], serviceAccounts: [d/e],
               rules: [managed-pods, default-probes], reason: " why ", until: 2027-01-31}
            autoscalers: [f]
            restoreUsers: [g]
            workloads: [{group: example.com, kind: App, resource: apps}]
            replicatedResources: [{group: example.com, kind: Ring, resource: rings, path: "spec.sets[].size", absent: 0}]
            rules:
              minimum-replicas: {action: Audit, minimum: 100, allowZero: false, whenOmitted: Off, fromZero: Warn}
              topology-spread: {action: Off, topologyKeys: [rack]}
              default-probes: {enabled: false, readiness: false, liveness: Always, onUpdate: Keep, pods: All}
            """);

        Assert.Equal(Mode.Warn, policy.Mode);
        Assert.Equal(Outcome.Deny, policy.ExistingViolations);
        Assert.Equal(Outcome.Deny, policy.OnRuleError);
        Assert.Equal(NamespaceModes.Any, policy.NamespaceModes);
        Assert.Equal(new AnnotationExemptions { Allowed = false, MaximumDays = 3650, UntilRequired = true }, policy.AnnotationExemptions);
        var exemption = Assert.Single(policy.Exemptions);
        Assert.Equal(["a"], exemption.Namespaces);
        Assert.Equal(["b"], exemption.Usernames);
        Assert.Equal(["c"], exemption.Groups);
        Assert.Equal(["d/e"], exemption.ServiceAccounts);
        Assert.Equal(["managed-pods", "default-probes"], exemption.Rules);
        Assert.Equal(("why", new DateOnly(2027, 1, 31)), (exemption.Reason, exemption.Until));
        Assert.Equal(["f"], policy.Autoscalers);
        Assert.Equal(["g"], policy.RestoreUsers);
        Assert.Equal([new CustomWorkload("example.com", "App", "apps")], policy.Workloads);
        Assert.Equal([new CustomReplicatedResource("example.com", "Ring", "rings", "spec.sets[].size", Absent: 0)], policy.ReplicatedResources);
        Assert.Equal("Audit allowZero=False fromZero=Warn minimum=100 whenOmitted=Off", SettingsOf(policy, "minimum-replicas"));
        Assert.Equal("Off topologyKeys=rack", SettingsOf(policy, "topology-spread"));
        Assert.Equal(" liveness=Always onUpdate=Keep pods=All readiness=False", SettingsOf(policy, "default-probes"));
        Assert.False(policy.Rules["default-probes"].Enabled);
    }

    [Fact]
    public void Json_IsReadLikeYaml()
    {
        var policy = Read("""{"mode": "Warn", "rules": {"minimum-replicas": {"action": "Audit", "minimum": 3}}}""");

        Assert.Equal(Mode.Warn, policy.Mode);
        Assert.Equal("Audit minimum=3", SettingsOf(policy, "minimum-replicas"));
    }

    [Fact]
    public void Hash_TellsTextsApart()
    {
        string[] texts = ["mode: Warn\n", "mode: Warn", "mode: Audit\n", "mode: Warn # as agreed\n"];
        var hashes = texts.Select(text => Read(text).Hash).ToArray();

        Assert.Equal(texts.Length, hashes.Distinct().Count());
        Assert.All(hashes, hash => Assert.Matches(new Regex("^[0-9a-f]{12}$"), hash));
        Assert.Equal(hashes[0], Read("mode: Warn\n").Hash);
        Assert.Equal("80963dc90966", hashes[1]);
        Assert.Equal("default", PolicyOptions.Default.Hash);
    }

    /// <summary>The policy with the parts that records cannot compare left out.</summary>
    private static PolicyOptions Comparable(PolicyOptions policy) =>
        policy with
        {
            Hash = PolicyOptions.Default.Hash,
            Exemptions = PolicyOptions.Default.Exemptions,
            Overrides = PolicyOptions.Default.Overrides,
            Rules = PolicyOptions.Default.Rules,
        };

    private static string SettingsOf(PolicyOptions policy, string rule)
    {
        var values = policy.Rules[rule].Values.OrderBy(pair => pair.Key.Name, StringComparer.Ordinal)
            .Select(pair => $" {pair.Key.Name}={(pair.Value is IEnumerable<string> list ? string.Join(',', list) : pair.Value)}");
        return policy.Rules[rule].Action + string.Concat(values);
    }

    private static PolicyOptions Read(string text)
    {
        var policy = PolicyReading.Read(text, out var errors);
        Assert.Empty(errors);
        return Assert.IsType<PolicyOptions>(policy);
    }
}
