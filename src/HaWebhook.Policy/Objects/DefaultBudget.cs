using System.Security.Cryptography;
using System.Text;

namespace HaWebhook.Policy.Objects;

/// <summary>
/// A PodDisruptionBudget that HaWebhook makes for a workload whose author brought none: one pod at a time, which is right for any number of replicas and
/// for systems that vote. Pods that are not ready may always go: a drain must be able to move what is broken (unhealthyPodEvictionPolicy; Kubernetes 1.27).
/// </summary>
/// <param name="Owner">The workload, with which Kubernetes removes it.</param>
/// <param name="Selector">The workload's own selector.</param>
public sealed record DefaultBudget(Workload Owner, LabelSelector Selector)
{
    /// <summary>Who manages it, as its label says.</summary>
    public const string Manager = "ha-webhook";

    /// <summary>Pods that may be missing.</summary>
    public const int MaxUnavailable = 1;

    /// <summary>What becomes of pods that are not ready.</summary>
    public const string UnhealthyPods = "AlwaysAllow";

    private const string Mark = "-ha-webhook-";
    private const int HashLength = 10;

    /// <summary>A name that is a label's value as well, which all tools can show.</summary>
    private const int LongestName = 63;

    /// <summary>Its name.</summary>
    public string Name => NameOf(Owner);

    /// <summary>Its labels.</summary>
    /// <param name="service">The installation that keeps it.</param>
    public IReadOnlyDictionary<string, string> LabelsOf(string service) => new SortedDictionary<string, string>(StringComparer.Ordinal)
    {
        [WellKnownLabels.Instance] = service,
        [WellKnownLabels.ManagedBy] = Manager,
        [HaAnnotations.DefaultBudgetLabel] = Owner.Metadata.Uid,
    };

    /// <summary>
    /// The name of a workload's budget: begins with the workload's, for people who read why a drain waits, and ends with a hash of its uid, so that neither
    /// another kind's workload of the same name nor a later one shares it.
    /// </summary>
    public static string NameOf(Workload workload)
    {
        var end = EndOf(workload.Metadata.Uid);
        var name = workload.Metadata.Name;
        return (name.Length > LongestName - end.Length ? name[..(LongestName - end.Length)].TrimEnd('-', '.') : name) + end;
    }

    /// <summary>
    /// The uid of the workload for which HaWebhook made a budget; empty for a budget of somebody's own. A copy under another name is somebody's own,
    /// whatever labels were copied with it.
    /// </summary>
    internal static string OwnerOf(Metadata metadata) =>
        metadata.Labels.TryGetValue(HaAnnotations.DefaultBudgetLabel, out var uid)
        && uid.Length > 0
        && metadata.Labels.GetValueOrDefault(WellKnownLabels.ManagedBy) == Manager
        && metadata.Name.EndsWith(EndOf(uid), StringComparison.Ordinal)
            ? uid
            : "";

    /// <summary>Whether a budget that is there says the same.</summary>
    internal bool IsSameAs(PodDisruptionBudget budget) =>
        budget.Metadata.Name == Name
        && budget.Selector?.ToString() == Selector.ToString()
        && budget.MaxUnavailable == new IntOrPercent(MaxUnavailable, IsPercent: false)
        && budget.MinAvailable is null
        && budget.UnhealthyPodEvictionPolicy == UnhealthyPods
        && budget.Metadata.Owners.Any(owner => owner.Uid == Owner.Metadata.Uid);

    private static string EndOf(string uid) => Mark + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(uid)))[..HashLength];
}
