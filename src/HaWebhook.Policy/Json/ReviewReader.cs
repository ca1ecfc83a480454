using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Json;

/// <summary>
/// Reads an AdmissionReview of <c>admission.k8s.io/v1</c> from its bytes, once. Properties may come in any order; an object
/// that comes before its kind is read a second time, which no API server asks for.
/// </summary>
internal sealed class ReviewReader(KindTable kinds)
{
    /// <summary>An API server's is a UUID, of 36 characters. It comes back in the answer, and into the log.</summary>
    private const int LongestUid = 256;

    private static readonly WellKnownWords _reviewKind = new("AdmissionReview");
    private static readonly WellKnownWords _reviewVersion = new("admission.k8s.io/v1");
    private static readonly WellKnownWords _subresources = new("scale", "status");
    private static readonly WellKnownWords _groups = new("apps", "", "autoscaling");
    private static readonly WellKnownWords _kinds = new("Deployment", "Pod", "ReplicaSet", "Scale", "StatefulSet");
    private static readonly WellKnownWords _resources = new("deployments", "pods", "replicasets", "statefulsets");
    private static readonly WellKnownWords _versions = new("v1", "v2", "v1alpha1", "v1beta1");

    /// <exception cref="MalformedJsonException">The bytes are not a review that can be decided.</exception>
    public Review Read(ReadOnlyMemory<byte> body)
    {
        var json = new JsonCursor(body);
        json.Begin();
        if (!json.BeginObject())
        {
            throw new MalformedJsonException("the body is null, not an AdmissionReview");
        }

        string? apiVersion = null, kind = null;
        Review? review = null;
        ulong seen = 0;
        while (json.NextProperty())
        {
            if (json.Is("kind"u8, ref seen, 0))
            {
                kind = json.OneOf(_reviewKind) ?? json.String();
            }
            else if (json.Is("apiVersion"u8, ref seen, 1))
            {
                apiVersion = json.OneOf(_reviewVersion) ?? json.String();
            }
            else if (json.Is("request"u8, ref seen, 2))
            {
                review = ReadRequest(ref json);
            }
            else
            {
                json.Skip();
            }
        }

        json.End();
        if (kind != "AdmissionReview" || apiVersion != "admission.k8s.io/v1")
        {
            throw new MalformedJsonException("the body must be an AdmissionReview of admission.k8s.io/v1 (kind and apiVersion say otherwise)");
        }

        return review ?? throw new MalformedJsonException("request is missing");
    }

    private Review? ReadRequest(ref JsonCursor json)
    {
        if (!json.BeginObject())
        {
            return null;
        }

        var request = new RequestFields();
        ulong seen = 0;
        while (json.NextProperty())
        {
            if (json.Is("uid"u8, ref seen, 0))
            {
                request.Uid = json.String();
            }
            else if (json.Is("kind"u8, ref seen, 1))
            {
                ReadKind(ref json, ref request);
            }
            else if (json.Is("resource"u8, ref seen, 2))
            {
                ReadResource(ref json, ref request);
            }
            else if (json.Is("subResource"u8, ref seen, 3))
            {
                request.Subresource = json.OneOf(_subresources) ?? json.String();
            }
            else if (json.Is("name"u8, ref seen, 4))
            {
                request.Name = json.String();
            }
            else if (json.Is("namespace"u8, ref seen, 5))
            {
                request.Namespace = json.String();
            }
            else if (json.Is("operation"u8, ref seen, 6))
            {
                request.Operation = ReadOperation(ref json);
            }
            else if (json.Is("userInfo"u8, ref seen, 7))
            {
                request.User = UserReader.Read(ref json);
            }
            else if (json.Is("object"u8, ref seen, 8))
            {
                ReadObject(ref json, request, ref request.Subject, ref request.SubjectLater);
            }
            else if (json.Is("oldObject"u8, ref seen, 9))
            {
                ReadObject(ref json, request, ref request.OldSubject, ref request.OldSubjectLater);
            }
            else if (json.Is("dryRun"u8, ref seen, 10))
            {
                request.DryRun = json.BooleanOrNull() ?? false;
            }
            else
            {
                json.Skip();
            }
        }

        return Complete(ref request);
    }

    private Review Complete(ref RequestFields request)
    {
        if (request.Uid is not { Length: > 0 and <= LongestUid })
        {
            throw new MalformedJsonException(string.IsNullOrEmpty(request.Uid) ? "request.uid is missing" : $"request.uid is longer than {LongestUid} characters");
        }

        if (!request.HasKind)
        {
            throw new MalformedJsonException("request.kind is missing");
        }

        if (request.Operation is not { } operation)
        {
            throw new MalformedJsonException("request.operation is missing");
        }

        ReadLater(request, ref request.Subject, request.SubjectLater, "request.object.");
        ReadLater(request, ref request.OldSubject, request.OldSubjectLater, "request.oldObject.");
        if (request.IsDeletionJudged)
        {
            request.OldSubject = ReadGone(request);
        }

        if (request.IsJudged && request.Subject is null)
        {
            throw new MalformedJsonException("request.object is missing");
        }

        return new Review
        {
            Uid = request.Uid,
            Operation = operation,
            Kind = request.Kind,
            Group = request.Group,
            Resource = request.Resource,
            Subresource = request.Subresource,
            Name = request.Name.Length > 0 ? request.Name : request.Subject?.Metadata.Name ?? "",
            Namespace = request.Namespace.Length > 0 ? request.Namespace : request.Subject?.Metadata.Namespace ?? "",
            User = request.User,
            DryRun = request.DryRun,
            Subject = WithTarget(request.Subject, request),
            OldSubject = WithTarget(request.OldSubject, request),
        };
    }

    /// <summary>
    /// A Scale with what it scales; null where that is of a kind that means nothing here: it may be nodes or workers, and is not judged when it is
    /// created either.
    /// </summary>
    private KubernetesObject? WithTarget(KubernetesObject? subject, in RequestFields request) => subject is not Scale scale
        ? subject
        : kinds.KindOfResource(request.Group, request.Resource) is { } kind ? scale with { TargetGroup = request.Group, TargetKind = kind } : null;

    private static void ReadObject(ref JsonCursor json, in RequestFields request, ref KubernetesObject? subject, ref ReadOnlyMemory<byte> later)
    {
        if (request.IsJudged)
        {
            subject = ObjectReader.Read(ref json, request.Entry!, request.ApiVersion);
        }
        else
        {
            later = json.Skip();
        }
    }

    private static void ReadLater(in RequestFields request, ref KubernetesObject? subject, ReadOnlyMemory<byte> later, string prefix)
    {
        if (subject is null && request.IsJudged && !later.IsEmpty)
        {
            var json = new JsonCursor(later, prefix);
            json.Begin();
            subject = ObjectReader.Read(ref json, request.Entry!, request.ApiVersion);
        }
    }

    /// <summary>The object that is deleted; null where it cannot be read: a deletion must not fail for that.</summary>
    private static KubernetesObject? ReadGone(in RequestFields request)
    {
        if (request.OldSubjectLater.IsEmpty)
        {
            return null;
        }

        try
        {
            var json = new JsonCursor(request.OldSubjectLater);
            json.Begin();
            return ObjectReader.Read(ref json, request.Entry!, request.ApiVersion);
        }
        catch (MalformedJsonException)
        {
            return null;
        }
    }

    private void ReadKind(ref JsonCursor json, ref RequestFields request)
    {
        if (!json.BeginObject())
        {
            return;
        }

        string group = "", version = "", kind = "";
        ulong seen = 0;
        while (json.NextProperty())
        {
            if (json.Is("group"u8, ref seen, 0))
            {
                group = json.OneOf(_groups) ?? json.String();
            }
            else if (json.Is("version"u8, ref seen, 1))
            {
                version = json.OneOf(_versions) ?? json.String();
            }
            else if (json.Is("kind"u8, ref seen, 2))
            {
                kind = json.OneOf(_kinds) ?? json.String();
            }
            else
            {
                json.Skip();
            }
        }

        request.Entry = kinds.Find(group, kind);
        request.HasKind = kind.Length > 0;
        request.Kind = kind;
        request.ApiVersion = (group, version) switch
        {
            ("", _) => version,
            ("apps", "v1") => "apps/v1",
            _ => $"{group}/{version}",
        };
    }

    private static void ReadResource(ref JsonCursor json, ref RequestFields request)
    {
        if (!json.BeginObject())
        {
            return;
        }

        ulong seen = 0;
        while (json.NextProperty())
        {
            if (json.Is("group"u8, ref seen, 0))
            {
                request.Group = json.OneOf(_groups) ?? json.String();
            }
            else if (json.Is("resource"u8, ref seen, 1))
            {
                request.Resource = json.OneOf(_resources) ?? json.String();
            }
            else
            {
                json.Skip();
            }
        }
    }

    private static Operation? ReadOperation(ref JsonCursor json) => json.String() switch
    {
        "CREATE" => Operation.Create,
        "UPDATE" => Operation.Update,
        "DELETE" => Operation.Delete,
        "CONNECT" => Operation.Connect,
        "" => null,
        _ => throw json.Error("must be CREATE, UPDATE, DELETE or CONNECT"),
    };
}
