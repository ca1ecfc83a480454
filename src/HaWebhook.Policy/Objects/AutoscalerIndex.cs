namespace HaWebhook.Policy.Objects;

/// <summary>The autoscalers of a namespace, to be looked up by what they scale. Immutable; the index is built when it is first asked.</summary>
/// <param name="autoscalers">The autoscalers, in any order.</param>
public sealed class AutoscalerIndex(IReadOnlyList<Autoscaler> autoscalers)
{
    /// <summary>No autoscalers.</summary>
    public static readonly AutoscalerIndex Empty = new([]);

    private Dictionary<(string Group, string Kind, string Name), List<Autoscaler>>? _byTarget;

    /// <summary>All of them.</summary>
    public IReadOnlyList<Autoscaler> All { get; } = autoscalers;

    /// <summary>
    /// Those that scale the workload of this group, kind and name, in the order of their names. More than one is a mistake that Kubernetes permits.
    /// </summary>
    public IReadOnlyList<Autoscaler> Of(string group, string kind, string name)
    {
        if (All.Count == 0)
        {
            return [];
        }

        _byTarget ??= ByTarget();
        return _byTarget.TryGetValue((group, kind, name), out var found) ? found : [];
    }

    private Dictionary<(string Group, string Kind, string Name), List<Autoscaler>> ByTarget()
    {
        var byTarget = new Dictionary<(string Group, string Kind, string Name), List<Autoscaler>>();
        foreach (var autoscaler in All.InOrder())
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
