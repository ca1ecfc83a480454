using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Rules.Mutating;

/// <summary>What a mutating rule does to a workload that is updated.</summary>
internal enum OnUpdate
{
    /// <summary>Fills in what is missing, as on creation.</summary>
    Fill,

    /// <summary>Only puts back what it filled in before and an update dropped.</summary>
    Keep,
}

/// <summary>Which Pods a mutating rule fills in.</summary>
internal enum PodScope
{
    /// <summary>Those that nothing manages.</summary>
    Bare,

    /// <summary>Also those of ReplicaSets and StatefulSets.</summary>
    All,
}

/// <summary>When mutating rules act: the same for all of them.</summary>
internal static class FillIn
{
    public static readonly ChoiceParameter<OnUpdate> OnUpdate = new(
        "onUpdate",
        Mutating.OnUpdate.Fill,
        [Mutating.OnUpdate.Fill, Mutating.OnUpdate.Keep],
        "What happens on an update that changes the pod spec: Fill adds what is missing, Keep only puts back what was filled in before.");

    public static readonly ChoiceParameter<PodScope> Pods = new(
        "pods",
        PodScope.Bare,
        [PodScope.Bare, PodScope.All],
        "Which Pods are filled in: Bare for those that nothing manages, All also for those of ReplicaSets and StatefulSets.");

    /// <summary>
    /// Whether the object may be filled in at all. What a controller owns never is: a ReplicaSet that differs from its Deployment's
    /// template is made anew without end, and an operator fights back. Pods only on creation: their spec cannot change later.
    /// A workload only when its pod spec changes anyway: a label, an annotation or a scale must not cause a rollout.
    /// </summary>
    public static bool Applies(PodOwner subject, RuleContext context, RuleSettings settings)
    {
        if (subject.RunsToCompletion || subject.Template.Spec.Bytes.IsEmpty || subject.Template.Spec.Containers.Count == 0)
        {
            return false;
        }

        return subject switch
        {
            Pod pod => context.OldSubject is null && !pod.IsMirror && IsInScope(pod, settings.Get(Pods)),
            Workload => subject.Metadata.Controller is null && PodSpecChanges(subject, context.OldSubject as PodOwner),
            _ => false,
        };
    }

    /// <summary>The changes that stay: all of them, or with <c>Keep</c> on an update those that the stored object has.</summary>
    public static bool Keeps(RuleContext context, RuleSettings settings) =>
        context.OldSubject is not null && settings.Get(OnUpdate) == Mutating.OnUpdate.Keep;

    /// <summary>JSON pointer to the pods' spec.</summary>
    public static string Pointer(PodOwner subject) => "/" + subject.PodSpecField.Replace('.', '/');

    private static bool IsInScope(Pod pod, PodScope scope) => pod.Metadata.Controller is not { } owner
        || (scope == PodScope.All && owner.Kind is "ReplicaSet" or "StatefulSet");

    private static bool PodSpecChanges(PodOwner subject, PodOwner? old) =>
        old is null || !subject.Template.Spec.Bytes.Span.SequenceEqual(old.Template.Spec.Bytes.Span);
}
