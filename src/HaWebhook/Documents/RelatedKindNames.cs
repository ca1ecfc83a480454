using HaWebhook.Policy.Objects;

namespace HaWebhook.Documents;

/// <summary>Puts the related objects that a rule looks at into words.</summary>
internal static class RelatedKindNames
{
    /// <summary>The objects as a phrase, for instance <c>HorizontalPodAutoscalers and ScaledObjects of its namespace</c>.</summary>
    /// <param name="kinds">Their kinds, at least one.</param>
    public static string Of(RelatedKinds kinds)
    {
        string[] names = [.. Single.Where(kind => kinds.HasFlag(kind)).SelectMany(NamesOf)];
        return $"{(names.Length == 1 ? names[0] : $"{string.Join(", ", names[..^1])} and {names[^1]}")} of its namespace";
    }

    private static IEnumerable<RelatedKinds> Single => Enum.GetValues<RelatedKinds>().Where(kind => int.PopCount((int)kind) == 1);

    private static string[] NamesOf(RelatedKinds kind) => kind switch
    {
        RelatedKinds.Autoscalers => ["HorizontalPodAutoscalers", "ScaledObjects"],
        RelatedKinds.DisruptionBudgets => ["PodDisruptionBudgets"],
        RelatedKinds.Claims => ["PersistentVolumeClaims"],
        RelatedKinds.Workloads => ["everything that has pods"],
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "has no name yet"),
    };
}
