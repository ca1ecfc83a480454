using System.Buffers;
using HaWebhook.Admission;
using HaWebhook.Fuzzing.Admission;
using HaWebhook.Fuzzing.Running;
using HaWebhook.Fuzzing.Trees;

namespace HaWebhook.Fuzzing.Bypass;

/// <summary>Mutates reviews that must be denied in ways that leave them so: none of them may ever be allowed.</summary>
/// <param name="reviews">What it starts from.</param>
internal sealed class BypassFuzzer(IReadOnlyList<ViolatingReview> reviews) : IFuzzer
{
    /// <summary>Of how many cases one is patched first, as the mutating webhook has it.</summary>
    private const int PatchedOneIn = 4;

    /// <summary>Of how many cases one is compared with the same review in other bytes.</summary>
    private const int RewrittenOneIn = 4;

    private readonly FuzzedWebhook?[] _webhooks = new FuzzedWebhook?[reviews.Count];
    private readonly ArrayBufferWriter<byte> _body = new(16_384);
    private readonly List<int> _small = [.. Enumerable.Range(0, reviews.Count).Where(index => reviews[index].Review.Text.Length < 100_000)];
    private readonly List<int> _large = [.. Enumerable.Range(0, reviews.Count).Where(index => reviews[index].Review.Text.Length >= 100_000)];
    private bool _mayBeRefused;

    public static FuzzerKind Kind(Lazy<IReadOnlyList<ViolatingReview>> reviews) => new(
        "bypass",
        "reviews that some rule denies, by several policies",
        "never allowed, by /validate nor by /validate behind the patch of /mutate; what an API server can send is denied, what it cannot may be refused (400)",
        Weight: 45,
        () => new BypassFuzzer(reviews.Value));

    public IReadOnlyList<string> Mutations { get; } = [.. Mutation.All.Select(mutation => mutation.Name)];

    public int MostSteps => 8;

    public int PickStart(ref FuzzRandom random) => _large.Count > 0 && random.OneIn(2_000) ? random.Pick(_large) : random.Pick(_small);

    public string NameOf(int start) => reviews[start].Name;

    public ReadOnlyMemory<byte> Compose(FuzzPlan plan)
    {
        var draft = new ReviewDraft(reviews[plan.Start]);
        foreach (var step in plan.Steps)
        {
            var random = new FuzzRandom(step.Seed);
            Mutation.All[step.Mutation].Apply(draft, ref random);
        }

        _mayBeRefused = draft.MayBeRefused;
        _body.ResetWrittenCount();
        new TreeWriter(_body, draft.Style, draft.StyleSeed).Write(draft.Root);
        return draft.Encode is { } encode ? encode(_body.WrittenSpan.ToArray()) : _body.WrittenMemory;
    }

    public FuzzOutcome Judge(FuzzPlan plan, ReadOnlyMemory<byte> input)
    {
        var review = reviews[plan.Start];
        var webhook = _webhooks[plan.Start] ??= review.Webhook();
        var random = new FuzzRandom(plan.Steps.Count == 0 ? 0 : plan.Steps[0].Seed);
        var answer = webhook.Ask(ReviewKind.Validate, input, review.Uid);
        var wrong = answer.Wrong ?? (answer.IsAllowed ? $"it is allowed, though it violates {review.Rule}" : null);
        wrong ??= answer.IsRefused && !_mayBeRefused ? "it is refused as malformed, though an API server may send it" : null;
        if (wrong is null && random.OneIn(RewrittenOneIn))
        {
            wrong = WrongRewritten(webhook, input, answer);
        }

        if (wrong is null && review.IsMutated && random.OneIn(PatchedOneIn))
        {
            wrong = WrongPatched(webhook, input, answer, review.Uid);
        }

        return new(wrong, answer.IsRefused, answer.Allocated);
    }

    /// <summary>The same review in other bytes must get the same decision.</summary>
    private static string? WrongRewritten(FuzzedWebhook webhook, ReadOnlyMemory<byte> input, ReviewAnswer answer)
    {
        if (webhook.Rewrite(input, out _) is not { } rewritten)
        {
            return null;
        }

        var again = webhook.Ask(ReviewKind.Validate, rewritten, null);
        return again.Wrong ?? (again.Decides(answer) ? null : $"it is {answer.Word}, and {again.Word} as System.Text.Json writes it");
    }

    /// <summary>What no mutation mends must be denied behind the mutations too.</summary>
    private string? WrongPatched(FuzzedWebhook webhook, ReadOnlyMemory<byte> input, ReviewAnswer answer, string uid)
    {
        var mutated = webhook.Ask(ReviewKind.Mutate, input, uid);
        if (mutated.Wrong is not null || mutated.IsRefused != answer.IsRefused || mutated.Patch is not { } patch)
        {
            return mutated.Wrong ?? (mutated.IsRefused == answer.IsRefused ? null : $"/mutate: {mutated.Word}, /validate: {answer.Word}");
        }

        if (PatchedReview.Of(input, patch, out var why) is not { } patched)
        {
            return _mayBeRefused ? null : $"its patch does not apply: {why}";
        }

        var again = webhook.Ask(ReviewKind.Validate, patched, uid);
        return again.Wrong
            ?? (again.IsAllowed ? "behind its patch it is allowed" : null)
            ?? (again.IsRefused != answer.IsRefused ? $"behind its patch it is {again.Word}" : null);
    }
}
