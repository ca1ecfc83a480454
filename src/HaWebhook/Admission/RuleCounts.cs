using System.Collections.Frozen;
using System.Diagnostics.Metrics;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Rules;

namespace HaWebhook.Admission;

/// <summary>Counts what rules come to. A rule that has nothing to say counts nothing.</summary>
internal sealed class RuleCounts
{
    private const int Deny = 0, Warn = 1, Audit = 2, WouldDeny = 3, WouldWarn = 4, Patch = 5, WouldPatch = 6, Exempt = 7, Undecided = 8;

    private static readonly string[] _results = ["deny", "warn", "audit", "would-deny", "would-warn", "patch", "would-patch", "exempt", "undecided"];

    /// <summary>The rules that judge, what speaks for exemptions in their place, and the rules that fill in.</summary>
    private static readonly string[] _rules =
        [.. BuiltInRules.Validating.Select(rule => rule.Id), Verdict.Exemptions, .. BuiltInRules.Mutating.Select(rule => rule.Id)];

    private static readonly FrozenDictionary<string, int> _indexes = _rules.Index().ToFrozenDictionary(rule => rule.Item, rule => rule.Index, StringComparer.Ordinal);

    /// <summary>The rules from this index on fill in.</summary>
    private static readonly int _firstMutating = BuiltInRules.Validating.Count + 1;

    private readonly long[] _counts = new long[_rules.Length * _results.Length];
    private readonly long[] _errors = new long[_rules.Length];

    public void Add(ReviewKind kind, Review review, Verdict verdict)
    {
        if (verdict.Errors.Count > 0)
        {
            AddErrors(verdict.Errors);
        }

        if (review.DryRun)
        {
            return;
        }

        AddFindings(verdict);
        if (verdict.Changes.Count > 0 && kind == ReviewKind.Mutate)
        {
            AddChanges(verdict);
        }

        if (verdict.Exempt.Count > 0)
        {
            AddExempt(kind, verdict.Exempt);
        }

        for (var i = 0; i < verdict.Skipped.Count; i++)
        {
            Add(verdict.Skipped[i].Rule, Undecided);
        }
    }

    /// <summary>Every result that occurred, and from the start those that a rule of its kind can come to.</summary>
    public IEnumerable<Measurement<long>> ObserveResults()
    {
        for (var rule = 0; rule < _rules.Length; rule++)
        {
            for (var result = 0; result < _results.Length; result++)
            {
                var count = Interlocked.Read(ref _counts[(rule * _results.Length) + result]);
                if (count > 0 || IsShown(rule, result))
                {
                    yield return new(count, new("rule", _rules[rule]), new KeyValuePair<string, object?>("result", _results[result]));
                }
            }
        }
    }

    public IEnumerable<Measurement<long>> ObserveErrors() =>
        _rules.Where(rule => rule != Verdict.Exemptions)
            .Select(rule => new Measurement<long>(Interlocked.Read(ref _errors[_indexes[rule]]), new KeyValuePair<string, object?>("rule", rule)));

    /// <summary>What alerts are made of begins with 0: a series that begins with its first count shows no rise.</summary>
    private static bool IsShown(int rule, int result) => rule >= _firstMutating
        ? result is Patch or WouldPatch
        : _rules[rule] != Verdict.Exemptions && result is Deny or WouldDeny;

    /// <summary>Findings come in the order of the rules, so those of one rule stand together: they count once.</summary>
    private void AddFindings(Verdict verdict)
    {
        var (lastRule, lastResult) = ("", -1);
        for (var i = 0; i < verdict.Findings.Count; i++)
        {
            var finding = verdict.Findings[i];
            var result = ResultOf(finding, verdict.Mode);
            if (result != lastResult || finding.Rule != lastRule)
            {
                Add(finding.Rule, result);
                (lastRule, lastResult) = (finding.Rule, result);
            }
        }
    }

    private static int ResultOf(Finding finding, Mode mode) => (mode == Mode.Audit, mode == Mode.Audit ? finding.Intended : finding.Action) switch
    {
        (false, ValidationAction.Deny) => Deny,
        (false, ValidationAction.Warn) => Warn,
        (true, ValidationAction.Deny) => WouldDeny,
        (true, ValidationAction.Warn) => WouldWarn,
        _ => Audit,
    };

    private void AddChanges(Verdict verdict)
    {
        var result = verdict.Patches ? Patch : WouldPatch;
        for (var i = 0; i < verdict.Changes.Count; i++)
        {
            if (i == 0 || verdict.Changes[i].Rule != verdict.Changes[i - 1].Rule)
            {
                Add(verdict.Changes[i].Rule, result);
            }
        }
    }

    /// <summary>The validating webhook also tells, in the mode Audit, who is exempt from being filled in: the mutating one has counted that.</summary>
    private void AddExempt(ReviewKind kind, IReadOnlyList<ExemptRule> exempt)
    {
        for (var i = 0; i < exempt.Count; i++)
        {
            if (_indexes.TryGetValue(exempt[i].Rule, out var rule) && rule >= _firstMutating == (kind == ReviewKind.Mutate))
            {
                Interlocked.Increment(ref _counts[(rule * _results.Length) + Exempt]);
            }
        }
    }

    private void AddErrors(IReadOnlyList<RuleError> errors)
    {
        for (var i = 0; i < errors.Count; i++)
        {
            if (_indexes.TryGetValue(errors[i].Rule, out var rule))
            {
                Interlocked.Increment(ref _errors[rule]);
            }
        }
    }

    private void Add(string rule, int result)
    {
        if (_indexes.TryGetValue(rule, out var index))
        {
            Interlocked.Increment(ref _counts[(index * _results.Length) + result]);
        }
    }
}
