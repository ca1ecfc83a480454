using HaWebhook.Admission;
using HaWebhook.Fuzzing.Admission;
using HaWebhook.Fuzzing.Bypass;
using HaWebhook.Fuzzing.Running;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Fuzzing.Parsing;

/// <summary>Damaged reviews, sent to both webhooks.</summary>
internal sealed class ReviewFuzzer(IReadOnlyList<byte[]> inputs) : DamageFuzzer(inputs, Inputs.JsonTokens)
{
    private readonly FuzzedWebhook _webhook = new(BypassPolicies.Default, RelatedObjects.None);
    private readonly FuzzedWebhook _strict = new(BypassPolicies.Strict, RelatedObjects.None);

    public static FuzzerKind Kind { get; } = new(
        "reviews",
        "the bytes of captured reviews",
        "answered by the letter of `admission.k8s.io/v1` with the review's uid, or refused in a line; where System.Text.Json reads it, decided as it rewrites it",
        Weight: 25,
        () => new ReviewFuzzer(Inputs.Reviews()));

    public override FuzzOutcome Judge(FuzzPlan plan, ReadOnlyMemory<byte> input)
    {
        var outcome = ReviewOracle.Judge(_webhook, input, comparesDecisions: true);
        return outcome.Wrong is null && !outcome.IsRefused ? outcome with { Wrong = _strict.Ask(ReviewKind.Validate, input, null).Wrong } : outcome;
    }
}
