using System.Globalization;

namespace HaWebhook.Policy.Survivability;

/// <summary>What the sudden loss of a node or zone takes of a workload, by where its pods are now.</summary>
internal static class Losses
{
    /// <summary>Says of a workload that too few of its pods serve already; null where enough do.</summary>
    public static FailureVerdict? DownAlready(Subject subject) => subject.Ready >= subject.Need.Minimum
        ? null
        : new(
            Outcome.Unknown,
            subject.Ready == 0
                ? string.Create(CultureInfo.InvariantCulture, $"None of {Words.Count(subject.Need.Desired, "pod")} is ready now, so that it is down already.")
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"{subject.Ready} of {subject.Need.Desired} {subject.Need.Members} are ready now, which is no majority, so that it is down already."));

    /// <summary>The verdict on the loss of any one node or zone.</summary>
    /// <param name="subject">The workload.</param>
    /// <param name="bound">How its constraints spread it over them.</param>
    /// <param name="split">Where its pods that serve are.</param>
    /// <param name="domains">How many nodes or zones there are for its pods; null where that is not known.</param>
    /// <param name="whyUnknown">Why it is not known where some pods are.</param>
    public static FailureVerdict Judge(Subject subject, SpreadBound bound, Split split, int? domains, string whyUnknown)
    {
        if (DownAlready(subject) is { } down)
        {
            return down;
        }

        // What is not known may be anywhere: with the others or apart.
        var most = split.Domains.Count == 0 ? 0 : split.Domains[0].Pods;
        var worst = subject.Without(most + split.Unknown);
        if (split.Unknown > 0 && worst != subject.Without(Math.Max(most, split.UnknownTogether)))
        {
            return new(Outcome.Unknown, whyUnknown);
        }

        var lost = most + split.Unknown;
        var left = subject.Ready - lost;
        var one = Words.DomainOf(bound.TopologyKey);
        var domain = split.Domains.Count == 0 ? "" : split.Domains[0].Domain;
        var where = $"{(one == Words.Zone ? "in" : "on")} {(domain.Length == 0 || split.Unknown > 0 ? $"one {one}" : $"{one} {domain}")}";
        return worst == Outcome.Survives
            ? new(worst, string.Create(CultureInfo.InvariantCulture, $"No {one} holds more than {lost} of its {Words.Count(subject.Ready, "ready pod")}."))
            {
                Remaining = left,
                Domain = domain,
            }
            : new(worst, $"{Words.LostOf(subject.Ready, lost)} {where}{Words.Left(subject, left)}.")
            {
                Remaining = left,
                Domain = domain,
                Mend = Mends.OfLoss(subject, bound, domains, worst),
            };
    }
}

/// <summary>How a workload's pods that serve are split over nodes or zones.</summary>
/// <param name="Domains">Those that hold some, the fullest first, of equally full ones by name.</param>
/// <param name="Unknown">Pods of which it is not known where they are.</param>
/// <param name="UnknownTogether">The most of those that are together wherever they are: on one node.</param>
internal readonly record struct Split(IReadOnlyList<(string Domain, int Pods)> Domains, int Unknown, int UnknownTogether)
{
    /// <summary>Splits the pods of a workload.</summary>
    /// <param name="subject">The workload.</param>
    /// <param name="domainOf">The domain of a node; null where it is not known.</param>
    public static Split Of(Subject subject, Func<string, string?> domainOf)
    {
        var (unknown, together) = (0, 0);
        Dictionary<string, int>? lost = null;
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var placed in subject.Counted)
        {
            if (!placed.Pod.IsHealthy)
            {
                continue;
            }

            if (placed.Pod.NodeName.Length > 0 && domainOf(placed.Pod.NodeName) is { } domain)
            {
                counts[domain] = counts.GetValueOrDefault(domain) + 1;
            }
            else
            {
                unknown++;
                lost ??= new(StringComparer.Ordinal);
                var node = placed.Pod.NodeName.Length > 0 ? placed.Pod.NodeName : $"{placed.Pod.Namespace}/{placed.Pod.Name}";
                together = Math.Max(together, lost[node] = lost.GetValueOrDefault(node) + 1);
            }
        }

        var ordered = counts.Select(pair => (Domain: pair.Key, Pods: pair.Value)).ToList();
        ordered.Sort(static (one, other) => one.Pods != other.Pods ? other.Pods.CompareTo(one.Pods) : string.CompareOrdinal(one.Domain, other.Domain));
        return new(ordered, unknown, together);
    }
}
