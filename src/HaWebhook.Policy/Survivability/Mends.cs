using System.Globalization;
using HaWebhook.Policy.Manifests;
using HaWebhook.Policy.Objects;
using HaWebhook.Policy.Rules;

namespace HaWebhook.Policy.Survivability;

/// <summary>Says which one change mends something: that which is needed first, where it takes several.</summary>
internal static class Mends
{
    private const int MostMore = 8;

    /// <summary>Of more than that, more are no cure.</summary>
    private const int MostReplicas = 1_000_000;

    /// <summary>What mends that a failure of one of so many domains takes too many pods.</summary>
    /// <param name="subject">The workload.</param>
    /// <param name="bound">How its constraints spread it over them.</param>
    /// <param name="domains">The domains that its pods can go to; null where that is not known: there then are enough.</param>
    /// <param name="outcome">What becomes of it: what is down has to be up, and what is degraded has to have enough.</param>
    public static Mend? OfLoss(Subject subject, SpreadBound bound, int? domains, Outcome outcome)
    {
        var desired = subject.Need.Desired;
        if (subject.IsBarePod)
        {
            return BarePod();
        }

        if (desired > MostReplicas)
        {
            return Spread(subject, bound);
        }

        if (Keeps(desired, domains ?? desired))
        {
            return subject.Ready < desired && !Keeps(subject.Ready, domains ?? subject.Ready) ? Unready(subject) : Spread(subject, bound);
        }

        for (var more = desired + 1; more <= desired + MostMore; more++)
        {
            if (Keeps(more, domains ?? more))
            {
                return Replicas(subject, more);
            }
        }

        for (var more = (domains ?? 0) + 1; more <= (domains ?? 0) + MostMore; more++)
        {
            if (Keeps(Math.Max(desired, subject.Need.FewestToLoseOne), more))
            {
                return Domains(Words.DomainOf(bound.TopologyKey), domains ?? 0, more);
            }
        }

        return null;

        // Spread as evenly as can be.
        bool Keeps(int pods, int over) => over > 0 && pods - ((pods + over - 1) / over) >= Needed(Math.Max(pods, desired));

        int Needed(int pods) => outcome == Outcome.Down ? subject.Need.MinimumOf(pods)
            : subject.Promise is { Budget: var budget } ? pods - budget.AllowedDisruptions(pods, pods)
            : (pods + 1) / 2;
    }

    /// <summary>More replicas, where they can all run.</summary>
    public static Mend Replicas(Subject subject, int to)
    {
        if (subject.Source is not Workload workload)
        {
            var field = subject.Source is ReplicatedResource { Counts: [var (path, _), ..] } ? path : "spec.replicas";
            return new(field, Is(subject.Need.Own, to), $"Set {field} to {to} or more.") { Yaml = MendYaml.Field(field, to) };
        }

        var related = subject.Space.Related;
        var effective = EffectiveReplicas.Of(workload, related);
        var raise = effective.Autoscaler is { } autoscaler
            ? $"et {autoscaler.FloorField} of {autoscaler.Kind} {autoscaler.Metadata.Name} to {to} or more."
            : $"et spec.replicas to {to} or more.";
        if (LoneClaim.Of(workload, related) is { } claim)
        {
            return new(effective.Field, Is(effective.Count, to), $"{LoneClaim.Advice(claim)}s{raise}");
        }

        return new(effective.Field, Is(effective.Count, to), $"S{raise}")
        {
            Yaml = effective.Autoscaler is { } scaler
                ? MendYaml.Field(scaler.FloorField, to, $"{scaler.Kind} {scaler.Metadata.Name}")
                : MendYaml.Field("spec.replicas", to),
        };
    }

    /// <summary>A spread over nodes or zones that is demanded, not wished for.</summary>
    public static Mend? Spread(Subject subject, SpreadBound bound)
    {
        var one = Words.DomainOf(bound.TopologyKey);
        if (subject.Source is not Workload workload)
        {
            return new("spec", $"lets its pods share a {one}; must keep some elsewhere", $"Spread its pods over {one}s, in the way of its operator.");
        }

        var list = $"{workload.PodSpecField}.topologySpreadConstraints";
        foreach (var constraint in workload.Template.Spec.TopologySpreadConstraints)
        {
            if (NodeChoice.CurrentName(constraint.TopologyKey) != bound.TopologyKey || constraint.LabelSelector?.Matches(workload.PodLabels) != true)
            {
                continue;
            }

            var field = $"{list}[{constraint.TopologyKey}]";
            return constraint.WhenUnsatisfiable != "DoNotSchedule"
                ? new(
                    $"{field}.whenUnsatisfiable",
                    $"is {constraint.WhenUnsatisfiable}, which is only a wish; must be DoNotSchedule",
                    $"Set whenUnsatisfiable of the constraint over {constraint.TopologyKey} to DoNotSchedule.")
                : constraint.MaxSkew > 1
                    ? new($"{field}.maxSkew", string.Create(CultureInfo.InvariantCulture, $"is {constraint.MaxSkew}; must be 1"), $"Set maxSkew of the constraint over {constraint.TopologyKey} to 1.")
                    : Restart(workload, field);
        }

        return bound.IsRequired ? Restart(workload, $"{workload.PodSpecField}.affinity.podAntiAffinity") : Constraint(workload, list, bound.TopologyKey, one);
    }

    /// <summary>A disruption budget that lets one pod go at a time.</summary>
    public static Mend Budget(Subject subject)
    {
        var selector = subject.Source is Workload { PodSelector: { IsEmpty: false } own } ? FlowYaml.Selector(own) : "the labels of its pods";
        return new(
            "PodDisruptionBudget",
            "is missing, so that a drain evicts all pods of a node at once; must let one go at a time",
            $"Add a PodDisruptionBudget with maxUnavailable: 1 and selector: {selector}.")
        {
            Yaml = subject.Source is Workload { PodSelector: { IsEmpty: false } pods } ? MendYaml.Budget(subject.Owner.Name, subject.Space.Name, pods) : "",
        };
    }

    /// <summary>A budget that lets fewer go.</summary>
    public static Mend TighterBudget(BudgetState budget) => new(
        FieldOf(budget),
        $"is {budget.Budget.MaxUnavailable ?? budget.Budget.MinAvailable}, which lets too many pods go at once; must let one go at a time",
        BudgetAdvice.LetOneGo(budget.Budget));

    /// <summary>A workload in place of a Pod.</summary>
    public static Mend BarePod() => new("kind", "is Pod, which nothing makes again; must be a workload", "Run the pod by a Deployment or a StatefulSet.");

    /// <summary>The field of a budget that decides.</summary>
    public static string FieldOf(BudgetState budget) =>
        $"PodDisruptionBudget/{budget.Name} spec.{(budget.Budget is { MaxUnavailable: null, MinAvailable: not null } ? "minAvailable" : "maxUnavailable")}";

    private static Mend Unready(Subject subject) => new(
        "status.readyReplicas",
        string.Create(CultureInfo.InvariantCulture, $"is {subject.Ready}; must be {subject.Need.Desired}"),
        "Find out why the other pods are not ready: kubectl describe tells.");

    private static Mend Domains(string one, int have, int need) => new(
        $"{one}s",
        string.Create(CultureInfo.InvariantCulture, $"are {have} for its pods; must be at least {need}"),
        $"Add nodes{(one == Words.Zone ? $" in {(have == 0 ? "several zones" : "another zone")}" : "")}, or let its pods run on more of those that are there.");

    /// <summary>Constraints hold while pods are scheduled; when others go nobody looks again.</summary>
    private static Mend Restart(Workload workload, string field) => new(
        field,
        "was met when the pods were scheduled, but is not now; must be met anew",
        $"Restart the workload, so that its pods are scheduled anew: kubectl rollout restart {workload.Kind.ToLowerInvariant()}/{workload.Metadata.Name}.");

    private static Mend Constraint(Workload workload, string list, string key, string one)
    {
        var selector = workload.LastingSelector ?? new(workload.Template.Metadata.Labels);
        if (selector.IsEmpty)
        {
            return new(list, $"lets all pods share one {one}; must keep them apart", "Label the pods, and add a topology spread constraint that selects them.");
        }

        var keys = TopologySpreadConstraint.KeysOfRevision(workload, selector);
        var revision = keys is null ? "" : $", matchLabelKeys: [{string.Join(", ", keys)}]";
        return new(
            list,
            $"lets all pods share one {one}; must keep them apart",
            $"Add {{maxSkew: 1, topologyKey: {key}, whenUnsatisfiable: DoNotSchedule, labelSelector: {FlowYaml.Selector(selector)}{revision}}} "
                + "to topologySpreadConstraints.")
        {
            Yaml = MendYaml.Constraint(workload.PodSpecField, key, selector, keys),
        };
    }

    private static string Is(int count, int required) => string.Create(CultureInfo.InvariantCulture, $"is {count}; must be at least {required}");
}
