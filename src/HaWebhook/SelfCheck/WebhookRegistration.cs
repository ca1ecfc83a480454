using System.Text.Json.Serialization;
using HaWebhook.Policy.Objects;

namespace HaWebhook.SelfCheck;

/// <summary>A ValidatingWebhookConfiguration or MutatingWebhookConfiguration of <c>admissionregistration.k8s.io/v1</c>, as far as it is looked at.</summary>
internal sealed record WebhookRegistration(IReadOnlyList<RegisteredWebhook>? Webhooks);

/// <summary>A webhook in it. The API server fills in what its author left out, so null means absent.</summary>
internal sealed record RegisteredWebhook(
    string Name,
    WebhookClientConfig? ClientConfig,
    RegisteredSelector? NamespaceSelector,
    RegisteredSelector? ObjectSelector,
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

/// <summary>Which requests it is called for.</summary>
internal sealed record RegisteredRule(
    IReadOnlyList<string>? Operations, IReadOnlyList<string>? ApiGroups, IReadOnlyList<string>? ApiVersions, IReadOnlyList<string>? Resources, string? Scope)
{
    /// <summary>Whether it covers an operation on Leases.</summary>
    public bool CoversLeases(string operation) =>
        Has(Operations, operation) && Has(ApiGroups, "coordination.k8s.io") && Has(ApiVersions, "v1")
        && (Has(Resources, "leases") || Resources?.Contains("*/*") == true) && Scope is null or "*" or "Namespaced";

    private static bool Has(IReadOnlyList<string>? values, string value) => values?.Any(each => each == "*" || each == value) == true;
}

/// <summary>Its serializer.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(WebhookRegistration))]
internal sealed partial class RegistrationJson : JsonSerializerContext;
