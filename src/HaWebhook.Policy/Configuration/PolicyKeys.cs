using HaWebhook.Policy.Json;
using HaWebhook.Policy.Rules;

namespace HaWebhook.Policy.Configuration;

/// <summary>The policy file, key by key.</summary>
internal static class PolicyKeys
{
    private static readonly PolicyOptions _defaults = PolicyOptions.Default;

    private static readonly PolicyKey<Mode> _mode = new(
        "mode",
        PolicyValues.Choice<Mode>(),
        _defaults.Mode,
        "How far the policy goes; it caps the action of every rule. Enforce: rules act as configured. Warn: nothing is denied, what would "
            + "have been is a warning. Audit: nothing is denied, warned about or patched; what would have happened is recorded.");

    private static readonly PolicyKey<Outcome> _existingViolations = new(
        "existingViolations",
        PolicyValues.Choice<Outcome>(),
        _defaults.ExistingViolations,
        "What an update may do about a violation that the stored object already has. Allow: keep it, with a warning, as long as it gets "
            + "no worse. Deny: it may not.");

    private static readonly PolicyKey<Outcome> _onRuleError = new(
        "onRuleError",
        PolicyValues.Choice<Outcome>(),
        _defaults.OnRuleError,
        "What follows when a rule itself fails, which is a fault of HaWebhook and not of the object.");

    private static readonly PolicyKey<NamespaceModes> _namespaceModes = new(
        "namespaceModes",
        PolicyValues.Choice<NamespaceModes>(),
        _defaults.NamespaceModes,
        "What the namespace label ha-webhook.io/mode may do. Any: it decides. StricterOnly: it can only make the mode stricter. Ignore: nothing.");

    private static readonly PolicyKey<AnnotationExemptions> _annotationExemptions = new(
        "annotationExemptions",
        AnnotationExemptionKeys.Value,
        _defaults.AnnotationExemptions,
        "What authors may do with the annotations ha-webhook.io/exempt, exempt-reason and exempt-until.");

    private static readonly PolicyKey<IReadOnlyList<PolicyExemption>> _exemptions = new(
        "exemptions",
        new ListOf<PolicyExemption>(ExemptionKeys.Value, "a list of mappings"),
        _defaults.Exemptions,
        "Exemptions that the policy itself grants.");

    private static readonly PolicyKey<IReadOnlyList<string>> _autoscalers = new(
        "autoscalers",
        PolicyValues.Texts(),
        _defaults.Autoscalers,
        "Users whose scales pass, because the autoscaler behind them was judged itself.");

    private static readonly PolicyKey<IReadOnlyList<string>> _restoreUsers = new(
        "restoreUsers",
        PolicyValues.Texts(),
        _defaults.RestoreUsers,
        "Users whose creates count as updates of what was there before: backup tools.");

    private static readonly PolicyKey<IReadOnlyList<CustomWorkload>> _workloads = new(
        "workloads",
        new ListOf<CustomWorkload>(CustomKindKeys.Workload, "a list of mappings"),
        _defaults.Workloads,
        "Custom resources that are shaped like a Deployment: spec.replicas, spec.selector, spec.template. A list of your own replaces the default.");

    private static readonly PolicyKey<IReadOnlyList<CustomReplicatedResource>> _replicatedResources = new(
        "replicatedResources",
        new ListOf<CustomReplicatedResource>(CustomKindKeys.ReplicatedResource, "a list of mappings"),
        _defaults.ReplicatedResources,
        "Custom resources that keep their replica count elsewhere. One that keeps several counts has an entry for each. A list of your own "
            + "replaces the default.");

    private static readonly PolicyKey<IReadOnlyList<PolicyOverride>> _overrides = new(
        "overrides",
        new ListOf<PolicyOverride>(OverrideKeys.Value, "a list of mappings"),
        _defaults.Overrides,
        "What is different in some namespaces. Of those that select a namespace later ones win, key by key. Where the labels of a namespace are "
            + "not known, none does.");

    private static readonly PolicyKey<IReadOnlyDictionary<string, RuleSettings>> _rules = new(
        "rules",
        RuleKeys.Value,
        _defaults.Rules,
        "The rules, each with its settings; what is left out has its default.");

    /// <summary>The whole file.</summary>
    public static MappingOf<PolicyOptions> File { get; } = new(
        [
            _mode, _existingViolations, _onRuleError, _namespaceModes, _annotationExemptions, _exemptions, _autoscalers, _restoreUsers,
            _workloads, _replicatedResources, _overrides, _rules,
        ],
        Read);

    private static PolicyOptions Read(PolicySection file)
    {
        var options = new PolicyOptions
        {
            Mode = file.Get(_mode),
            ExistingViolations = file.Get(_existingViolations),
            OnRuleError = file.Get(_onRuleError),
            NamespaceModes = file.Get(_namespaceModes),
            AnnotationExemptions = file.Get(_annotationExemptions),
            Exemptions = file.Get(_exemptions),
            Autoscalers = file.Get(_autoscalers),
            RestoreUsers = file.Get(_restoreUsers),
            Workloads = file.Get(_workloads),
            ReplicatedResources = file.Get(_replicatedResources),
            Overrides = file.Get(_overrides),
            Rules = file.Get(_rules),
        };
        RejectTaken(file, options);
        return options;
    }

    /// <summary>A kind can be one thing only; a second entry would be without effect.</summary>
    private static void RejectTaken(PolicySection file, PolicyOptions options)
    {
        var taken = new HashSet<(string Group, string Kind)>();
        foreach (var workload in options.Workloads)
        {
            Check(_workloads, (workload.Group, workload.Kind));
        }

        // One kind may keep several counts.
        foreach (var kind in options.ReplicatedResources.Select(resource => (resource.Group, resource.Kind)).Distinct())
        {
            Check(_replicatedResources, kind);
        }

        void Check(PolicyKey key, (string Group, string Kind) kind)
        {
            if (KindTable.IsBuiltIn(kind.Group, kind.Kind) || !taken.Add(kind))
            {
                file.Fail(key, $"has {kind.Kind} of {(kind.Group.Length == 0 ? "the core group" : kind.Group)}, which is known already");
            }
        }
    }
}
