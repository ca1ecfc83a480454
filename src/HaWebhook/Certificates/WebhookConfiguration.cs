using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

namespace HaWebhook.Certificates;

/// <summary>One of our two webhook configurations, as it was read.</summary>
/// <param name="Kind">ValidatingWebhookConfiguration or MutatingWebhookConfiguration.</param>
/// <param name="Name">Its name.</param>
/// <param name="ResourceVersion">Which state of it this is.</param>
/// <param name="Webhooks">Those of its webhooks that call our Service.</param>
internal sealed record WebhookConfiguration(string Kind, string Name, string ResourceVersion, IReadOnlyList<ConfiguredWebhook> Webhooks)
{
    /// <summary>Reads a configuration.</summary>
    /// <param name="json">The configuration.</param>
    /// <param name="kind">Its kind.</param>
    /// <param name="identity">Which Service is ours.</param>
    public static WebhookConfiguration Read(JsonObject json, string kind, ServiceIdentity identity)
    {
        var ours = new List<ConfiguredWebhook>();
        foreach (var webhook in json["webhooks"] as JsonArray ?? [])
        {
            if ((webhook as JsonObject)?["clientConfig"] is JsonObject client
                && client["service"].Text("name") == identity.Service
                && client["service"].Text("namespace") == identity.Namespace
                && webhook.Text("name") is { } name)
            {
                var pem = CaBundle.Decode(client.Text("caBundle") ?? "");
                ours.Add(new(name, pem is null ? null : CertificateBundle.TryParse(pem)));
            }
        }

        return new(kind, identity.Configuration, json["metadata"].Text("resourceVersion") ?? "", ours);
    }

    /// <summary>Whether API servers that go by this configuration trust an authority, whichever of our webhooks they call.</summary>
    public bool Trusts(CertificateAuthority authority) =>
        Webhooks.Count > 0 && Webhooks.All(webhook => webhook.Bundle?.Contains(authority.Certificate) == true);

    /// <summary>Whether every webhook holds exactly a bundle.</summary>
    public bool Holds(CertificateBundle bundle) => Webhooks.All(webhook => webhook.Bundle?.IsSameAs(bundle) == true);

    /// <summary>Whether any webhook holds a certificate.</summary>
    public bool Mentions(X509Certificate2 certificate) => Webhooks.Any(webhook => webhook.Bundle?.Contains(certificate) == true);

    /// <summary>Whether any webhook would lose a certificate by holding a bundle instead.</summary>
    public bool WouldLose(CertificateBundle bundle) => Webhooks.Any(webhook => webhook.Bundle is { } held && !bundle.ContainsAll(held));

    /// <summary>The fields to apply for all our webhooks to hold a bundle; refused where the configuration has been changed since it was read.</summary>
    public JsonObject Apply(CertificateBundle bundle)
    {
        var text = CaBundle.Encode(bundle);
        return new()
        {
            ["apiVersion"] = "admissionregistration.k8s.io/v1",
            ["kind"] = Kind,
            ["metadata"] = new JsonObject { ["name"] = Name, ["resourceVersion"] = ResourceVersion },
            ["webhooks"] = new JsonArray([.. Webhooks.Select(webhook => new JsonObject
            {
                ["name"] = webhook.Name,
                ["clientConfig"] = new JsonObject { ["caBundle"] = text },
            })]),
        };
    }
}

/// <summary>A webhook that calls our Service.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Bundle">Whom API servers trust who call it; null where that is nothing that can be read.</param>
internal sealed record ConfiguredWebhook(string Name, CertificateBundle? Bundle);
