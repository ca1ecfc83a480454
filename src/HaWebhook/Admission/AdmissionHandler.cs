using System.Buffers;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Json;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Admission;

/// <summary>From the bytes of a review to the bytes of its answer.</summary>
internal sealed partial class AdmissionHandler(ICurrentPolicy policy, ILogger<AdmissionHandler> logger)
{
    /// <summary>Decides a review.</summary>
    /// <param name="kind">Which webhook is called.</param>
    /// <param name="body">The request's body.</param>
    /// <param name="output">Takes the response's body.</param>
    /// <exception cref="MalformedJsonException">The body is not a review that can be decided.</exception>
    public void Handle(ReviewKind kind, ReadOnlyMemory<byte> body, IBufferWriter<byte> output)
    {
        var evaluator = policy.Evaluator;
        var review = evaluator.Reader.ReadReview(body);
        var verdict = kind == ReviewKind.Validate
            ? evaluator.Validate(review, RelatedObjects.None)
            : evaluator.Mutate(review, RelatedObjects.None);
        var answer = Answer.Of(review, verdict, evaluator.Options);
        var patch = kind == ReviewKind.Mutate && verdict.Patches && answer.IsAllowed
            ? JsonPatch.Write(verdict.Changes.Select(change => change.Change))
            : [];
        AnswerWriter.Write(output, review.Uid, answer, patch);
        Record(review, verdict, answer.Decision);
    }

    private void Record(Review review, Verdict verdict, string decision)
    {
        foreach (var error in verdict.Errors)
        {
            Log.RuleFailed(logger, error.Rule, review.Uid, error.Exception.GetType().Name, error.Exception.StackTrace ?? "");
        }

        // A dry run changes nothing, and nothing is told of it afterwards.
        if (!review.DryRun && verdict.Findings.Count > 0 && decision is "deny" or "would-deny")
        {
            var rules = string.Join(",", verdict.Findings.Where(finding => finding.Intended == ValidationAction.Deny).Select(finding => finding.Rule).Distinct());
            Log.Denied(logger, decision, rules, SingleLine.Of(review.Title), SingleLine.Of(review.User?.Name ?? ""), SingleLine.Of(review.Uid));
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "{Decision} {Rules}: {Subject} by {User} (review {Uid})")]
        public static partial void Denied(ILogger logger, string decision, string rules, string subject, string user, string uid);

        [LoggerMessage(2, LogLevel.Error, "rule {Rule} failed on review {Uid} with {Exception}: {StackTrace}")]
        public static partial void RuleFailed(ILogger logger, string rule, string uid, string exception, string stackTrace);
    }
}
