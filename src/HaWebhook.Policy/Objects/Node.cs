namespace HaWebhook.Policy.Objects;

/// <summary>A Node, as far as it matters to pods that run there or could.</summary>
public sealed record Node
{
    /// <summary>Its name, which pods name in <c>spec.nodeName</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Its labels; empty where there are none.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = Metadata.NoStrings;

    /// <summary><c>spec.unschedulable</c>: whether it is cordoned, so that no new pod comes; absent means it is not.</summary>
    public bool IsUnschedulable { get; init; }

    /// <summary>
    /// Whether a taint (<c>NoSchedule</c> or <c>NoExecute</c>) keeps pods away that do not tolerate it. The one that only repeats
    /// <see cref="IsUnschedulable"/> is not counted.
    /// </summary>
    public bool IsTainted { get; init; }

    /// <summary>Whether its condition <c>Ready</c> is true; without that condition it is not.</summary>
    public bool IsReady { get; init; }

    /// <summary>The zone that it is in, by its label of today or by the former one; empty where neither is there.</summary>
    public string Zone =>
        Labels.TryGetValue(WellKnownLabels.Zone, out var zone) || Labels.TryGetValue(WellKnownLabels.FormerZone, out zone) ? zone : "";

    /// <summary>Whether new pods that tolerate nothing can come.</summary>
    public bool TakesPods => IsReady && !IsUnschedulable && !IsTainted;
}
