using System.Text.RegularExpressions;
using HaWebhook.Policy.Exemptions;

namespace HaWebhook.Policy.Configuration;

/// <summary>An exemption of the policy file, key by key.</summary>
internal static partial class ExemptionKeys
{
    private static readonly PolicyExemption _defaults = new();

    private static readonly PolicyKey<IReadOnlyList<string>> _namespaces =
        new("namespaces", PolicyValues.Texts(), _defaults.Namespaces, "Namespaces, by their exact names; none for any.");

    private static readonly PolicyKey<IReadOnlyList<string>> _usernames =
        new("usernames", PolicyValues.Texts(), _defaults.Usernames, "User names, exactly; none for any.");

    private static readonly PolicyKey<IReadOnlyList<string>> _groups =
        new("groups", PolicyValues.Texts(), _defaults.Groups, "Groups, of which the user has one; none for any.");

    private static readonly PolicyKey<IReadOnlyList<string>> _serviceAccounts = new(
        "serviceAccounts",
        new ListOf<string>(new FormedText(NamespaceAndName(), "namespace/name"), "a list of texts"),
        _defaults.ServiceAccounts,
        "Service accounts as namespace/name; none for any.");

    private static readonly PolicyKey<IReadOnlyList<string>> _rules = new(
        "rules",
        new ListOf<string>(new RuleName(Exemption.Names), "a list of texts")
        {
            WhenEmpty = $"must name rules, or {Exemption.All}",
        },
        _defaults.Rules,
        $"The rules that do not count, or {Exemption.All}.");

    private static readonly RequiredKey _reason = new("reason", new FreeText(), "Why.");

    private static readonly PolicyKey<DateOnly?> _until = new("until", new Day(), null, "The last day on which it holds (UTC); none for no end.");

    /// <summary>One entry.</summary>
    public static MappingOf<PolicyExemption> Value { get; } = new([_namespaces, _usernames, _groups, _serviceAccounts, _rules, _reason, _until], Read)
    {
        AnyOf = [_namespaces, _usernames, _groups, _serviceAccounts],
        WhenNone = "must give namespaces, usernames, groups or serviceAccounts: without them it would exempt everything",
    };

    private static PolicyExemption Read(PolicySection section) => new()
    {
        Namespaces = section.Get(_namespaces),
        Usernames = section.Get(_usernames),
        Groups = section.Get(_groups),
        ServiceAccounts = section.Get(_serviceAccounts),
        Rules = section.Get(_rules),
        Reason = section.Get(_reason),
        Until = section.Get(_until),
    };

    [GeneratedRegex("^[^/]+/[^/]+$")]
    private static partial Regex NamespaceAndName();
}
