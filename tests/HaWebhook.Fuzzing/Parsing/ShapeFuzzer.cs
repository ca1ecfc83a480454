using System.Buffers;
using HaWebhook.Fuzzing.Admission;
using HaWebhook.Fuzzing.Bypass;
using HaWebhook.Fuzzing.Running;
using HaWebhook.Fuzzing.Trees;

namespace HaWebhook.Fuzzing.Parsing;

/// <summary>Reviews that are JSON still, in shapes that no kind has, with the rules that look closest at them.</summary>
/// <param name="reviews">What it starts from.</param>
internal sealed class ShapeFuzzer(IReadOnlyList<ViolatingReview> reviews) : IFuzzer
{
    private readonly FuzzedWebhook?[] _webhooks = new FuzzedWebhook?[reviews.Count];
    private readonly List<int> _small = [.. Enumerable.Range(0, reviews.Count).Where(index => reviews[index].Review.Text.Length < 100_000)];
    private readonly ArrayBufferWriter<byte> _body = new(16_384);

    public static FuzzerKind Kind(Lazy<IReadOnlyList<ViolatingReview>> reviews) => new(
        "shapes",
        "the fields of the same reviews",
        "as of the bytes of reviews",
        Weight: 20,
        () => new ShapeFuzzer(reviews.Value));

    public IReadOnlyList<string> Mutations { get; } = [.. ShapeMutations.All.Select(mutation => mutation.Name)];

    public int MostSteps => 4;

    public int PickStart(ref FuzzRandom random) => random.Pick(_small);

    public string NameOf(int start) => reviews[start].Name;

    public ReadOnlyMemory<byte> Compose(FuzzPlan plan)
    {
        var draft = new ReviewDraft(reviews[plan.Start]);
        foreach (var step in plan.Steps)
        {
            var random = new FuzzRandom(step.Seed);
            ShapeMutations.All[step.Mutation].Apply(draft, ref random);
        }

        _body.ResetWrittenCount();
        new TreeWriter(_body, draft.Style, draft.StyleSeed).Write(draft.Root);
        return _body.WrittenMemory;
    }

    public FuzzOutcome Judge(FuzzPlan plan, ReadOnlyMemory<byte> input)
    {
        var webhook = _webhooks[plan.Start] ??= reviews[plan.Start].Webhook();
        return ReviewOracle.Judge(webhook, input, comparesDecisions: !reviews[plan.Start].KeepsNothing);
    }
}
