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
        Weight: 40,
        () => new ReviewFuzzer(Inputs.Reviews()));

    public override FuzzOutcome Judge(FuzzPlan plan, ReadOnlyMemory<byte> input)
    {
        var rewritten = _webhook.Rewrite(input, out var uid);
        var validated = _webhook.Ask(ReviewKind.Validate, input, uid);
        var mutated = _webhook.Ask(ReviewKind.Mutate, input, uid);
        var wrong = validated.Wrong ?? mutated.Wrong;
        wrong ??= mutated.IsRefused != validated.IsRefused ? $"/mutate: {mutated.Word}, /validate: {validated.Word}" : null;
        wrong ??= mutated.IsRefused || mutated.IsAllowed ? null : "/mutate denies";
        if (wrong is null && rewritten is { } other)
        {
            var again = _webhook.Ask(ReviewKind.Validate, other, uid);
            wrong = again.Wrong ?? (again.Decides(validated) ? null : $"it is {validated.Word}, and {again.Word} as System.Text.Json writes it");
        }

        if (wrong is null && !validated.IsRefused)
        {
            wrong = _strict.Ask(ReviewKind.Validate, input, uid).Wrong;
        }

        return new(wrong, validated.IsRefused, Math.Max(validated.Allocated, mutated.Allocated));
    }
}
