using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Exemptions;
using HaWebhook.Policy.Objects;
using HaWebhook.Policy.Rules;

namespace HaWebhook.Policy.Evaluation;

/// <summary>
/// Decides reviews by one policy. A pure function of the review, the related objects and the date: it is safe to call from
/// many threads, and calling it twice gives the same verdict.
/// </summary>
public sealed class PolicyEvaluator
{
    private readonly TimeProvider _clock;
    private readonly RuleSet _rules;
    private readonly ExemptionReader _exemptions;

    /// <summary>Creates the evaluator of a policy.</summary>
    /// <param name="options">The policy.</param>
    /// <param name="clock">Tells the day on which an exemption ends.</param>
    public PolicyEvaluator(PolicyOptions options, TimeProvider clock)
        : this(options, clock, BuiltInRules.Validating)
    {
    }

    /// <summary>Creates the evaluator of a policy with other validating rules than the built-in ones.</summary>
    internal PolicyEvaluator(PolicyOptions options, TimeProvider clock, IReadOnlyList<ValidatingRuleDefinition> validating)
        : this(options, clock, validating, new PolicyReader(options))
    {
    }

    /// <summary>Creates the evaluator of a policy that knows the same kinds as another.</summary>
    internal PolicyEvaluator(PolicyOptions options, TimeProvider clock, IReadOnlyList<ValidatingRuleDefinition> validating, PolicyReader reader)
    {
        Options = options;
        _clock = clock;
        _rules = new RuleSet(options, validating);
        _exemptions = new ExemptionReader(options);
        Reader = reader;
    }

    /// <summary>The policy.</summary>
    public PolicyOptions Options { get; }

    /// <summary>Reads the reviews and objects that this policy knows.</summary>
    public PolicyReader Reader { get; }

    /// <summary>The related objects that some rule of this policy looks at: what a front has to load.</summary>
    public RelatedKinds Uses => _rules.Uses;

    /// <summary>Says what the mutating rules fill in.</summary>
    public Verdict Mutate(Review review, RelatedObjects related)
    {
        // What a backup tool brings back comes back as it was.
        if (!IsJudged(review) || IsRestore(review) || review.Subject is not PodOwner subject)
        {
            return Verdict.NotJudged;
        }

        var context = ContextOf(review, related);
        var mutation = Fill(subject, context, _exemptions.Read(review, about: null, Today()));
        return new Verdict
        {
            IsJudged = true,
            Mode = ModeIn(related.NamespaceLabels),
            Changes = mutation.Changes,
            Exempt = mutation.Exempt,
            Errors = mutation.Errors,
            OnRuleError = Options.OnRuleError,
        };
    }

    /// <summary>The mode in force in a namespace: the policy's, or that of the namespace's own label as far as the policy lets it.</summary>
    /// <param name="namespaceLabels">Its labels; empty where they are not known.</param>
    public Mode ModeIn(IReadOnlyDictionary<string, string> namespaceLabels)
    {
        if (Options.NamespaceModes == NamespaceModes.Ignore
            || !namespaceLabels.TryGetValue(HaAnnotations.ModeLabel, out var label)
            || ModeLabel.Read(label) is not { } wanted)
        {
            return Options.Mode;
        }

        return Options.NamespaceModes == NamespaceModes.Any || wanted > Options.Mode ? wanted : Options.Mode;
    }

    /// <summary>Says what the validating rules find.</summary>
    public Verdict Validate(Review review, RelatedObjects related) => Validate(review, related, isMutated: true);

    /// <summary>Says what would be found if a stored object were created anew: filled in first, as admission does.</summary>
    internal Verdict ValidateAnew(Review review, RelatedObjects related) => Validate(review, related, isMutated: false);

    /// <param name="review">The review.</param>
    /// <param name="related">The related objects.</param>
    /// <param name="isMutated">Whether our own mutations have reached the object, unless the mode keeps them back.</param>
    private Verdict Validate(Review review, RelatedObjects related, bool isMutated)
    {
        if (review is { Operation: Operation.Delete, OldSubject: { } gone })
        {
            return ValidateDeletion(review with { Subject = gone, OldSubject = null }, related);
        }

        if (!IsJudged(review))
        {
            return Verdict.NotJudged;
        }

        var mode = ModeIn(related.NamespaceLabels);
        var context = ContextOf(review, related);
        var about = JudgedWith.Of(review.Subject!, related);
        var exemptions = _exemptions.Read(review, about, Today());
        var findings = exemptions.Problems.Count == 0 ? [] : Findings.Of(exemptions, mode);
        if (Ownership.IsControlled(review.Subject!, context))
        {
            var controller = (review.Subject is Scale && about is not null ? about : review.Subject!).Metadata.Controller;
            var name = controller is null ? "Node" : SingleLine.Of($"{controller.Kind} {controller.Name}");
            return new Verdict { IsJudged = true, Mode = mode, Findings = findings, ControlledBy = name };
        }

        if (ChangesOnlyMetadata(review))
        {
            return new Verdict { IsJudged = true, Mode = mode, Findings = findings };
        }

        var subject = review.Subject!;
        var filled = Filled.Nothing(subject);
        if ((mode == Mode.Audit || !isMutated) && !IsRestore(review) && subject is PodOwner owner)
        {
            // Where our own mutations did not reach the object it is judged as they would have left it.
            filled = Fill(owner, context, exemptions);
        }

        var (exempt, errors) = (filled.Exempt, filled.Errors);
        List<SkippedRule>? skipped = null;
        var ratchet = new Ratchet(_rules, Options.ExistingViolations, review, context, IsRestore(review));
        foreach (var judgement in _rules.Judge(filled.Subject, context))
        {
            if (exemptions.For(judgement.Rule) is { } exemption)
            {
                // Where the rule is undecided nobody knows whether the exemption makes a difference.
                if (judgement.Result is not Undecided)
                {
                    exempt.Add(new(judgement.Rule, exemption));
                }
            }
            else if (judgement.Error is { } error)
            {
                errors.Add(new(judgement.Rule, error));
            }
            else if (judgement.Result is Undecided undecided)
            {
                (skipped ??= []).Add(new(judgement.Rule, undecided.Reason));
            }
            else if (Findings.Of(judgement, mode, ratchet, ValidationAction.Deny) is { Intended: not ValidationAction.Off } finding)
            {
                findings.Add(finding);
            }
        }

        return new Verdict
        {
            IsJudged = true,
            Mode = mode,
            Findings = findings,
            Changes = filled.Changes,
            Exempt = exempt.Count < 2 ? exempt : [.. exempt.Distinct()],
            Errors = errors,
            Skipped = skipped ?? (IReadOnlyList<SkippedRule>)[],
            OnRuleError = Options.OnRuleError,
        };
    }

    /// <summary>
    /// Says what is left once the object is gone. Nothing is denied on deletion; what a controller takes away, and what says nothing, is silent.
    /// </summary>
    private Verdict ValidateDeletion(Review review, RelatedObjects related)
    {
        var gone = review.Subject!;
        if (review.User is { IsKubernetesController: true } || Ownership.IsControlled(gone, related))
        {
            return Verdict.NotJudged;
        }

        var mode = ModeIn(related.NamespaceLabels);
        List<Finding> findings = [];
        List<ExemptRule> exempt = [];
        List<RuleError> errors = [];
        var exemptions = _exemptions.Read(review, JudgedWith.OfGone(gone, related), Today());
        foreach (var judgement in _rules.JudgeDeletion(gone, ContextOf(review, related)))
        {
            if (exemptions.For(judgement.Rule) is { } exemption)
            {
                exempt.Add(new(judgement.Rule, exemption));
            }
            else if (judgement.Error is { } error)
            {
                errors.Add(new(judgement.Rule, error));
            }
            else if (Findings.Of(judgement, mode, ratchet: null, ValidationAction.Warn) is { Intended: not ValidationAction.Off } finding)
            {
                findings.Add(finding);
            }
        }

        return findings.Count + exempt.Count + errors.Count == 0
            ? Verdict.NotJudged
            : new()
            {
                IsJudged = true,
                Mode = mode,
                Findings = findings,
                Exempt = [.. exempt.Distinct()],
                Errors = errors,
                OnRuleError = Outcome.Allow,
            };
    }

    /// <summary>Whether nothing but metadata, status or finalizers changes. That always passes: it can make nothing less available.</summary>
    private static bool ChangesOnlyMetadata(Review review) =>
        review.OldSubject is { } old
        && review.Operation == Operation.Update
        && review.Subject!.SpecBytes.Span.SequenceEqual(old.SpecBytes.Span);

    private static bool IsJudged(Review review) =>
        review.Subject is not null
        && review.Operation is Operation.Create or Operation.Update
        && review.Subresource is "" or "scale";

    private bool IsRestore(Review review) =>
        review.Operation == Operation.Create
        && review.User is { } user
        && Options.RestoreUsers.Contains(user.Name, StringComparer.Ordinal);

    private static RuleContext ContextOf(Review review, RelatedObjects related) =>
        new(review.Namespace, related, review.User, review.Operation == Operation.Update ? review.OldSubject : null);

    private DateOnly Today() => DateOnly.FromDateTime(_clock.GetUtcNow().UtcDateTime);

    private Filled Fill(PodOwner subject, RuleContext context, Exemptions.Exemptions exemptions)
    {
        if (subject is not Pod && Ownership.IsControlled(subject, context))
        {
            return Filled.Nothing(subject);
        }

        var current = subject;
        List<RuleChange> changes = [];
        List<ExemptRule> exempt = [];
        List<RuleError> errors = [];
        foreach (var (id, rule) in _rules.Mutating)
        {
            try
            {
                var mutation = rule.Mutate(current, context);
                if (mutation.Changes.Count == 0)
                {
                    continue;
                }

                if (exemptions.For(id) is { } exemption)
                {
                    exempt.Add(new(id, exemption));
                    continue;
                }

                current = mutation.Subject;
                foreach (var change in mutation.Changes)
                {
                    changes.Add(new(id, change));
                }
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                errors.Add(new(id, exception));
            }
        }

        return new Filled(current, changes, exempt, errors);
    }

    /// <summary>An object as mutating rules leave it.</summary>
    private sealed record Filled(
        KubernetesObject Subject, List<RuleChange> Changes, List<ExemptRule> Exempt, List<RuleError> Errors)
    {
        public static Filled Nothing(KubernetesObject subject) => new(subject, [], [], []);
    }
}
