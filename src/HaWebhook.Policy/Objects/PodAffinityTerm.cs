namespace HaWebhook.Policy.Objects;

/// <summary>A term of pod anti-affinity: stay away from the pods that it selects.</summary>
/// <param name="TopologyKey">The node label whose values are the domains to stay away in.</param>
/// <param name="LabelSelector">The pods that are meant; null means none.</param>
/// <param name="Namespaces">Namespaces whose pods are meant; with no <paramref name="HasNamespaceSelector"/>, empty means the pod's own.</param>
/// <param name="HasNamespaceSelector">Whether namespaces are chosen by label, which can only be told with a cluster.</param>
/// <param name="MismatchLabelKeys">Labels in which the meant pods differ from the pod itself; empty for none.</param>
/// <param name="Field">Where the term stands, below <c>affinity.podAntiAffinity</c>.</param>
public sealed record PodAffinityTerm(
    string TopologyKey,
    LabelSelector? LabelSelector,
    IReadOnlyList<string> Namespaces,
    bool HasNamespaceSelector,
    IReadOnlyList<string> MismatchLabelKeys,
    string Field)
{
    /// <summary>Whether the term keeps pods with these labels, in this namespace, away from one another.</summary>
    public bool Selects(string podNamespace, IReadOnlyDictionary<string, string> podLabels) =>
        LabelSelector is not null
        && LabelSelector.Matches(podLabels)
        && ReachesNamespace(podNamespace)
        && !MismatchLabelKeys.Any(podLabels.ContainsKey);

    /// <summary>Whether the term means pods of this namespace; where namespaces are chosen by label it is believed to.</summary>
    public bool ReachesNamespace(string podNamespace) =>
        HasNamespaceSelector || Namespaces.Count == 0 || Namespaces.Contains(podNamespace, StringComparer.Ordinal);
}
