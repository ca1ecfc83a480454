using HaWebhook.Admission;
using HaWebhook.Fuzzing.Admission;
using HaWebhook.Fuzzing.Running;

namespace HaWebhook.Fuzzing.Parsing;

/// <summary>What must hold of the answers to any review, damaged or not.</summary>
internal static class ReviewOracle
{
    /// <param name="webhook">Is asked.</param>
    /// <param name="input">The review.</param>
    /// <param name="comparesDecisions">
    /// Whether the decision must be that on the same review in other bytes. Not so where a policy lets nothing be kept: what is stored is told from what
    /// is sent by their bytes, which the API server writes the same way.
    /// </param>
    public static FuzzOutcome Judge(FuzzedWebhook webhook, ReadOnlyMemory<byte> input, bool comparesDecisions)
    {
        var rewritten = webhook.Rewrite(input, out var uid);
        var validated = webhook.Ask(ReviewKind.Validate, input, uid);
        var mutated = webhook.Ask(ReviewKind.Mutate, input, uid);
        var wrong = validated.Wrong ?? mutated.Wrong;
        wrong ??= mutated.IsRefused != validated.IsRefused ? $"/mutate: {mutated.Word}, /validate: {validated.Word}" : null;
        wrong ??= mutated.IsRefused || mutated.IsAllowed ? null : "/mutate denies";
        if (wrong is null && comparesDecisions && rewritten is { } other)
        {
            var again = webhook.Ask(ReviewKind.Validate, other, uid);
            wrong = again.Wrong ?? (again.Decides(validated) ? null : $"it is {validated.Word}, and {again.Word} as System.Text.Json writes it");
        }

        return new(wrong, validated.IsRefused, Math.Max(validated.Allocated, mutated.Allocated));
    }
}
