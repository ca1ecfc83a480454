using System.Globalization;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Exemptions;

/// <summary>Reads the exemption that an object's annotations ask for.</summary>
internal sealed class AnnotationExemption(AnnotationExemptions options)
{
    private const string DateFormat = "yyyy-MM-dd";

    /// <summary>More than are ever told: names without end must not cost time without end.</summary>
    private const int MostProblems = 20;

    private static readonly string[] _known =
    [
        HaAnnotations.Exempt,
        HaAnnotations.ExemptReason,
        HaAnnotations.ExemptUntil,
        HaAnnotations.Autoscaled,
        HaAnnotations.HealthPath,
        HaAnnotations.ReadyPath,
        HaAnnotations.Quorum,
    ];

    /// <summary>Reads the annotations of an object or of its pod template.</summary>
    /// <param name="annotations">The annotations.</param>
    /// <param name="prefix">Where they stand, for instance <c>spec.template.</c>; empty for the object's own.</param>
    /// <param name="today">The day it is (UTC).</param>
    /// <param name="granted">Takes the exemption, if it holds.</param>
    /// <param name="problems">Takes what is wrong.</param>
    public void Read(
        IReadOnlyDictionary<string, string> annotations,
        string prefix,
        DateOnly today,
        List<Exemption> granted,
        List<ExemptionProblem> problems)
    {
        string Field(string name) => $"{prefix}metadata.annotations[{name}]";

        foreach (var name in annotations.Keys.Where(IsUnknown).Order(StringComparer.Ordinal).Take(MostProblems))
        {
            problems.Add(new(Field(name), $"is not an annotation of HaWebhook{HintOf(name)}", "Correct or remove it."));
        }

        if (!annotations.TryGetValue(HaAnnotations.Exempt, out var rules))
        {
            return;
        }

        if (!options.Allowed)
        {
            problems.Add(new(Field(HaAnnotations.Exempt), "does not exempt: the policy does not allow it", "Ask your platform team for an exemption in the policy."));
            return;
        }

        var reason = annotations.GetValueOrDefault(HaAnnotations.ExemptReason, "").Trim();
        if (reason.Length == 0)
        {
            problems.Add(new(Field(HaAnnotations.ExemptReason), "is missing; an exemption must say why", "Add the reason."));
        }

        var until = ReadUntil(annotations.GetValueOrDefault(HaAnnotations.ExemptUntil), today, out var problem);
        if (problem is not null)
        {
            problems.Add(problem with { Field = Field(HaAnnotations.ExemptUntil) });
        }

        var ids = ReadRules(rules, Field(HaAnnotations.Exempt), problems);
        if (reason.Length > 0 && problem is null && ids is null or { Count: > 0 })
        {
            granted.Add(new(ids, reason, until, "annotation"));
        }
    }

    /// <summary>The rules that are named and exist; null for all.</summary>
    private static List<string>? ReadRules(string text, string field, List<ExemptionProblem> problems)
    {
        var known = Exemption.Names.ToArray();
        var named = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal).ToArray();
        if (named.Length == 0)
        {
            problems.Add(new(field, "names no rule", $"Name the rules, separated by commas, or {Exemption.All}."));
        }

        foreach (var unknown in named.Where(name => !known.Contains(name, StringComparer.Ordinal)).Take(MostProblems))
        {
            problems.Add(new(field, $"names {unknown}, which is no rule{NearestName.Hint(unknown, known)}", $"Name one of {string.Join(", ", known)}."));
        }

        return named.Contains(Exemption.All, StringComparer.Ordinal) ? null : [.. named.Where(name => known.Contains(name, StringComparer.Ordinal))];
    }

    private DateOnly? ReadUntil(string? text, DateOnly today, out ExemptionProblem? problem)
    {
        problem = null;
        if (text is null)
        {
            if (options.UntilRequired)
            {
                problem = new("", "is missing; an exemption must say when it ends", $"Add a date at most {options.MaximumDays} days ahead, such as {Example(today)}.");
            }

            return null;
        }

        if (!DateOnly.TryParseExact(text.Trim(), DateFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var until))
        {
            problem = new("", $"is {text}, which is no date", $"Write it as {Example(today)}.");
            return null;
        }

        var latest = today.AddDays(options.MaximumDays);
        if (until < today)
        {
            problem = new("", $"is {text}, which has passed", "Mend the workload, or extend the exemption.");
        }
        else if (until > latest)
        {
            problem = new("", $"is {text}; must be at most {options.MaximumDays} days ahead ({Write(latest)})", $"Set it to {Write(latest)} or earlier.");
        }

        return until;
    }

    private string Example(DateOnly today) => Write(today.AddDays(Math.Min(90, options.MaximumDays)));

    private static string Write(DateOnly date) => date.ToString(DateFormat, CultureInfo.InvariantCulture);

    /// <summary>What was probably meant; the domain, which all share, makes no two names alike.</summary>
    private static string HintOf(string name) =>
        NearestName.Of(name[HaAnnotations.Domain.Length..], _known.Select(known => known[HaAnnotations.Domain.Length..])) is { } nearest
            ? $"; did you mean {HaAnnotations.Domain}{nearest}?"
            : "";

    private static bool IsUnknown(string name) =>
        name.StartsWith(HaAnnotations.Domain, StringComparison.Ordinal) && !_known.Contains(name, StringComparer.Ordinal);
}
