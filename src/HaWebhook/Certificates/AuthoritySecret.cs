using System.Text;
using System.Text.Json.Nodes;

namespace HaWebhook.Certificates;

/// <summary>What the Secret of the authority holds, as far as it makes sense.</summary>
internal sealed record AuthoritySecret
{
    /// <summary>Tells a Secret that was written by HaWebhook from one that somebody else put there.</summary>
    private const string Mark = "ha-webhook.io/certificates";

    private const string MarkValue = "self-managed";

    /// <summary>Tells whose of several installations in a namespace it is: the name of the Service.</summary>
    private const string InstallationMark = "ha-webhook.io/installation";

    private const string Certificate = "tls.crt";
    private const string Key = "tls.key";
    private const string NextCertificate = "next.crt";
    private const string NextKey = "next.key";
    private const string Bundled = "ca-bundle.crt";

    /// <summary>The Secret as it was read; null where it is not there.</summary>
    public required JsonObject? Json { get; init; }

    /// <summary>Who signs, whether or not it is valid now; null where that is nobody.</summary>
    public CertificateAuthority? Current { get; private init; }

    /// <summary>Who signs next, whether or not it is valid now; null where that is nobody else.</summary>
    public CertificateAuthority? Next { get; private init; }

    /// <summary>Whether something stands where the next authority would, be it one or not.</summary>
    public bool HasNext { get; private init; }

    /// <summary>Whom API servers are to trust, as it stands there; null where that is nothing that can be read.</summary>
    public CertificateBundle? Bundle { get; private init; }

    /// <summary>Why <see cref="Current"/> is nobody, as the end of a sentence about the Secret; empty where it is somebody.</summary>
    public string Problem { get; private init; } = "";

    /// <summary>Whether it was written by HaWebhook, or holds nothing that somebody could miss.</summary>
    public bool MayBeReplaced { get; private init; }

    /// <summary>The Service whose replicas wrote it; null where it does not say.</summary>
    public string? Installation { get; private init; }

    /// <summary>Which state of the Secret this is; null where it is not there.</summary>
    public string? ResourceVersion => Json?["metadata"].Text("resourceVersion");

    /// <summary>Reads a Secret.</summary>
    /// <param name="json">The Secret; null where it is not there.</param>
    public static AuthoritySecret Read(JsonObject? json)
    {
        var data = json?["data"] as JsonObject;
        var annotations = (json?["metadata"] as JsonObject)?["annotations"];
        var (certificate, key) = (TextOf(data, Certificate), TextOf(data, Key));
        var isEmpty = string.IsNullOrWhiteSpace(certificate + key);
        var current = CertificateAuthority.TryRead(certificate, key, out var problem);
        var next = CertificateAuthority.TryRead(TextOf(data, NextCertificate), TextOf(data, NextKey), out _);
        return new()
        {
            Json = json,
            Current = current,
            Next = next?.IsSameAs(current) == true ? null : next,
            HasNext = data?.ContainsKey(NextCertificate) == true || data?.ContainsKey(NextKey) == true,
            Bundle = CertificateBundle.TryParse(TextOf(data, Bundled)),
            MayBeReplaced = isEmpty || annotations.Text(Mark) == MarkValue,
            Installation = annotations.Text(InstallationMark),
            Problem = json is null ? "is not there" : isEmpty ? "is empty" : current is null ? $"cannot be used: its {Certificate} {problem}" : "",
        };
    }

    /// <summary>The Secret with other authorities in it. All that is nobody's business here stays: labels, owners, other keys, its type.</summary>
    /// <param name="authorities">The authorities.</param>
    /// <param name="identity">Whose it is, and the name for a Secret that is not there yet.</param>
    public JsonObject With(Authorities authorities, ServiceIdentity identity)
    {
        var json = Json?.DeepClone().AsObject()
            ?? new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Secret", ["metadata"] = new JsonObject { ["name"] = identity.Secret }, ["type"] = "kubernetes.io/tls" };
        var annotations = ObjectOf(ObjectOf(json, "metadata"), "annotations");
        annotations[Mark] = MarkValue;
        annotations[InstallationMark] = identity.Service;
        var data = ObjectOf(json, "data");
        data[Certificate] = Encoded(authorities.Current.Certificate.ExportCertificatePem());
        data[Key] = Encoded(authorities.Current.ExportKeyPem());
        data[Bundled] = Encoded(authorities.Bundle.ToPem());
        data.Remove(NextCertificate);
        data.Remove(NextKey);
        if (authorities.Next is { } next)
        {
            data[NextCertificate] = Encoded(next.Certificate.ExportCertificatePem());
            data[NextKey] = Encoded(next.ExportKeyPem());
        }

        return json;
    }

    private static JsonObject ObjectOf(JsonObject parent, string name)
    {
        if (parent[name] is JsonObject present)
        {
            return present;
        }

        var made = new JsonObject();
        parent[name] = made;
        return made;
    }

    private static string Encoded(string text) => Convert.ToBase64String(Encoding.ASCII.GetBytes(text));

    /// <summary>A value, decoded. Empty where it is not there or none; what is too long stays too long.</summary>
    private static string TextOf(JsonObject? data, string name) => data.Text(name) is { } text ? CaBundle.Decode(text) ?? "" : "";
}
