using HaWebhook.Admission;
using HaWebhook.Fuzzing.Admission;
using HaWebhook.Fuzzing.Running;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Fuzzing.Parsing;

/// <summary>Damaged policy files. What is still a policy decides a review.</summary>
internal sealed class PolicyFuzzer() : DamageFuzzer(Inputs.Policies(), Inputs.YamlTokens)
{
    private readonly byte[] _review = Inputs.Reviews()[100];

    public static FuzzerKind Kind { get; } = new(
        "policy", "policy files", "read, and then a review is decided by it, or refused with errors of a line each that name a line of the file", Weight: 2, () => new PolicyFuzzer());

    public override FuzzOutcome Judge(FuzzPlan plan, ReadOnlyMemory<byte> input)
    {
        var text = TextOf(input);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var options = PolicyFile.Read(text, out var errors);
        var lines = LinesOf(text);
        string? wrong = null;
        foreach (var error in errors)
        {
            wrong ??= WrongMessage(error.Message);
            wrong ??= error.Line < 1 || error.Line > lines ? $"an error is on line {error.Line} of {lines}" : null;
        }

        wrong ??= options is null == errors.Count > 0 ? null : "it is both a policy and in error, or neither";
        var judged = Measured(wrong, options is null, before, DocumentCost.LimitOf(text));
        if (wrong is null && options is not null)
        {
            var answer = new FuzzedWebhook(new FuzzedPolicy(options), RelatedObjects.None).Ask(ReviewKind.Validate, _review, null);
            return judged with { Wrong = judged.Wrong ?? answer.Wrong ?? (answer.IsRefused ? "by it a good review is refused" : null) };
        }

        return judged;
    }
}
