using System.Globalization;
using HaWebhook.Policy.Manifests;
using HaWebhook.Policy.Objects;
using Budget = HaWebhook.Policy.Objects.PodDisruptionBudget;

namespace HaWebhook.Policy.Rules;

/// <summary>Says what to do about a disruption budget that is not right.</summary>
internal static class BudgetAdvice
{
    /// <summary>Where nobody knows the workload.</summary>
    public const string SetSelector = "Set spec.selector to the selector of the workload.";

    /// <summary>One pod at a time is right for any number of replicas, and for systems that vote.</summary>
    public static string LetOneGo(Budget subject) => Sentence(OneAtATime(subject));

    /// <summary>The only form that Kubernetes can work out for pods of what has no scale.</summary>
    public static string CountWhatStays(Budget subject) =>
        "Set spec.minAvailable to the number of pods that must stay"
        + (subject.MaxUnavailable is null ? "" : ", and remove spec.maxUnavailable") + "; or delete the budget.";

    /// <summary>What lets a pod go: another budget, or more replicas where they can all run.</summary>
    public static string LetSomeGo(Budget subject, BudgetCoverage coverage, int replicas, RelatedObjects related)
    {
        if (coverage.Running.Count != 1)
        {
            return LetOneGo(subject);
        }

        var (workload, effective) = coverage.Running[0];
        if (LoneClaim.Of(workload, related) is { } claim)
        {
            return $"{LetOneGo(subject)} More replicas would all mount the claim {claim}, which only one node can use unless it is ReadWriteMany.";
        }

        var field = effective.Autoscaler is { } autoscaler ? $"{autoscaler.FloorField} of {Name(autoscaler)}" : $"spec.replicas of {Name(workload)}";
        var raise = string.Create(CultureInfo.InvariantCulture, $"set {field} to {subject.FewestThatLetOneGo(replicas)} or more");
        return replicas == 1
            ? $"{Sentence(raise)} If there has to be just one pod, {OneAtATime(subject)}; a drain then takes it down."
            : Sentence($"{OneAtATime(subject)}, or {raise}");
    }

    /// <summary>The selector of a workload.</summary>
    public static string Select(Workload workload) => workload.PodSelector is { IsEmpty: false } selector
        ? $"For {Name(workload)} set spec.selector to {FlowYaml.Selector(selector)}."
        : $"Label the pods of {Name(workload)}, and select them.";

    /// <summary>
    /// The selector of the workload that a budget which selects nothing was meant for: the one whose labels are nearest, of equally near ones the one
    /// that the budget is named for, else the only one that there is.
    /// </summary>
    public static string SelectSomething(Budget subject, LabelSelector selector, WorkloadIndex index)
    {
        var workloads = index.PodOwners.OfType<Workload>()
            .Where(workload => workload.Metadata is { Name.Length: > 0, Controller: not { IsBuiltIn: true } })
            .InOrder()
            .ToList();
        var nearest = NearestSelection.Of(selector, workloads);
        var candidates = nearest.Count > 0 ? nearest : workloads;
        var meant = candidates.Count == 1
            ? candidates[0]
            : candidates
                .Where(workload => subject.Metadata.Name.StartsWith(workload.Metadata.Name, StringComparison.Ordinal))
                .MaxBy(workload => workload.Metadata.Name.Length);
        return meant is null ? SetSelector : Select(meant);
    }

    private static string OneAtATime(Budget subject) => subject is { MaxUnavailable: null, MinAvailable: not null }
        ? "replace spec.minAvailable by maxUnavailable: 1"
        : "set spec.maxUnavailable to 1";

    private static string Sentence(string words) => $"{char.ToUpperInvariant(words[0])}{words[1..]}.";

    private static string Name(KubernetesObject item) => $"{item.Kind} {item.Metadata.Name}";
}
