namespace HaWebhook.Policy.Tests.Configuration;

public class PolicyFileErrorTests
{
    private const string Modes = "must be one of Audit, Warn, Enforce";
    private const string Outcomes = "must be one of Allow, Deny";
    private const string Actions = "must be one of Off, Audit, Warn, Deny";

    [Theory]
    [InlineData("", "1: the policy is empty; write at least its mode")]
    [InlineData("# nothing yet\n", "1: the policy is empty; write at least its mode")]
    [InlineData("---\n---\n", "1: the policy is empty; write at least its mode")]
    [InlineData("mode: Warn\n---\nmode: Audit\n", "1: the policy must be one document")]
    [InlineData("- mode: Warn\n", "1: the policy must be a mapping of keys such as mode and rules")]
    [InlineData("\n\nEnforce\n", "3: the policy must be a mapping of keys such as mode and rules")]
    [InlineData("mode: Warn\nmode: Audit\n", "2: duplicate key \"mode\": it is already on line 1")]
    [InlineData("[]", "1: the policy must be a mapping of keys such as mode and rules")]
    public void File_MustBeOneMapping(string text, string error) => Assert.Equal([error], Errors(text));

    [Theory]
    [InlineData("mode", "[Warn]", Modes)]
    [InlineData("mode", "warn", Modes + "; did you mean Warn?")]
    [InlineData("mode", "Enforced", Modes + "; did you mean Enforce?")]
    [InlineData("mode", "1", Modes)]
    [InlineData("mode", "Off", Modes)]
    [InlineData("existingViolations", "Warn", Outcomes)]
    [InlineData("existingViolations", "true", Outcomes)]
    [InlineData("existingViolations", "{}", Outcomes)]
    [InlineData("onRuleError", "Fail", Outcomes)]
    [InlineData("onRuleError", "deny", Outcomes + "; did you mean Deny?")]
    [InlineData("namespaceModes", "Stricter", "must be one of Ignore, StricterOnly, Any; did you mean StricterOnly?")]
    [InlineData("namespaceModes", "Never", "must be one of Ignore, StricterOnly, Any")]
    [InlineData("namespaceModes", "[]", "must be one of Ignore, StricterOnly, Any")]
    [InlineData("annotationExemptions", "true", "must be a mapping")]
    [InlineData("annotationExemptions", "[]", "must be a mapping")]
    [InlineData("exemptions", "{}", "must be a list of mappings")]
    [InlineData("exemptions", "[all]", "must be a list of mappings")]
    [InlineData("autoscalers", "keda", "must be a list of texts")]
    [InlineData("autoscalers", "[1]", "must be a list of texts")]
    [InlineData("autoscalers", "['']", "must be a list of texts")]
    [InlineData("restoreUsers", "{}", "must be a list of texts")]
    [InlineData("restoreUsers", "[[]]", "must be a list of texts")]
    [InlineData("workloads", "Rollout", "must be a list of mappings")]
    [InlineData("workloads", "[Rollout]", "must be a list of mappings")]
    [InlineData("replicatedResources", "{}", "must be a list of mappings")]
    [InlineData("rules", "[minimum-replicas]", "must be a mapping")]
    [InlineData("rules", "all", "must be a mapping")]
    public void TopLevelKey_MustHaveItsType(string key, string value, string problem) =>
        Assert.Equal([$"3: {key} {problem}"], Errors($"# a comment\n\n{key}: {value}\n"));

    [Theory]
    [InlineData("allowed", "yes", "must be true or false")]
    [InlineData("allowed", "1", "must be true or false")]
    [InlineData("allowed", "[]", "must be true or false")]
    [InlineData("maximumDays", "0", "must be a whole number from 1 to 3650")]
    [InlineData("maximumDays", "3651", "must be a whole number from 1 to 3650")]
    [InlineData("maximumDays", "-1", "must be a whole number from 1 to 3650")]
    [InlineData("maximumDays", "1.5", "must be a whole number from 1 to 3650")]
    [InlineData("maximumDays", "'90'", "must be a whole number from 1 to 3650")]
    [InlineData("maximumDays", "99999999999", "must be a whole number from 1 to 3650")]
    [InlineData("maximumDays", "{}", "must be a whole number from 1 to 3650")]
    [InlineData("untilRequired", "sometimes", "must be true or false")]
    [InlineData("maximumDay", "90", "is not a key of the policy; did you mean maximumDays?")]
    [InlineData("expiry", "90", "is not a key of the policy")]
    public void AnnotationExemptions_MustHaveTheirTypes(string key, string value, string problem) =>
        Assert.Equal([$"2: annotationExemptions.{key} {problem}"], Errors($"annotationExemptions:\n  {key}: {value}\n"));

    [Theory]
    [InlineData("namespaces: batch", "3: exemptions[0].namespaces must be a list of texts")]
    [InlineData("namespaces: [1]", "3: exemptions[0].namespaces must be a list of texts")]
    [InlineData("usernames: {}", "3: exemptions[0].usernames must be a list of texts")]
    [InlineData("groups: all", "3: exemptions[0].groups must be a list of texts")]
    [InlineData("serviceAccounts: velero/velero", "3: exemptions[0].serviceAccounts must be a list of texts")]
    [InlineData("serviceAccounts: [velero]", "3: exemptions[0].serviceAccounts has velero; must be namespace/name")]
    [InlineData("serviceAccounts: [velero/]", "3: exemptions[0].serviceAccounts has velero/; must be namespace/name")]
    [InlineData("serviceAccounts: [/velero]", "3: exemptions[0].serviceAccounts has /velero; must be namespace/name")]
    [InlineData("serviceAccounts: [a/b/c]", "3: exemptions[0].serviceAccounts has a/b/c; must be namespace/name")]
    [InlineData("serviceAccounts: ['a:b']", "3: exemptions[0].serviceAccounts has a:b; must be namespace/name")]
    [InlineData("rules: all", "3: exemptions[0].rules must be a list of texts")]
    [InlineData("rules: [minimum-replica]", "3: exemptions[0].rules has minimum-replica, which is no rule; did you mean minimum-replicas?")]
    [InlineData("rules: [All]", "3: exemptions[0].rules has All, which is no rule; did you mean all?")]
    [InlineData("rules: [everything]", "3: exemptions[0].rules has everything, which is no rule")]
    [InlineData("until: tomorrow", "3: exemptions[0].until must be a date such as 2027-01-31")]
    [InlineData("until: 31.01.2027", "3: exemptions[0].until must be a date such as 2027-01-31")]
    [InlineData("until: 2027-02-29", "3: exemptions[0].until must be a date such as 2027-01-31")]
    [InlineData("until: 2027-01-31T00:00:00Z", "3: exemptions[0].until must be a date such as 2027-01-31")]
    [InlineData("until: []", "3: exemptions[0].until must be a date such as 2027-01-31")]
    [InlineData("namespace: [web]", "3: exemptions[0].namespace is not a key of the policy; did you mean namespaces?")]
    [InlineData("names: [web]", "3: exemptions[0].names is not a key of the policy")]
    public void Exemption_MustHaveItsTypes(string line, string error)
    {
        var selector = line.StartsWith("groups", StringComparison.Ordinal) ? "usernames: [ops]" : "groups: [ops]";

        Assert.Equal([error], Errors($"exemptions:\n- reason: a test\n  {line}\n  {selector}\n"));
    }

    [Theory]
    [InlineData("reason: ''", "1: exemptions[0].reason must be a text")]
    [InlineData("reason: '  '", "1: exemptions[0].reason must be a text")]
    [InlineData("reason: 7", "1: exemptions[0].reason must be a text")]
    [InlineData("reason: [a]", "1: exemptions[0].reason must be a text")]
    [InlineData("reason: null", "1: exemptions[0].reason is missing")]
    [InlineData("rules: [all]", "1: exemptions[0].reason is missing")]
    public void Exemption_MustHaveAReason(string entry, string error) => Assert.Equal([error], Errors($"exemptions: [{{groups: [ops], {entry}}}]"));

    [Theory]
    [InlineData("")]
    [InlineData(", rules: [minimum-replicas]")]
    [InlineData(", namespaces: [], usernames: [], groups: [], serviceAccounts: []")]
    public void ExemptionWithoutSelectors_WouldExemptEverything(string rest) =>
        Assert.Equal(
            ["2: exemptions[0] must give namespaces, usernames, groups or serviceAccounts: without them it would exempt everything"],
            Errors($"exemptions:\n- {{reason: a test{rest}}}\n"));

    [Theory]
    [InlineData("workloads", "group: a.b, kind: C", "workloads[0].resource is missing")]
    [InlineData("workloads", "group: a.b, resource: cs", "workloads[0].kind is missing")]
    [InlineData("workloads", "kind: C, resource: cs", "workloads[0].group is missing")]
    [InlineData("workloads", "group: [], kind: C, resource: cs", "workloads[0].group must be a text")]
    [InlineData("workloads", "group: a.b, kind: 1, resource: cs", "workloads[0].kind must be a text")]
    [InlineData("workloads", "group: a.b, kind: C, resource: cs, path: spec.replicas", "workloads[0].path is not a key of the policy")]
    [InlineData("replicatedResources", "group: a.b, kind: C, resource: cs", "replicatedResources[0].path is missing")]
    [InlineData("replicatedResources", "group: a.b, kind: C, resource: cs, path: 1", "replicatedResources[0].path must be a text")]
    [InlineData(
        "replicatedResources",
        "group: a.b, kind: C, resource: cs, path: spec.s, absent: -1",
        "replicatedResources[0].absent must be a whole number from 0 to 100")]
    [InlineData(
        "replicatedResources",
        "group: a.b, kind: C, resource: cs, path: spec.s, absent: '1'",
        "replicatedResources[0].absent must be a whole number from 0 to 100")]
    [InlineData(
        "replicatedResources",
        "group: a.b, kind: C, resource: cs, path: spec..count",
        "replicatedResources[0].path is spec..count; must be names joined by dots below spec, such as spec.instances or spec.nodeSets[].count")]
    [InlineData(
        "replicatedResources",
        "group: a.b, kind: C, resource: cs, path: 'spec.[].count'",
        "replicatedResources[0].path is spec.[].count; must be names joined by dots below spec, such as spec.instances or spec.nodeSets[].count")]
    [InlineData(
        "replicatedResources",
        "group: a.b, kind: C, resource: cs, path: spec.s, paths: s",
        "replicatedResources[0].paths is not a key of the policy; did you mean path?")]
    public void CustomKind_MustBeWhole(string key, string entry, string error) => Assert.Equal([$"1: {error}"], Errors($"{key}: [{{{entry}}}]"));

    [Theory]
    [InlineData("minimum-replicas", "Deny", "must be a mapping")]
    [InlineData("minimum-replicas", "[]", "must be a mapping")]
    [InlineData("minimum-replica", "{}", "is not a key of the policy; did you mean minimum-replicas?")]
    [InlineData("everything", "{}", "is not a key of the policy")]
    [InlineData("all", "{}", "is not a key of the policy")]
    public void Rule_MustBeKnown(string rule, string value, string problem) =>
        Assert.Equal([$"2: rules.{rule} {problem}"], Errors($"rules:\n  {rule}: {value}\n"));

    [Theory]
    [InlineData("minimum-replicas", "action: deny", "action " + Actions + "; did you mean Deny?")]
    [InlineData("minimum-replicas", "action: Enforce", "action " + Actions)]
    [InlineData("minimum-replicas", "action: [Deny]", "action " + Actions)]
    [InlineData("minimum-replicas", "minimum: 1", "minimum must be a whole number from 2 to 100")]
    [InlineData("minimum-replicas", "minimum: 101", "minimum must be a whole number from 2 to 100")]
    [InlineData("minimum-replicas", "minimum: 2.0", "minimum must be a whole number from 2 to 100")]
    [InlineData("minimum-replicas", "minimum: '2'", "minimum must be a whole number from 2 to 100")]
    [InlineData("minimum-replicas", "minimum: []", "minimum must be a whole number from 2 to 100")]
    [InlineData("minimum-replicas", "allowZero: no", "allowZero must be true or false")]
    [InlineData("minimum-replicas", "allowZero: {}", "allowZero must be true or false")]
    [InlineData("minimum-replicas", "whenOmitted: Allow", "whenOmitted must be one of Deny, Warn, Audit, Off")]
    [InlineData("minimum-replicas", "fromZero: warn", "fromZero must be one of Deny, Warn, Audit, Off; did you mean Warn?")]
    [InlineData("minimum-replicas", "maximum: 9", "maximum is not a key of the policy; did you mean minimum?")]
    [InlineData("minimum-replicas", "enabled: true", "enabled is for mutating rules; a validating rule has action")]
    [InlineData("readiness-probe", "minimum: 2", "minimum is not a key of the policy")]
    [InlineData("topology-spread", "topologyKeys: zone", "topologyKeys must be a list of at least one text")]
    [InlineData("topology-spread", "topologyKeys: [{}]", "topologyKeys must be a list of at least one text")]
    [InlineData("topology-spread", "topologyKeys: ['']", "topologyKeys must be a list of at least one text")]
    [InlineData("probe-settings", "startupSeconds: -1", "startupSeconds must be a whole number from 0 to 3600")]
    [InlineData("probe-settings", "startupSeconds: 3601", "startupSeconds must be a whole number from 0 to 3600")]
    [InlineData("image-tag", "mutableTags: []", "mutableTags must be a list of at least one text")]
    [InlineData("image-tag", "mutableTags: latest", "mutableTags must be a list of at least one text")]
    [InlineData("priority-class", "allowed: high", "allowed must be a list of texts")]
    [InlineData("priority-class", "allowed: ['']", "allowed must be a list of texts")]
    [InlineData("default-probes", "action: Deny", "action is for validating rules; a mutating rule has enabled")]
    [InlineData("default-probes", "enabled: yes", "enabled must be true or false")]
    [InlineData("default-probes", "readiness: 1", "readiness must be true or false")]
    [InlineData("default-probes", "liveness: Sometimes", "liveness must be one of Never, Stateless, Always")]
    [InlineData("default-probes", "onUpdate: Drop", "onUpdate must be one of Fill, Keep")]
    [InlineData("default-probes", "onUpdate: keeps", "onUpdate must be one of Fill, Keep; did you mean Keep?")]
    [InlineData("default-topology-spread", "pods: Some", "pods must be one of Bare, All")]
    [InlineData("default-topology-spread", "readiness: true", "readiness is not a key of the policy")]
    public void Parameter_MustBeInItsRange(string rule, string line, string error) =>
        Assert.Equal([$"3: rules.{rule}.{error}"], Errors($"rules:\n  {rule}:\n    {line}\n"));

    [Theory]
    [InlineData("Warn", "overrides must be a list of mappings")]
    [InlineData("{mode: Warn}", "overrides must be a list of mappings")]
    [InlineData("[Warn]", "overrides must be a list of mappings")]
    [InlineData("[{mode: Warn}]", "overrides[0].namespaceSelector is missing")]
    [InlineData("[{mode: Warn, namespaceSelector: env}]", "overrides[0].namespaceSelector must be a mapping")]
    [InlineData(
        "[{mode: Warn, namespaceSelector: {}}]",
        "overrides[0].namespaceSelector must give matchLabels or matchExpressions: without them it would select every namespace")]
    [InlineData(
        "[{mode: Warn, namespaceSelector: {matchLabels: {}, matchExpressions: []}}]",
        "overrides[0].namespaceSelector must give matchLabels or matchExpressions: without them it would select every namespace")]
    [InlineData(
        "[{mode: Warn, namespaceSelector: {matchLabel: {env: dev}}}]",
        "overrides[0].namespaceSelector.matchLabel is not a key of the policy; did you mean matchLabels?",
        "overrides[0].namespaceSelector must give matchLabels or matchExpressions: without them it would select every namespace")]
    [InlineData("[{mode: Warn, namespaceSelector: {matchLabels: env}}]", "overrides[0].namespaceSelector.matchLabels must be a mapping")]
    [InlineData("[{mode: Warn, namespaceSelector: {matchLabels: {env: 1}}}]", "overrides[0].namespaceSelector.matchLabels.env must be a text")]
    [InlineData("[{mode: Warn, namespaceSelector: {matchLabels: {env: true}}}]", "overrides[0].namespaceSelector.matchLabels.env must be a text")]
    [InlineData("[{mode: Warn, namespaceSelector: {matchLabels: {env: }}}]", "overrides[0].namespaceSelector.matchLabels.env must be a text")]
    [InlineData(
        "[{mode: Warn, namespaceSelector: {matchLabels: {env: a b}}}]",
        "overrides[0].namespaceSelector.matchLabels.env is a b; must be the value of a label: at most 63 letters, digits, dots, dashes and underscores")]
    [InlineData(
        "[{mode: Warn, namespaceSelector: {matchLabels: {the env: dev}}}]",
        "overrides[0].namespaceSelector.matchLabels.the env must be the key of a label, such as env or example.com/env")]
    [InlineData(
        "[{mode: Warn, namespaceSelector: {matchExpressions: [{key: env, operator: in, values: [dev]}]}}]",
        "overrides[0].namespaceSelector.matchExpressions[0].operator must be one of In, NotIn, Exists, DoesNotExist; did you mean In?")]
    [InlineData(
        "[{mode: Warn, namespaceSelector: {matchExpressions: [{operator: Exists}]}}]",
        "overrides[0].namespaceSelector.matchExpressions[0].key is missing")]
    [InlineData(
        "[{mode: Warn, namespaceSelector: {matchExpressions: [{key: env}]}}]",
        "overrides[0].namespaceSelector.matchExpressions[0].operator is missing")]
    [InlineData(
        "[{mode: Warn, namespaceSelector: {matchExpressions: [{key: env, operator: In}]}}]",
        "overrides[0].namespaceSelector.matchExpressions[0].values must name values for In")]
    [InlineData(
        "[{mode: Warn, namespaceSelector: {matchExpressions: [{key: env, operator: Exists, values: [dev]}]}}]",
        "overrides[0].namespaceSelector.matchExpressions[0].values must be left out for Exists")]
    [InlineData("[{namespaceSelector: {matchLabels: {env: dev}}}]", "overrides[0] must give mode or rules: without them it changes nothing")]
    [InlineData("[{namespaceSelector: {matchLabels: {env: dev}}, rules: {}}]", "overrides[0] must give mode or rules: without them it changes nothing")]
    [InlineData("[{namespaceSelector: {matchLabels: {env: dev}}, mode: Of}]", "overrides[0].mode must be one of Audit, Warn, Enforce")]
    [InlineData("[{namespaceSelector: {matchLabels: {env: dev}}, mode: warn}]", "overrides[0].mode must be one of Audit, Warn, Enforce; did you mean Warn?")]
    [InlineData(
        "[{namespaceSelector: {matchLabels: {env: dev}}, mode: Warn, exemptions: []}]", "overrides[0].exemptions is not a key of the policy")]
    [InlineData(
        "[{namespaceSelector: {matchLabels: {env: dev}}, rules: {minimum-replica: {minimum: 3}}}]",
        "overrides[0].rules.minimum-replica is not a key of the policy; did you mean minimum-replicas?")]
    [InlineData(
        "[{namespaceSelector: {matchLabels: {env: dev}}, rules: {minimum-replicas: {minimum: 1}}}]",
        "overrides[0].rules.minimum-replicas.minimum must be a whole number from 2 to 100")]
    public void Override_MustSayWhereAndWhat(string overrides, params string[] errors) =>
        Assert.Equal(errors.Select(error => $"1: {error}"), Errors($"overrides: {overrides}"));

    [Theory]
    [InlineData("mod: Warn", "1: mod is not a key of the policy; did you mean mode?")]
    [InlineData("Mode: Warn", "1: Mode is not a key of the policy; did you mean mode?")]
    [InlineData("exemption: []", "1: exemption is not a key of the policy; did you mean exemptions?")]
    [InlineData("replicas: 2", "1: replicas is not a key of the policy")]
    [InlineData("override: []", "1: override is not a key of the policy; did you mean overrides?")]
    public void UnknownKey_IsAnErrorWithAHint(string text, string error) => Assert.Equal([error], Errors(text));

    [Fact]
    public void AllErrors_AreToldInTheOrderOfTheLines() =>
        Assert.Equal(
            [
                "1: rules.minimum-replicas.minimum must be a whole number from 2 to 100",
                "2: mod is not a key of the policy; did you mean mode?",
                "3: exemptions[0] must give namespaces, usernames, groups or serviceAccounts: without them it would exempt everything",
                "4: exemptions[1].serviceAccounts has velero; must be namespace/name",
                "5: onRuleError must be one of Allow, Deny",
                "6: workloads[0].kind is missing",
            ],
            Errors("""
                rules: {minimum-replicas: {minimum: 1}}
                mod: Warn
                exemptions: [{reason: none},
                  {reason: one, serviceAccounts: [velero]}]
                onRuleError: Maybe
                workloads: [{group: a.b, resource: cs}]
                """));

    [Fact]
    public void JsonErrors_HaveTheirLines() =>
        Assert.Equal(
            ["3: rules.minimum-replicas.minimum must be a whole number from 2 to 100"],
            Errors("{\"mode\": \"Warn\",\n \"rules\": {\"minimum-replicas\":\n  {\"minimum\": 1}}}"));

    private static IEnumerable<string> Errors(string text)
    {
        Assert.Null(PolicyReading.Read(text, out var errors));
        return errors.Select(error => $"{error.Line}: {error.Message}");
    }
}
