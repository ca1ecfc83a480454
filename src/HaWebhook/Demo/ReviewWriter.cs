using System.Buffers;
using System.Text.Json;
using HaWebhook.Policy.Evaluation;

namespace HaWebhook.Demo;

/// <summary>What an API server tells of an object in a review.</summary>
internal sealed record DemoObject(string ApiVersion, string Kind, string Resource, string Subresource, string Namespace, string Name)
{
    public string Group => ApiVersion.Contains('/', StringComparison.Ordinal) ? ApiVersion[..ApiVersion.IndexOf('/', StringComparison.Ordinal)] : "";

    public string Version => ApiVersion[(ApiVersion.IndexOf('/', StringComparison.Ordinal) + 1)..];

    /// <summary>The object as kubectl names it, for instance <c>deployment.apps/web</c>.</summary>
    public string KubectlName => SingleLine.Of($"{Kind.ToLowerInvariant()}{(Group.Length == 0 ? "" : "." + Group)}/{Name}");
}

/// <summary>Writes AdmissionReviews as an API server does.</summary>
internal static class ReviewWriter
{
    private static readonly JsonWriterOptions _options = new() { MaxDepth = 10_064 };

    public static byte[] Write(string uid, string operation, DemoObject target, ReadOnlySpan<byte> subject, ReadOnlySpan<byte> oldSubject)
    {
        var buffer = new ArrayBufferWriter<byte>(subject.Length + oldSubject.Length + 1024);
        using (var json = new Utf8JsonWriter(buffer, _options))
        {
            json.WriteStartObject();
            json.WriteString("kind", "AdmissionReview");
            json.WriteString("apiVersion", "admission.k8s.io/v1");
            json.WriteStartObject("request");
            json.WriteString("uid", uid);
            WriteKind(json, target);
            json.WriteStartObject("resource");
            json.WriteString("group", target.Group);
            json.WriteString("version", target.Version);
            json.WriteString("resource", target.Resource);
            json.WriteEndObject();
            if (target.Subresource.Length > 0)
            {
                json.WriteString("subResource", target.Subresource);
            }

            json.WriteString("name", target.Name);
            json.WriteString("namespace", target.Namespace);
            json.WriteString("operation", operation);
            json.WriteStartObject("userInfo");
            json.WriteString("username", "demo");
            json.WriteStartArray("groups");
            json.WriteStringValue("system:authenticated");
            json.WriteEndArray();
            json.WriteEndObject();
            WriteObject(json, "object", subject);
            WriteObject(json, "oldObject", oldSubject);
            json.WriteBoolean("dryRun", false);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteKind(Utf8JsonWriter json, DemoObject target)
    {
        json.WriteStartObject("kind");
        json.WriteString("group", target.Subresource == "scale" ? "autoscaling" : target.Group);
        json.WriteString("version", target.Version);
        json.WriteString("kind", target.Subresource == "scale" ? "Scale" : target.Kind);
        json.WriteEndObject();
    }

    private static void WriteObject(Utf8JsonWriter json, string name, ReadOnlySpan<byte> value)
    {
        json.WritePropertyName(name);
        if (value.IsEmpty)
        {
            json.WriteNullValue();
        }
        else
        {
            json.WriteRawValue(value);
        }
    }
}
