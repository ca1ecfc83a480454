using System.Text;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Tests.Json;

/// <summary>All that the policy says to a review, as text: two reviews that mean the same get the same.</summary>
internal static class VerdictText
{
    public static readonly PolicyEvaluator Evaluator = new(PolicyOptions.Default, FixedClock.Default);

    public static string Of(ReadOnlyMemory<byte> body)
    {
        var review = Evaluator.Reader.ReadReview(body);
        var text = new StringBuilder();
        text.AppendLine(review.Title);
        Append(text, review, Evaluator.Validate(review, RelatedObjects.None));
        Append(text, review, Evaluator.Mutate(review, RelatedObjects.None));
        return text.ToString();
    }

    private static void Append(StringBuilder text, Review review, Verdict verdict)
    {
        var answer = Answer.Of(review, verdict, Evaluator.Options);
        text.AppendLine(answer.Message);
        text.AppendJoin('\n', answer.Warnings).AppendLine();
        text.AppendJoin('\n', answer.AuditAnnotations).AppendLine();
        text.AppendJoin('\n', verdict.Findings).AppendLine();
        foreach (var (rule, change) in verdict.Changes)
        {
            text.AppendLine($"{rule} {change.Path} {change.Container} {Encoding.UTF8.GetString(change.Value.Span)}");
        }
    }
}
