using HaWebhook.Certificates;
using HaWebhook.Policy.Evaluation;

namespace HaWebhook.SelfCheck;

/// <summary>Says what is wrong with the way in which webhooks are registered, as far as that can be seen from here.</summary>
/// <param name="identity">How they should be registered.</param>
/// <param name="certificate">What this server shows; null while that is nothing.</param>
/// <param name="namespaceLabels">The labels of the server's own namespace.</param>
internal sealed class RegistrationInspection(ServiceIdentity identity, ServedCertificate? certificate, IReadOnlyDictionary<string, string> namespaceLabels)
{
    private const int ServicePort = 443;

    private const string Judge = "validate.ha-webhook.io";
    private const string Adviser = "advise.ha-webhook.io";
    private const string Mutator = "mutate.ha-webhook.io";

    /// <summary>The webhooks that the chart registers, with their paths.</summary>
    private static readonly Dictionary<string, string> _paths = new(StringComparer.Ordinal)
    {
        [SelfCheckWebhook.Name] = SelfCheckWebhook.Path,
        [Judge] = "/validate",
        [Adviser] = "/validate",
        [Mutator] = "/mutate",
    };

    /// <summary>Why the self-check's webhook was not called, or did not answer.</summary>
    /// <param name="validating">The ValidatingWebhookConfiguration; null where there is none.</param>
    public SelfCheckResult Explain(WebhookRegistration? validating)
    {
        if (validating is null)
        {
            return new(
                SelfCheckResult.ConfigurationMissing,
                $"{WebhookConfigurations.Validating} {identity.Configuration} does not exist, and without it nothing is judged; install the chart anew, "
                + "or name the right one with --webhook-configuration");
        }

        if (validating.Find(SelfCheckWebhook.Name) is not { } webhook)
        {
            return Missing(WebhookConfigurations.Validating, SelfCheckWebhook.Name);
        }

        return ProblemOf(webhook) ?? Mismatch(webhook) ?? new(
            SelfCheckResult.NotAnswered,
            $"webhook {webhook.Name} is registered as it should be, and no answer came through it: "
            + $"the API server cannot reach Service {identity.Namespace}/{identity.Service} (are its endpoints ready, and may the API server connect to the pods?), or gave up waiting; its own log has the reason");
    }

    /// <summary>
    /// What is wrong with our webhooks although the self-check's own is known to be called: perhaps another replica answered, whose certificate says nothing
    /// about this one's, and the other webhooks are called in their own ways.
    /// </summary>
    /// <param name="validating">The configuration that it stands in.</param>
    /// <param name="mutating">The MutatingWebhookConfiguration; null where there is none.</param>
    public SelfCheckResult? ProblemOf(WebhookRegistration validating, WebhookRegistration? mutating)
    {
        if (mutating is null)
        {
            return new(
                SelfCheckResult.ConfigurationMissing,
                $"{WebhookConfigurations.Mutating} {identity.Configuration} does not exist, and without it nothing is filled in; install the chart anew");
        }

        var registered = (validating.Webhooks ?? []).Concat(mutating.Webhooks ?? []).ToList();
        return registered.Select(ProblemOf).FirstOrDefault(problem => problem is not null) ?? Difference(validating, mutating);
    }

    private SelfCheckResult? Difference(WebhookRegistration validating, WebhookRegistration mutating)
    {
        if (validating.Find(Judge) is not { } judge)
        {
            return Missing(WebhookConfigurations.Validating, Judge);
        }

        if (validating.Find(Adviser) is not { } adviser)
        {
            return Missing(WebhookConfigurations.Validating, Adviser);
        }

        if (mutating.Find(Mutator) is not { } mutator)
        {
            return Missing(WebhookConfigurations.Mutating, Mutator);
        }

        var difference = RegistrationDrift.OfObjects(adviser, judge) ?? RegistrationDrift.OfObjects(mutator, judge) ?? RegistrationDrift.OfRules(mutator, judge);
        return difference is null ? null : new(SelfCheckResult.Drifted, SingleLine.Of(difference, 500) + "; one of them was edited: install the chart anew");
    }

    private SelfCheckResult Missing(string kind, string webhook) => new(
        SelfCheckResult.WebhookMissing, $"{kind} {identity.Configuration} has no webhook {webhook}; install the chart anew");

    private SelfCheckResult? ProblemOf(RegisteredWebhook webhook)
    {
        if (!_paths.TryGetValue(webhook.Name, out var path))
        {
            return null;
        }

        var right = new ServiceReference(identity.Namespace, identity.Service, path, ServicePort);
        if (webhook.ClientConfig?.Service is not { } service)
        {
            return new(SelfCheckResult.WrongService, $"webhook {webhook.Name}: clientConfig names no Service; must be {right}");
        }

        if (service with { Port = service.Port ?? ServicePort } != right)
        {
            return new(SelfCheckResult.WrongService, $"webhook {webhook.Name}: clientConfig.service is {service}; must be {right}");
        }

        if (webhook.ClientConfig.CaBundle is not { Length: > 0 } text)
        {
            return new(
                SelfCheckResult.BundleEmpty,
                $"webhook {webhook.Name}: clientConfig.caBundle is empty; must hold the authority of the certificate that is served. "
                + "Whoever manages the certificates (HaWebhook, cert-manager, you) has to write it");
        }

        if (CaBundle.Read(text) is not { } bundle)
        {
            return new(
                SelfCheckResult.BundleInvalid,
                $"webhook {webhook.Name}: clientConfig.caBundle holds no certificate in PEM: the API server finds itself unable to load root certificates");
        }

        return certificate?.Refusal(bundle) is { } refusal
            ? new(
                SelfCheckResult.CertificateUntrusted,
                $"webhook {webhook.Name}: clientConfig.caBundle does not verify the certificate that is served "
                + $"({certificate.Served.TargetCertificate.Subject}): {refusal}")
            : null;
    }

    private SelfCheckResult? Mismatch(RegisteredWebhook webhook)
    {
        var label = SelfCheckWebhook.LabelOf(identity);
        var labels = new Dictionary<string, string>(namespaceLabels, StringComparer.Ordinal) { ["kubernetes.io/metadata.name"] = identity.Namespace };
        var mismatch = webhook.NamespaceSelector?.ToSelector() is { } inNamespace && !inNamespace.Matches(labels)
            ? $"namespaceSelector {inNamespace} leaves out namespace {identity.Namespace}"
            : webhook.ObjectSelector?.ToSelector() is { } ofObject && !ofObject.Matches(new Dictionary<string, string>([label]))
            ? $"objectSelector {ofObject} leaves out {label.Key}={label.Value}"
            : (webhook.Rules ?? []).Any(rule => rule.CoversLeases("CREATE"))
            ? null
            : "rules do not cover CREATE of leases in coordination.k8s.io/v1";
        return mismatch is null ? null : new(SelfCheckResult.NotMatched, $"webhook {webhook.Name}: {SingleLine.Of(mismatch, 500)}; install the chart anew");
    }
}
