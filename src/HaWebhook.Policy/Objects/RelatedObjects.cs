namespace HaWebhook.Policy.Objects;

/// <summary>
/// What a rule may look at beside the object itself: the objects of its namespace that the front knows of, by kind. Each kind is a collection of its
/// own that is made once and looked up often, so that a front which keeps them current replaces only the one that changed.
/// </summary>
public sealed record RelatedObjects
{
    /// <summary>Nothing is known: <c>serve</c> without a cluster.</summary>
    public static readonly RelatedObjects None = new();

    /// <summary>
    /// The kinds that were loaded, which is to say set: of these, what is not there does not exist. Of the others nothing is known, and a rule
    /// that cannot judge without them says so (<see cref="Rules.Undecided"/>).
    /// </summary>
    public RelatedKinds Loaded { get; private init; }

    /// <summary>HorizontalPodAutoscalers and ScaledObjects of the namespace.</summary>
    public AutoscalerIndex Autoscalers
    {
        get;
        init
        {
            field = value;
            Loaded |= RelatedKinds.Autoscalers;
        }
    }
    = AutoscalerIndex.Empty;

    /// <summary>PodDisruptionBudgets of the namespace.</summary>
    public DisruptionBudgetIndex DisruptionBudgets
    {
        get;
        init
        {
            field = value;
            Loaded |= RelatedKinds.DisruptionBudgets;
        }
    }
    = DisruptionBudgetIndex.Empty;

    /// <summary>Claims of the namespace, by name.</summary>
    public IReadOnlyDictionary<string, PersistentVolumeClaim> Claims
    {
        get;
        init
        {
            field = value;
            Loaded |= RelatedKinds.Claims;
        }
    }
    = System.Collections.ObjectModel.ReadOnlyDictionary<string, PersistentVolumeClaim>.Empty;

    /// <summary>Everything of the namespace that has pods.</summary>
    public WorkloadIndex Workloads
    {
        get;
        init
        {
            field = value;
            Loaded |= RelatedKinds.Workloads;
        }
    }
    = WorkloadIndex.Empty;

    /// <summary>
    /// The workload or replicated resource that the review's Scale or autoscaler is about, as it was looked up for it; null where nobody did: the one among
    /// <see cref="Workloads"/> then counts.
    /// </summary>
    public KubernetesObject? Target { get; init; }

    /// <summary>Tells whether an object with this uid exists, so that an owner reference to it is no invention. Default: none is known to.</summary>
    public Func<string, bool> IsKnownUid { get; init; } = static _ => false;

    /// <summary>
    /// Tells whether the API server serves a group, so that an owner of a kind that nobody serves is seen to be an invention. Null where that is
    /// not known: owners that are custom resources are then believed.
    /// </summary>
    public Func<string, bool>? ServesGroup { get; init; }

    /// <summary>The version of the API server; null where it is not known: it then counts as one that knows all that is filled in.</summary>
    public KubernetesVersion? Version { get; init; }

    /// <summary>Labels of the namespace itself; empty where they are not known: every namespace has that of its name.</summary>
    public IReadOnlyDictionary<string, string> NamespaceLabels { get; init; } = Metadata.NoStrings;

    /// <summary>Whether these kinds are all loaded.</summary>
    public bool Has(RelatedKinds kinds) => (Loaded & kinds) == kinds;
}
