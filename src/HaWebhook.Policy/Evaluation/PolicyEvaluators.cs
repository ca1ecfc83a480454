using System.Collections.Concurrent;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Objects;
using HaWebhook.Policy.Rules;

namespace HaWebhook.Policy.Evaluation;

/// <summary>
/// A policy with its overrides: one evaluator for each combination of overrides that some namespace's labels make, made when it is first asked
/// for and kept. Safe to call from many threads.
/// </summary>
public sealed class PolicyEvaluators
{
    /// <summary>More combinations than people think of; past it they are made anew each time, so that labels cannot fill the memory.</summary>
    private const int MostKept = 1000;

    private readonly Combination _base;
    private readonly IReadOnlyList<PolicyOverride> _overrides;
    private int _kept;

    /// <summary>Creates the evaluators of a policy.</summary>
    /// <param name="options">The policy.</param>
    /// <param name="clock">Tells the day on which an exemption ends.</param>
    public PolicyEvaluators(PolicyOptions options, TimeProvider clock)
        : this(options, clock, BuiltInRules.Validating)
    {
    }

    /// <summary>The same with other validating rules than the built-in ones.</summary>
    internal PolicyEvaluators(PolicyOptions options, TimeProvider clock, IReadOnlyList<ValidatingRuleDefinition> validating)
    {
        var evaluator = new PolicyEvaluator(options, clock, validating);
        _overrides = options.Overrides;
        _base = new(options, merged => merged == options ? evaluator : new(merged, clock, validating, evaluator.Reader));

        // Each override by itself turns on whatever it does in any combination.
        Uses = _overrides.Aggregate(evaluator.Uses, (uses, over) => uses | new RuleSet(options.With(over), validating).Uses);
    }

    /// <summary>The evaluator where no override counts.</summary>
    public PolicyEvaluator Base => _base.Evaluator;

    /// <summary>The policy, as its file has it.</summary>
    public PolicyOptions Options => Base.Options;

    /// <summary>Reads the reviews and objects that the policy knows: the same in all namespaces.</summary>
    public PolicyReader Reader => Base.Reader;

    /// <summary>The related objects that some rule looks at in some namespace: what a front has to load.</summary>
    public RelatedKinds Uses { get; }

    /// <summary>The evaluator for a review: a Namespace is judged by its own labels, anything else by those of its namespace.</summary>
    /// <param name="review">The review.</param>
    /// <param name="related">Knows the labels of the review's namespace.</param>
    public PolicyEvaluator For(Review review, RelatedObjects related) =>
        For(review.Subject is NamespaceObject subject ? subject.Metadata.Labels : related.NamespaceLabels);

    /// <summary>The evaluator for a namespace.</summary>
    /// <param name="namespaceLabels">Its labels; empty where they are not known, and then no override counts.</param>
    public PolicyEvaluator For(IReadOnlyDictionary<string, string> namespaceLabels)
    {
        var combination = _base;
        if (namespaceLabels.Count > 0)
        {
            for (var i = 0; i < _overrides.Count; i++)
            {
                if (_overrides[i].NamespaceSelector.Matches(namespaceLabels))
                {
                    combination = With(combination, i);
                }
            }
        }

        return combination.Evaluator;
    }

    private Combination With(Combination combination, int index)
    {
        if (combination.Further.TryGetValue(index, out var known))
        {
            return known;
        }

        var further = combination.With(_overrides[index]);
        return Volatile.Read(ref _kept) < MostKept && combination.Further.TryAdd(index, further)
            ? Kept(further)
            : combination.Further.GetValueOrDefault(index, further);
    }

    private Combination Kept(Combination combination)
    {
        Interlocked.Increment(ref _kept);
        return combination;
    }

    /// <summary>The policy with some of its overrides, and what comes of it with another.</summary>
    private sealed class Combination(PolicyOptions options, Func<PolicyOptions, PolicyEvaluator> create)
    {
        private readonly Lazy<PolicyEvaluator> _evaluator = new(() => create(options));

        public ConcurrentDictionary<int, Combination> Further { get; } = new();

        public PolicyEvaluator Evaluator => _evaluator.Value;

        public Combination With(PolicyOverride over) => new(options.With(over), create);
    }
}
