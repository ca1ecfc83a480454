using System.Globalization;
using System.Runtime.CompilerServices;
using HaWebhook.Policy.Configuration;

namespace HaWebhook.Policy.Evaluation;

/// <summary>A verdict in the words that people and the audit log read.</summary>
/// <param name="IsAllowed">Whether the request is allowed.</param>
/// <param name="Message">Why it is not; empty where it is.</param>
/// <param name="Warnings">Lines for the user, each of at most 120 characters.</param>
/// <param name="AuditAnnotations">What the API server's audit log keeps, by key.</param>
/// <param name="Decision">
/// In one word: <c>allow</c>, <c>audit</c>, <c>warn</c>, <c>deny</c>; in the mode Audit <c>would-warn</c> and <c>would-deny</c>.
/// </param>
public sealed record Answer(
    bool IsAllowed,
    string Message,
    IReadOnlyList<string> Warnings,
    IReadOnlyList<KeyValuePair<string, string>> AuditAnnotations,
    string Decision)
{
    /// <summary>How many findings are told in full; the rest is counted.</summary>
    public const int MostFindings = 20;

    /// <summary>Nothing was judged and nothing is said.</summary>
    public static readonly Answer Silent = new(true, "", [], [], "allow");

    /// <summary>Puts a verdict into words.</summary>
    /// <param name="review">What was asked.</param>
    /// <param name="verdict">What the policy says.</param>
    /// <param name="policy">The policy.</param>
    public static Answer Of(Review review, Verdict verdict, PolicyOptions policy)
    {
        if (!verdict.IsJudged)
        {
            return Silent;
        }

        var isAllowed = verdict.IsAllowed;
        var decision = isAllowed ? DecisionOf(verdict) : "deny";
        var annotations = Annotations(verdict, decision, policy);
        return new(isAllowed, isAllowed ? "" : DenialText.Of(review, verdict), WarningLines.Of(verdict), annotations, decision);
    }

    private static string DecisionOf(Verdict verdict)
    {
        var heaviest = ValidationAction.Off;
        for (var i = 0; i < verdict.Findings.Count; i++)
        {
            var finding = verdict.Findings[i];
            var action = verdict.Mode == Mode.Audit ? finding.Intended : finding.Action;
            heaviest = action > heaviest ? action : heaviest;
        }

        return (heaviest, verdict.Mode) switch
        {
            (ValidationAction.Deny, _) => "would-deny",
            (ValidationAction.Warn, Mode.Audit) => "would-warn",
            (ValidationAction.Warn, _) => "warn",
            (ValidationAction.Audit, _) => "audit",
            _ => "allow",
        };
    }

    private static List<KeyValuePair<string, string>> Annotations(Verdict verdict, string decision, PolicyOptions policy)
    {
        var annotations = new List<KeyValuePair<string, string>>(4) { new("decision", decision), new("mode", Name(verdict.Mode)) };
        if (verdict.Findings.Count > 0)
        {
            annotations.Add(new("violations", Violations(verdict.Findings)));
        }

        if (verdict.Exempt.Count > 0)
        {
            annotations.Add(new("exempt", Join(verdict.Exempt, exempt => SingleLine.Of($"{exempt.Rule}: {exempt.Exemption}"))));
        }

        if (verdict.Changes.Count > 0)
        {
            // What was patched the API server itself can record; what would have been, nobody else can.
            annotations.Add(verdict.Patches
                ? new("patched", Rules(verdict.Changes))
                : new("would-patch", Join(verdict.Changes, change => $"{change.Rule}: {change.Change.Path}")));
        }

        if (verdict.ControlledBy.Length > 0)
        {
            annotations.Add(new("controlled-by", verdict.ControlledBy));
        }

        if (verdict.Errors.Count > 0)
        {
            annotations.Add(new("error", Join(verdict.Errors, error => $"{error.Rule} failed")));
        }

        annotations.Add(new("policy", policy.Hash));
        return annotations;
    }

    private static string Name(Mode mode) => mode switch
    {
        Mode.Audit => nameof(Mode.Audit),
        Mode.Warn => nameof(Mode.Warn),
        _ => nameof(Mode.Enforce),
    };

    private static string Name(ValidationAction action) => action switch
    {
        ValidationAction.Deny => nameof(ValidationAction.Deny),
        ValidationAction.Warn => nameof(ValidationAction.Warn),
        _ => nameof(ValidationAction.Audit),
    };

    private static string Rules(IReadOnlyList<RuleChange> changes)
    {
        var rules = changes[0].Rule;
        for (var i = 1; i < changes.Count; i++)
        {
            rules = changes[i].Rule == changes[i - 1].Rule ? rules : $"{rules},{changes[i].Rule}";
        }

        return rules;
    }

    /// <summary>Written in one piece: most reviews that are answered with anything are answered with this.</summary>
    private static string Violations(IReadOnlyList<Finding> findings)
    {
        var told = new DefaultInterpolatedStringHandler(0, 0, CultureInfo.InvariantCulture);
        for (var i = 0; i < findings.Count && i < MostFindings; i++)
        {
            var finding = findings[i];
            told.AppendLiteral(i == 0 ? "" : " | ");
            told.AppendLiteral(Name(finding.Intended));
            told.AppendLiteral(" ");
            told.AppendLiteral(finding.Rule);
            told.AppendLiteral(": ");
            told.AppendLiteral(finding.Field);
            told.AppendLiteral(" ");
            told.AppendLiteral(finding.Message);
        }

        if (findings.Count > MostFindings)
        {
            told.AppendLiteral(" | and ");
            told.AppendFormatted(findings.Count - MostFindings);
            told.AppendLiteral(" more");
        }

        return told.ToStringAndClear();
    }

    private static string Join<T>(IReadOnlyList<T> items, Func<T, string> text)
    {
        if (items.Count == 1)
        {
            return text(items[0]);
        }

        var told = string.Join(" | ", items.Take(MostFindings).Select(text));
        return items.Count > MostFindings ? $"{told} | and {items.Count - MostFindings} more" : told;
    }
}
