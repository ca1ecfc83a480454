namespace HaWebhook.Policy.Objects;

/// <summary>The autoscalers of a namespace, to be looked up by what they scale. Immutable; the index is built once, when it is first asked or prepared.</summary>
/// <param name="autoscalers">The autoscalers, in any order.</param>
public sealed class AutoscalerIndex(IReadOnlyList<Autoscaler> autoscalers)
{
    /// <summary>No autoscalers.</summary>
    public static readonly AutoscalerIndex Empty = new([]);

    private readonly Lazy<Dictionary<(string Group, string Kind, string Name), List<Autoscaler>>> _byTarget = new(() => ByTarget(autoscalers));

    /// <summary>All of them.</summary>
    public IReadOnlyList<Autoscaler> All { get; } = autoscalers;

    /// <summary>Builds the index ahead, so that no review has to.</summary>
    /// <returns>Itself.</returns>
    public AutoscalerIndex Prepare()
    {
        _ = _byTarget.Value;
        return this;
    }

    /// <summary>
    /// Those that scale the workload of this group, kind and name, in the order of their names. More than one is a mistake that Kubernetes permits.
    /// </summary>
    public IReadOnlyList<Autoscaler> Of(string group, string kind, string name) =>
        All.Count > 0 && _byTarget.Value.TryGetValue((group, kind, name), out var found) ? found : [];

    private static Dictionary<(string Group, string Kind, string Name), List<Autoscaler>> ByTarget(IReadOnlyList<Autoscaler> autoscalers)
    {
        var byTarget = new Dictionary<(string Group, string Kind, string Name), List<Autoscaler>>();
        foreach (var autoscaler in autoscalers.InOrder())
        {
            var target = (autoscaler.TargetGroup, autoscaler.TargetKind, autoscaler.TargetName);
            if (!byTarget.TryGetValue(target, out var found))
            {
                byTarget.Add(target, found = []);
            }

            found.Add(autoscaler);
        }

        return byTarget;
    }
}
