using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Rules;

/// <summary>Tells objects that a controller made, whose owner is judged in their place, from objects that only claim so.</summary>
internal static class Ownership
{
    /// <summary>
    /// Whether a controller made the object. An owner that is a custom resource is believed where its group is served: its operator may be
    /// anybody. An owner of Kubernetes' own kinds must be one that makes such objects at all, and is believed when one of Kubernetes' controllers
    /// asks, when the owner is known, or when the stored object has it already; else the reference may be written by hand. A Scale is of whoever made
    /// what it scales.
    /// </summary>
    public static bool IsControlled(KubernetesObject subject, RuleContext context) =>
        subject is Scale && JudgedWith.Of(subject, context.Related) is { } target ? IsControlled(target, context.Related)
        : IsMirrorOfItsNode(subject, context)
        || (subject.Metadata.Controller is { } owner
            && (owner.IsBuiltIn ? owner.Makes(subject.Kind) && IsBelieved(owner, context) : IsServed(owner, context.Related)));

    /// <summary>The same for an object that is stored already, whose reference to an owner of Kubernetes' own kinds is believed as it stands.</summary>
    public static bool IsControlled(KubernetesObject stored, RelatedObjects related) =>
        stored is Pod { IsMirror: true }
        || (stored.Metadata.Controller is { } owner && (owner.IsBuiltIn ? owner.Makes(stored.Kind) : IsServed(owner, related)));

    private static bool IsBelieved(OwnerReference owner, RuleContext context) =>
        context.User is { IsKubernetesController: true }
        || context.Related.IsKnownUid(owner.Uid)
        || context.OldSubject?.Metadata.Controller?.Uid == owner.Uid;

    private static bool IsServed(OwnerReference owner, RelatedObjects related) =>
        related.ServesGroup is not { } serves || serves(KubernetesObject.GroupOf(owner.ApiVersion));

    /// <summary>The mirror of a static pod, written by the kubelet of its own node; where nobody asks, the mark is believed.</summary>
    private static bool IsMirrorOfItsNode(KubernetesObject subject, RuleContext context) =>
        subject is Pod { IsMirror: true } pod && (context.User is null || context.User.Name == "system:node:" + pod.Template.Spec.NodeName);
}
