using System.Text.Json.Serialization;
using HaWebhook.Policy.Objects;

namespace HaWebhook.SelfCheck;

/// <summary>A ValidatingWebhookConfiguration or MutatingWebhookConfiguration of <c>admissionregistration.k8s.io/v1</c>, as far as it is looked at.</summary>
internal sealed record WebhookRegistration(IReadOnlyList<RegisteredWebhook>? Webhooks)
{
    /// <summary>The webhook of a name; null where there is none.</summary>
    public RegisteredWebhook? Find(string name) => Webhooks?.FirstOrDefault(each => each.Name == name);
}

/// <summary>A webhook in it. The API server fills in what its author left out, so null means absent.</summary>
internal sealed record RegisteredWebhook(
    string Name,
    WebhookClientConfig? ClientConfig,
    RegisteredSelector? NamespaceSelector,
    RegisteredSelector? ObjectSelector,
    IReadOnlyList<RegisteredCondition>? MatchConditions,
    IReadOnlyList<RegisteredRule>? Rules);

/// <summary>How the API server calls it.</summary>
/// <param name="Url">Where, if not by a Service.</param>
/// <param name="CaBundle">The authorities to trust, as PEM in base64.</param>
/// <param name="Service">The Service.</param>
internal sealed record WebhookClientConfig(string? Url, string? CaBundle, ServiceReference? Service);

/// <summary>A Service. The default port is 443.</summary>
internal sealed record ServiceReference(string Namespace, string Name, string? Path, int? Port)
{
    public override string ToString() => $"{Namespace}/{Name}, port {Port ?? 443}, path {Path ?? "/"}";
}

/// <summary>A selector as JSON.</summary>
internal sealed record RegisteredSelector(Dictionary<string, string>? MatchLabels, IReadOnlyList<RegisteredRequirement>? MatchExpressions)
{
    public LabelSelector ToSelector() =>
        new(MatchLabels, MatchExpressions?.Select(each => new LabelSelectorRequirement(each.Key, each.Operator, each.Values)).ToArray());
}

/// <summary>One of its requirements.</summary>
internal sealed record RegisteredRequirement(string Key, string Operator, IReadOnlyList<string>? Values);

/// <summary>A condition in CEL.</summary>
internal sealed record RegisteredCondition(string? Name, string? Expression);

/// <summary>Which requests it is called for.</summary>
internal sealed record RegisteredRule(
    IReadOnlyList<string>? Operations, IReadOnlyList<string>? ApiGroups, IReadOnlyList<string>? ApiVersions, IReadOnlyList<string>? Resources, string? Scope)
{
    /// <summary>Whether it covers an operation on Leases.</summary>
    public bool CoversLeases(string operation) =>
        Has(ApiVersions, "v1") && Covers("coordination.k8s.io", "leases", operation) && Scope is null or "*" or "Namespaced";

    /// <summary>Whether it covers an operation on a resource, in whatever version.</summary>
    public bool Covers(string group, string resource, string operation) =>
        Has(Operations, operation) && Has(ApiGroups, group) && (Has(Resources, resource) || Resources?.Contains("*/*") == true);

    private static bool Has(IReadOnlyList<string>? values, string value) => values?.Any(each => each == "*" || each == value) == true;
}

/// <summary>Its serializer.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(WebhookRegistration))]
internal sealed partial class RegistrationJson : JsonSerializerContext;
