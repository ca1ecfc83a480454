using System.Buffers;
using System.Diagnostics;
using HaWebhook.Auditing.Background.Events;
using HaWebhook.Cluster;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Json;

namespace HaWebhook.Admission;

/// <summary>From the bytes of a review to the bytes of its answer.</summary>
internal sealed partial class AdmissionHandler(
    ICurrentPolicy policy, IClusterKnowledge cluster, AdmissionMetrics metrics, ILogger<AdmissionHandler> logger, DeniedWrites? denied = null)
{
    /// <summary>Decides a review.</summary>
    /// <param name="kind">Which webhook is called.</param>
    /// <param name="body">The request's body.</param>
    /// <param name="output">Takes the response's body.</param>
    /// <param name="budget">How long the cluster may be asked once more, where a denial may hang on what was created a moment ago.</param>
    /// <returns>Done at once, but for such a denial, and in a namespace that is too new to be known.</returns>
    /// <exception cref="MalformedJsonException">The body is not a review that can be decided.</exception>
    /// <exception cref="NotKnownYetException">It cannot be decided now.</exception>
    public ValueTask HandleAsync(ReviewKind kind, ReadOnlyMemory<byte> body, IBufferWriter<byte> output, TimeSpan budget)
    {
        var started = Stopwatch.GetTimestamp();
        var evaluators = policy.Evaluators;
        var review = evaluators.Reader.ReadReview(body);
        var known = cluster.Around(review.Namespace);
        return cluster.LookAround(review, known, budget / 2) is { } looked
            ? DecideAfterAsync(looked, kind, review, evaluators, output, budget / 2, started)
            : Decide(kind, review, evaluators, new(known), output, budget, started);
    }

    private async ValueTask DecideAfterAsync(
        Task<Surroundings> looked,
        ReviewKind kind,
        Review review,
        PolicyEvaluators evaluators,
        IBufferWriter<byte> output,
        TimeSpan budget,
        long started) =>
        await Decide(kind, review, evaluators, await looked, output, budget, started);

    private ValueTask Decide(
        ReviewKind kind,
        Review review,
        PolicyEvaluators evaluators,
        Surroundings around,
        IBufferWriter<byte> output,
        TimeSpan budget,
        long started)
    {
        var known = around.Known;
        var evaluator = evaluators.For(review, known);
        var verdict = kind == ReviewKind.Mutate ? evaluator.Mutate(review, known) : evaluator.Validate(review, known);
        if (around.Failure is { } failure)
        {
            Answer(kind, review, evaluator, verdict.Undecided(failure), output, [], started);
            return ValueTask.CompletedTask;
        }

        if (kind == ReviewKind.Mutate)
        {
            Answer(kind, review, evaluator, verdict, output, [], started);
            return ValueTask.CompletedTask;
        }

        if (verdict.Findings.Count > 0 && cluster.Reconsider(evaluator, review, verdict, known, budget) is { } reconsidered)
        {
            return AnswerAfterAsync(reconsidered, review, evaluator, output, started);
        }

        var further = NamespaceChange.Of(review, evaluators) is { } change ? WarningsOf(change, review, budget) : [];
        Answer(kind, review, evaluator, verdict, output, further, started);
        return ValueTask.CompletedTask;
    }

    /// <summary>What whoever changes a namespace's labels should know.</summary>
    private IReadOnlyList<string> WarningsOf(NamespaceChange change, Review review, TimeSpan budget)
    {
        var preview = cluster.Preview(change, review.Name, budget);
        return change.LabelProblem is { } problem ? [problem, .. preview] : preview;
    }

    private async ValueTask AnswerAfterAsync(
        Task<Verdict> reconsidered, Review review, PolicyEvaluator evaluator, IBufferWriter<byte> output, long started) =>
        Answer(ReviewKind.Validate, review, evaluator, await reconsidered, output, [], started);

    private void Answer(
        ReviewKind kind,
        Review review,
        PolicyEvaluator evaluator,
        Verdict verdict,
        IBufferWriter<byte> output,
        IReadOnlyList<string> further,
        long started)
    {
        var answer = Policy.Evaluation.Answer.Of(review, verdict, evaluator.Options);
        answer = further.Count == 0 ? answer : answer with { Warnings = [.. answer.Warnings, .. further] };
        var patch = kind == ReviewKind.Mutate && verdict.Patches && answer.IsAllowed ? JsonPatch.Write(verdict.Changes.Select(change => change.Change)) : [];
        AnswerWriter.Write(output, review.Uid, answer, patch);
        metrics.Decided(kind, review, verdict, evaluator, answer.Decision, started);
        Record(review, verdict, answer.Decision);
    }

    private void Record(Review review, Verdict verdict, string decision)
    {
        foreach (var error in verdict.Errors)
        {
            Log.RuleFailed(logger, error.Rule, SingleLine.InLog(review.Uid), error.Exception.GetType().Name, error.Exception.StackTrace ?? "");
        }

        // A dry run changes nothing, and nothing is told of it afterwards.
        if (!review.DryRun && decision is "deny" or "would-deny")
        {
            if (decision == "deny")
            {
                denied?.Take(review, verdict);
            }

            var denying = verdict.Findings.Where(finding => finding.Intended == ValidationAction.Deny).Select(finding => finding.Rule);

            // A rule that failed denies, too, where the policy says so.
            var rules = string.Join(",", denying.Concat(verdict.Errors.Select(error => error.Rule)).Distinct());
            Log.Denied(
                logger,
                decision,
                rules,
                review.Operation.ToString().ToUpperInvariant(),
                SingleLine.InLog(review.SubjectKind),
                SingleLine.InLog(review.Namespace),
                SingleLine.InLog(review.DisplayName),
                SingleLine.InLog(review.User?.Name ?? ""),
                verdict.Mode.ToString(),
                SingleLine.InLog(review.Uid));
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "{Decision} {Rules}: {Operation} of {Kind} {Namespace}/{Name} by {User} (mode {Mode}, review {Uid})")]
        public static partial void Denied(
            ILogger logger,
            string decision,
            string rules,
            string operation,
            string kind,
            string @namespace,
            string name,
            string user,
            string mode,
            string uid);

        [LoggerMessage(2, LogLevel.Error, "rule {Rule} failed on review {Uid} with {Exception}: {StackTrace}")]
        public static partial void RuleFailed(ILogger logger, string rule, string uid, string exception, string stackTrace);
    }
}
