using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Evaluation;

/// <summary>What an AdmissionReview asks about: an operation that a user wants to carry out on an object.</summary>
public sealed record Review
{
    /// <summary>Identifies the review; the answer carries it back. Empty where no API server asks.</summary>
    public string Uid { get; init; } = "";

    /// <summary>What is to be done.</summary>
    public Operation Operation { get; init; }

    /// <summary>Kind of the object, for instance <c>Deployment</c> or <c>Scale</c>.</summary>
    public string Kind { get; init; } = "";

    /// <summary>Group of the resource; empty for the core group.</summary>
    public string Group { get; init; } = "";

    /// <summary>The resource, for instance <c>deployments</c>.</summary>
    public string Resource { get; init; } = "";

    /// <summary>The subresource, for instance <c>scale</c>; empty for the object itself.</summary>
    public string Subresource { get; init; } = "";

    /// <summary>Object name; empty where the API server has yet to make one.</summary>
    public string Name { get; init; } = "";

    /// <summary>Namespace; empty for objects of the cluster.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>Who asks; null where nobody does, as in <c>check</c>.</summary>
    public User? User { get; init; }

    /// <summary>Whether the API server will not store the result.</summary>
    public bool DryRun { get; init; }

    /// <summary>The object as it would be stored; null for deletes and for kinds that mean nothing here.</summary>
    public KubernetesObject? Subject { get; init; }

    /// <summary>The object as it is stored now; null for creates, and for deletes of what leaves nothing to be told.</summary>
    public KubernetesObject? OldSubject { get; init; }

    /// <summary>Kind, namespace and name, as people write them; of a scale, those of the workload that is scaled.</summary>
    public string Title => $"{SubjectKind} {(Namespace.Length == 0 ? "" : Namespace + "/")}{DisplayName}";

    /// <summary>Kind of the object; of a scale, that of the workload that is scaled.</summary>
    public string SubjectKind => Subject is Scale scale ? scale.TargetKind : Kind;

    /// <summary>Name of the object; where the API server has yet to make one, what it begins with and an asterisk.</summary>
    public string DisplayName => Name.Length > 0 ? Name : Subject?.Metadata is { GenerateName.Length: > 0 } metadata ? metadata.GenerateName + "*" : "(no name)";
}

/// <summary>The operations that Kubernetes reviews.</summary>
public enum Operation
{
    /// <summary>A new object.</summary>
    Create,

    /// <summary>A change to an object: an update, a patch or an apply.</summary>
    Update,

    /// <summary>A removal.</summary>
    Delete,

    /// <summary>A connection to an object, such as <c>kubectl exec</c>.</summary>
    Connect,
}

/// <summary>Who asks.</summary>
/// <param name="Name">User name, for instance <c>system:serviceaccount:kube-system:deployment-controller</c>.</param>
/// <param name="Groups">The user's groups.</param>
public sealed record User(string Name, IReadOnlyList<string> Groups)
{
    /// <summary>
    /// Whether this is one of Kubernetes' own controllers: a service account of kube-system, or all of them under one
    /// name, as clusters run that do not give each controller its own credentials.
    /// </summary>
    public bool IsKubernetesController =>
        Name.StartsWith("system:serviceaccount:kube-system:", StringComparison.Ordinal) || Name == "system:kube-controller-manager";
}
