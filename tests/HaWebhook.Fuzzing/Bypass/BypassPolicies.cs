using HaWebhook.Fuzzing.Admission;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Rules;

namespace HaWebhook.Fuzzing.Bypass;

/// <summary>The policies that nothing may get past, beside those in which one rule runs alone.</summary>
internal static class BypassPolicies
{
    /// <summary>The one without a file.</summary>
    public static FuzzedPolicy Default { get; } = new(PolicyOptions.Default);

    /// <summary>With an exemption of each sort, none of which is that of the mutated reviews.</summary>
    public static FuzzedPolicy Exempting { get; } = FuzzedPolicy.Read(
        """
        mode: Enforce
        exemptions:
        - {namespaces: [kube-system, batch], rules: [all], reason: system}
        - {usernames: [admin], rules: [all], reason: break glass}
        - {groups: [release-managers], rules: [minimum-replicas, managed-pods], reason: releases}
        - {serviceAccounts: [velero/velero], rules: [all], reason: restores}
        - {namespaces: [demo, default, shop], rules: [all], reason: has ended, until: 2026-11-19}
        restoreUsers: ["system:serviceaccount:velero:velero"]
        annotationExemptions: {allowed: true, maximumDays: 30, untilRequired: true}
        overrides:
        - namespaceSelector: {matchLabels: {env: dev}}
          mode: Audit
        rules:
          minimum-replicas: {minimum: 3}
        """);

    /// <summary>In which nothing is kept or exempt and every rule denies.</summary>
    public static FuzzedPolicy Strict { get; } = FuzzedPolicy.Read(
        "existingViolations: Deny\nonRuleError: Deny\nnamespaceModes: Any\nannotationExemptions: {allowed: false}\nrules:\n"
        + string.Concat(BuiltInRules.Validating.Select(rule => $"  {rule.Id}: {{action: Deny}}\n")));
}
