using System.Text;
using System.Text.Json.Nodes;

namespace HaWebhook.Certificates;

/// <summary>What the Secret of the authority holds, as far as it makes sense.</summary>
internal sealed record AuthoritySecret
{
    /// <summary>Tells a Secret that was written by HaWebhook from one that somebody else put there.</summary>
    private const string Mark = "ha-webhook.io/certificates";

    private const string MarkValue = "self-managed";
    private const string Certificate = "tls.crt";
    private const string Key = "tls.key";
    private const string NextCertificate = "next.crt";
    private const string NextKey = "next.key";
    private const string Bundled = "ca-bundle.crt";

    /// <summary>The Secret as it was read; null where it is not there.</summary>
    public required JsonObject? Json { get; init; }

    /// <summary>Who signs, valid now; null where that is nobody.</summary>
    public CertificateAuthority? Current { get; private init; }

    /// <summary>Who signs next, valid now; null where that is nobody.</summary>
    public CertificateAuthority? Next { get; private init; }

    /// <summary>Whether something stands where the next authority would, that is none.</summary>
    public bool HasBadNext { get; private init; }

    /// <summary>Whom API servers are to trust, as it stands there; null where that is nothing that can be read.</summary>
    public CertificateBundle? Bundle { get; private init; }

    /// <summary>Why nobody signs, as the end of a sentence about the Secret; empty where somebody does.</summary>
    public string Problem { get; private init; } = "";

    /// <summary>Whether it was written by HaWebhook, or holds nothing that somebody could miss.</summary>
    public bool MayBeReplaced { get; private init; }

    /// <summary>Reads a Secret.</summary>
    /// <param name="json">The Secret; null where it is not there.</param>
    /// <param name="now">What time it is.</param>
    public static AuthoritySecret Read(JsonObject? json, DateTimeOffset now)
    {
        var data = json?["data"] as JsonObject;
        var (certificate, key) = (TextOf(data, Certificate), TextOf(data, Key));
        var isEmpty = string.IsNullOrWhiteSpace(certificate + key);
        var current = CertificateAuthority.TryRead(certificate, key, out var problem);
        var next = CertificateAuthority.TryRead(TextOf(data, NextCertificate), TextOf(data, NextKey), out _);
        var isNext = next is not null && next.IsValidAt(now) && !next.IsSameAs(current);
        return new()
        {
            Json = json,
            Current = current?.IsValidAt(now) == true ? current : null,
            Next = isNext ? next : null,
            HasBadNext = !isNext && (data?.ContainsKey(NextCertificate) == true || data?.ContainsKey(NextKey) == true),
            Bundle = CertificateBundle.TryParse(TextOf(data, Bundled)),
            MayBeReplaced = isEmpty || json?["metadata"]?["annotations"].Text(Mark) == MarkValue,
            Problem = json is null ? "is not there"
                : isEmpty ? "is empty"
                : current is null ? $"cannot be used: its {Certificate} {problem}"
                : current.IsValidAt(now) ? ""
                : $"cannot be used: its authority {current.Name} is valid from {current.NotBefore:u} until {current.NotAfter:u} only",
        };
    }

    /// <summary>The Secret with other authorities in it. All that is nobody's business here stays: labels, owners, other keys, its type.</summary>
    /// <param name="authorities">The authorities.</param>
    /// <param name="name">The name for a Secret that is not there yet.</param>
    public JsonObject With(Authorities authorities, string name)
    {
        var json = Json?.DeepClone().AsObject()
            ?? new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Secret", ["metadata"] = new JsonObject { ["name"] = name }, ["type"] = "kubernetes.io/tls" };
        ObjectOf(ObjectOf(json, "metadata"), "annotations")[Mark] = MarkValue;
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
