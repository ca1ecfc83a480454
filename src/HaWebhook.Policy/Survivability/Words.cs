using System.Globalization;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Survivability;

/// <summary>The words that reasons share.</summary>
internal static class Words
{
    public const string Node = "node";
    public const string Zone = "zone";

    /// <summary>What the domains of a label are called.</summary>
    public static string DomainOf(string topologyKey) => topologyKey == WellKnownLabels.Zone ? Zone : Node;

    /// <summary><c>1 pod</c>, <c>3 pods</c>.</summary>
    public static string Count(int count, string what) => string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(count == 1 ? "" : "s")}");

    /// <summary>The pods of a workload that are lost, out of those that serve: <c>2 of its 3 ready pods are</c>.</summary>
    public static string LostOf(int ready, int lost) =>
        lost < ready ? string.Create(CultureInfo.InvariantCulture, $"{lost} of its {ready} ready pods {(lost == 1 ? "is" : "are")}")
        : ready == 1 ? "Its only ready pod is"
        : string.Create(CultureInfo.InvariantCulture, $"All its {ready} ready pods are");

    /// <summary>What the pods that are left amount to; empty where none are, and where enough are.</summary>
    public static string Left(Subject subject, int left)
    {
        var than = subject.With(left) switch
        {
            _ when left <= 0 => "",
            Outcome.Down => string.Create(CultureInfo.InvariantCulture, $"no majority of {subject.Need.Desired} {subject.Need.Members}"),
            Outcome.Degraded when subject.Promise is { } budget =>
                string.Create(CultureInfo.InvariantCulture, $"fewer than the {subject.Enough} that PodDisruptionBudget {budget.Name} promises"),
            Outcome.Degraded => string.Create(CultureInfo.InvariantCulture, $"fewer than half of {subject.Need.Desired}"),
            _ => "",
        };
        return than.Length == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"; {left} left {(left == 1 ? "is" : "are")} {than}");
    }
}
