using System.Collections.Frozen;

namespace HaWebhook.Policy.Objects;

/// <summary>One of an object's owners.</summary>
/// <param name="ApiVersion">The owner's group and version.</param>
/// <param name="Kind">The owner's kind.</param>
/// <param name="Name">The owner's name.</param>
/// <param name="Uid">The owner's uid.</param>
/// <param name="IsController">Whether this owner manages the object; absence means it does not.</param>
public sealed record OwnerReference(string ApiVersion, string Kind, string Name, string Uid, bool IsController)
{
    /// <summary>Groups of Kubernetes itself whose names have a dot, as those of custom resources always have.</summary>
    private static readonly FrozenSet<string> _dottedBuiltIn = FrozenSet.Create(
        StringComparer.Ordinal,
        "admissionregistration.k8s.io",
        "apiextensions.k8s.io",
        "apiregistration.k8s.io",
        "authentication.k8s.io",
        "authorization.k8s.io",
        "certificates.k8s.io",
        "coordination.k8s.io",
        "discovery.k8s.io",
        "events.k8s.io",
        "flowcontrol.apiserver.k8s.io",
        "internal.apiserver.k8s.io",
        "metrics.k8s.io",
        "networking.k8s.io",
        "node.k8s.io",
        "rbac.authorization.k8s.io",
        "resource.k8s.io",
        "scheduling.k8s.io",
        "storage.k8s.io",
        "storagemigration.k8s.io");

    /// <summary>Whether the owner belongs to Kubernetes itself, and not to somebody's operator.</summary>
    public bool IsBuiltIn =>
        KubernetesObject.GroupOf(ApiVersion) is var group && (!group.Contains('.', StringComparison.Ordinal) || _dottedBuiltIn.Contains(group));

    /// <summary>Whether Kubernetes has a controller that makes objects of this kind for such an owner.</summary>
    public bool Makes(string kind) => (KubernetesObject.GroupOf(ApiVersion), Kind, kind) is
        ("apps", "ReplicaSet" or "StatefulSet" or "DaemonSet", "Pod")
        or ("batch", "Job", "Pod")
        or ("", "ReplicationController" or "Node", "Pod")
        or ("apps", "Deployment", "ReplicaSet")
        or ("batch", "CronJob", "Job");
}
