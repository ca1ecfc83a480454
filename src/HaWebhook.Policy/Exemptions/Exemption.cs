using System.Globalization;
using HaWebhook.Policy.Rules;
using HaWebhook.Policy.Rules.Cluster;

namespace HaWebhook.Policy.Exemptions;

/// <summary>An exemption that holds.</summary>
/// <param name="Rules">The rules' ids; null for all of them.</param>
/// <param name="Reason">Why.</param>
/// <param name="Until">The last day on which it holds; null for no end.</param>
/// <param name="Source">Who grants it: <c>annotation</c> or <c>policy</c>.</param>
public sealed record Exemption(IReadOnlyList<string>? Rules, string Reason, DateOnly? Until, string Source)
{
    /// <summary>The word that stands for every rule.</summary>
    public const string All = "all";

    /// <summary>What it can name: every rule, those about what only a living cluster shows among them, and the word for all.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. BuiltInRules.All.Select(rule => rule.Id), .. ClusterRules.All.Select(rule => rule.Id), All];

    /// <summary>Whether it exempts from this rule.</summary>
    public bool Covers(string rule) => Rules is null || Rules.Contains(rule, StringComparer.Ordinal);

    /// <summary>The exemption in one line.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Reason} ({Source}{(Until is { } until ? $", until {until:yyyy-MM-dd}" : "")})");
}

/// <summary>An exemption that does not hold, and why: whoever relies on it must be told.</summary>
/// <param name="Field">The annotation, or where in the policy it stands.</param>
/// <param name="Message">What is wrong, to be read after the field.</param>
/// <param name="Fix">What to do, as a sentence.</param>
public sealed record ExemptionProblem(string Field, string Message, string Fix);

/// <summary>The exemptions that somebody asks for: those that hold, and those that do not.</summary>
/// <param name="Granted">Those that hold.</param>
/// <param name="Problems">What is wrong with the others.</param>
public sealed record Exemptions(IReadOnlyList<Exemption> Granted, IReadOnlyList<ExemptionProblem> Problems)
{
    /// <summary>None at all.</summary>
    public static readonly Exemptions None = new([], []);

    /// <summary>The exemption that covers a rule; null where none does.</summary>
    public Exemption? For(string rule)
    {
        foreach (var exemption in Granted)
        {
            if (exemption.Covers(rule))
            {
                return exemption;
            }
        }

        return null;
    }
}
