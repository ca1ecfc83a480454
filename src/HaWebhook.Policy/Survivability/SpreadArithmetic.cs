using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Survivability;

/// <summary>
/// Works out how unevenly a workload's pods may stand and still meet what its constraints demand, in the worst order in which the scheduler may have
/// placed them.
/// </summary>
/// <remarks>
/// Required pod anti-affinity lets one pod into a domain. A spread constraint with <c>DoNotSchedule</c> lets a pod into a domain while that has, with
/// the pod, at most <c>maxSkew</c> more than the emptiest (Kubernetes, Pod Topology Spread Constraints). So when a domain got its <c>m</c>-th pod all
/// others had <c>m - maxSkew</c>, and <c>n</c> pods over <c>d</c> domains leave at most <c>(n + (d - 1) * maxSkew) / d</c>, rounded down, in one.
/// With fewer domains than <c>minDomains</c> the emptiest counts as having none, so that no domain gets more than <c>maxSkew</c>.
/// Pods that may not share a zone cannot share a node either.
/// </remarks>
internal sealed class SpreadArithmetic
{
    /// <summary>Beyond so many domains nothing changes that anybody would build.</summary>
    private const int MostDomains = 1_000;

    private readonly List<TopologySpreadConstraint> _constraints = [];
    private bool _isAnti;
    private bool _isPreferred;

    private SpreadArithmetic()
    {
    }

    /// <summary>Whether anything is demanded.</summary>
    public bool IsRequired => _isAnti || _constraints.Count > 0;

    /// <summary>What the pods of a template, in this namespace, are demanded to be over nodes and over zones.</summary>
    public static (SpreadArithmetic Nodes, SpreadArithmetic Zones) Of(PodSpec spec, IReadOnlyDictionary<string, string> labels, string @namespace)
    {
        var zones = new SpreadArithmetic();
        var nodes = new SpreadArithmetic();
        zones.Read(spec, labels, @namespace, WellKnownLabels.Zone);
        nodes.Read(spec, labels, @namespace, WellKnownLabels.Hostname);
        nodes._isAnti |= zones._isAnti;
        nodes._isPreferred |= zones._isPreferred;
        return (nodes, zones);
    }

    /// <summary>The bound for a number of pods.</summary>
    /// <param name="key">The node label.</param>
    /// <param name="pods">The pods.</param>
    /// <param name="minimum">Those that have to stay.</param>
    /// <param name="domains">The domains that there are; null where that is not known.</param>
    public SpreadBound Bound(string key, int pods, int minimum, int? domains)
    {
        var (from, leaves) = IsRequired ? SurvivesFrom(pods, minimum) : (null, null);
        if (domains is { } known)
        {
            var (most, runs) = Worst(pods, known);
            return new(key, IsRequired, _isPreferred, domains, most, runs, from, leaves);
        }

        var isAlways = _isAnti || !IsRequired;
        return new(key, IsRequired, _isPreferred, null, isAlways ? (_isAnti ? Math.Min(pods, 1) : pods) : null, _isAnti ? null : pods, from, leaves);
    }

    /// <summary>The most pods that may stand in one of so many domains, and the most that can run at all.</summary>
    public (int Most, int Runs) Worst(int pods, int domains)
    {
        if (domains <= 0)
        {
            return (0, 0);
        }

        var (most, runs) = ((long)pods, (long)pods);
        if (_isAnti)
        {
            (most, runs) = (Math.Min(most, 1), Math.Min(runs, domains));
        }

        foreach (var constraint in _constraints)
        {
            var skew = (long)Math.Max(constraint.MaxSkew, 1);
            var isShort = domains < (constraint.MinDomains ?? 1);
            runs = isShort ? Math.Min(runs, domains * skew) : runs;
            most = Math.Min(most, isShort ? skew : (pods + ((domains - 1) * skew)) / domains);
        }

        return ((int)Math.Min(most, runs), (int)runs);
    }

    /// <summary>The fewest domains from which on the loss of any one leaves the minimum, and what it then leaves; nulls where no number does.</summary>
    private (int? From, int? Leaves) SurvivesFrom(int pods, int minimum)
    {
        var shortest = _constraints.Count == 0 ? 1 : _constraints.Max(constraint => constraint.MinDomains ?? 1);

        // With more domains than that nothing changes any more.
        var domains = Math.Clamp(Math.Max(pods, shortest), 1, MostDomains) + 1;
        (int? from, int? leaves) = (null, null);
        for (; domains > 0; domains--)
        {
            var (most, runs) = Worst(pods, domains);
            if (runs - most < minimum)
            {
                break;
            }

            (from, leaves) = (domains, Math.Min(leaves ?? int.MaxValue, runs - most));
        }

        return (from, leaves);
    }

    private void Read(PodSpec spec, IReadOnlyDictionary<string, string> labels, string @namespace, string key)
    {
        // Any constraint of its own switches the scheduler's off (Kubernetes, Pod Topology Spread Constraints, Built-in default constraints).
        _isPreferred = spec.TopologySpreadConstraints.Count == 0;
        foreach (var constraint in spec.TopologySpreadConstraints)
        {
            if (NodeChoice.CurrentName(constraint.TopologyKey) == key && constraint.LabelSelector?.Matches(labels) == true)
            {
                _isPreferred = true;
                if (constraint.WhenUnsatisfiable == "DoNotSchedule")
                {
                    _constraints.Add(constraint);
                }
            }
        }

        foreach (var term in spec.PodAntiAffinity)
        {
            if (NodeChoice.CurrentName(term.TopologyKey) == key && term.Selects(@namespace, labels))
            {
                _isPreferred = true;
                _isAnti |= term.Field.StartsWith("required", StringComparison.Ordinal);
            }
        }
    }
}
