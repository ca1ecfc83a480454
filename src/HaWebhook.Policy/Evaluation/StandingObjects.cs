using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Exemptions;
using HaWebhook.Policy.Objects;
using HaWebhook.Policy.Rules;
using HaWebhook.Policy.Rules.Cluster;
using HaWebhook.Policy.Survivability;

namespace HaWebhook.Policy.Evaluation;

/// <summary>
/// Judges objects that stand in a cluster: as they are, because that is what runs, and as admission would find them were they created anew.
/// </summary>
public sealed class StandingObjects
{
    private readonly PolicyEvaluators _actual;
    private readonly PolicyEvaluators _strict;
    private readonly PolicyEvaluators? _asIf;
    private readonly TimeProvider _clock;

    /// <param name="options">The policy.</param>
    /// <param name="asIf">The mode whose actions <see cref="StandingVerdict.AsIf"/> has; null where that is not asked.</param>
    /// <param name="clock">Tells the day on which an exemption ends.</param>
    public StandingObjects(PolicyOptions options, Mode? asIf, TimeProvider clock)
    {
        _clock = clock;
        _actual = new(options, clock);

        // In Audit an object is judged as admission would leave it. Here what stands is judged, and actions are capped afterwards.
        _strict = new(options.WithMode(Mode.Enforce) with { NamespaceModes = NamespaceModes.Ignore }, clock);
        _asIf = asIf is { } mode ? new(options.WithMode(mode), clock) : null;
    }

    /// <summary>Reads the objects that the policy knows.</summary>
    public PolicyReader Reader => _actual.Reader;

    /// <summary>The mode in force in a namespace.</summary>
    /// <param name="namespaceLabels">Its labels; empty where they are not known.</param>
    public Mode ModeIn(IReadOnlyDictionary<string, string> namespaceLabels) => _actual.For(namespaceLabels).ModeIn(namespaceLabels);

    /// <summary>The mode that would be in force in a namespace, were the policy's as it was asked; null where that was not.</summary>
    /// <param name="namespaceLabels">Its labels; empty where they are not known.</param>
    public Mode? ModeAsIf(IReadOnlyDictionary<string, string> namespaceLabels) => _asIf?.For(namespaceLabels).ModeIn(namespaceLabels);

    /// <summary>A finding with what would follow from it in a mode.</summary>
    /// <param name="finding">The finding.</param>
    /// <param name="mode">The mode.</param>
    public static Finding In(Finding finding, Mode mode) => finding with { Action = Findings.Cap(finding.Intended, mode) };

    /// <summary>Judges an object by the rules of admission. What a controller made is judged in its owner's place and has no findings.</summary>
    /// <param name="subject">The object, whole.</param>
    /// <param name="namespaceName">Its namespace.</param>
    /// <param name="related">The other objects of the namespace. Owners that are not known are believed: the object stands.</param>
    public StandingVerdict Judge(KubernetesObject subject, string namespaceName, RelatedObjects related)
    {
        related = related with { IsKnownUid = static _ => true };
        var review = new Review
        {
            Operation = Operation.Create,
            Kind = subject.Kind,
            Group = subject.Group,
            Name = subject.Metadata.Name,
            Namespace = namespaceName,
            Subject = subject,
        };
        var labels = related.NamespaceLabels;
        var evaluator = _strict.For(labels);
        var verdict = evaluator.Validate(review, related);
        if (!verdict.IsJudged || verdict.ControlledBy.Length > 0)
        {
            return StandingVerdict.Nothing;
        }

        var filled = evaluator.Mutate(review, related);
        var asIf = ModeAsIf(labels) is { } mode
            ? Capped(filled.Changes.Count == 0 ? verdict.Findings : evaluator.ValidateAnew(review, related).Findings, mode)
            : [];
        return new()
        {
            IsJudged = true,
            Findings = Capped(verdict.Findings, ModeIn(labels)),
            Changes = filled.Changes,
            Exempt = [.. filled.Exempt.Concat(verdict.Exempt).Distinct()],
            Skipped = verdict.Skipped,
            Errors = [.. filled.Errors.Concat(verdict.Errors).DistinctBy(error => error.Rule)],
            AsIf = asIf,
        };
    }

    /// <summary>Judges how a workload runs, by the rules about what only a living cluster shows.</summary>
    /// <param name="workload">The workload, as <see cref="ClusterReader.Keep(KubernetesObject)"/> keeps it.</param>
    /// <param name="survival">Where its pods are, and what they survive.</param>
    /// <param name="related">The other objects of the namespace.</param>
    /// <param name="backups">What the cluster backs up.</param>
    public StandingVerdict JudgeRunning(KubernetesObject workload, WorkloadSurvival survival, RelatedObjects related, Backups backups)
    {
        var review = new Review { Kind = workload.Kind, Group = workload.Group, Name = workload.Metadata.Name, Namespace = survival.Namespace, Subject = workload };
        var options = _actual.For(related.NamespaceLabels).Options;
        var exemptions = new ExemptionReader(options).Read(review, about: null, DateOnly.FromDateTime(_clock.GetUtcNow().UtcDateTime));
        var (findings, exempt, skipped, errors) = (new List<Finding>(), new List<ExemptRule>(), new List<SkippedRule>(), new List<RuleError>());
        var running = new RunningWorkload(workload, survival, related, backups);
        foreach (var rule in ClusterRules.All)
        {
            try
            {
                foreach (var result in rule.Rule.Validate(running))
                {
                    if (result is Undecided undecided)
                    {
                        skipped.Add(new(rule.Id, undecided.Reason));
                    }
                    else if (exemptions.For(rule.Id) is { } exemption)
                    {
                        exempt.Add(new(rule.Id, exemption));
                    }
                    else
                    {
                        findings.Add(Findings.Of(new Judgement(rule.Id, rule.Action, result, null), Mode.Enforce, ratchet: null, ValidationAction.Warn));
                    }
                }
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                errors.Add(new(rule.Id, exception));
            }
        }

        return new()
        {
            IsJudged = true,
            Findings = Capped(findings, ModeIn(related.NamespaceLabels)),
            Exempt = [.. exempt.Distinct()],
            Skipped = skipped,
            Errors = errors,
        };
    }

    /// <summary>Findings within a mode, their advice in words: what it is made from is large, and there are many.</summary>
    private static List<Finding> Capped(IReadOnlyList<Finding> findings, Mode mode)
    {
        var capped = new List<Finding>(findings.Count);
        foreach (var finding in findings)
        {
            var fix = finding.Fix;
            capped.Add(finding with { Action = Findings.Cap(finding.Intended, mode), SayFix = () => fix });
        }

        return capped;
    }
}

/// <summary>What the policy says to an object that stands in a cluster.</summary>
public sealed record StandingVerdict
{
    /// <summary>The object is not judged: the policy knows nothing of its kind, or judges its owner.</summary>
    public static readonly StandingVerdict Nothing = new();

    /// <summary>Whether the policy has judged it.</summary>
    public bool IsJudged { get; init; }

    /// <summary>What was found, in the order of the rules.</summary>
    public IReadOnlyList<Finding> Findings { get; init; } = [];

    /// <summary>What admission would fill in were it created anew, whatever the mode.</summary>
    public IReadOnlyList<RuleChange> Changes { get; init; } = [];

    /// <summary>Exemptions that made a difference.</summary>
    public IReadOnlyList<ExemptRule> Exempt { get; init; } = [];

    /// <summary>Rules that could not judge it for want of data.</summary>
    public IReadOnlyList<SkippedRule> Skipped { get; init; } = [];

    /// <summary>Rules that failed.</summary>
    public IReadOnlyList<RuleError> Errors { get; init; } = [];

    /// <summary>What would be found were it created anew, filled in as admission does, with the actions of the mode that was asked; empty where none was.</summary>
    public IReadOnlyList<Finding> AsIf { get; init; } = [];
}
