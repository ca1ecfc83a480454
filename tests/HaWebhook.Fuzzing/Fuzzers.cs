using HaWebhook.Fuzzing.Bypass;
using HaWebhook.Fuzzing.Parsing;
using HaWebhook.Fuzzing.Running;

namespace HaWebhook.Fuzzing;

/// <summary>The fuzzers. The cheaper and the closer to strangers, the larger their share.</summary>
internal static class Fuzzers
{
    private static readonly Lazy<IReadOnlyList<ViolatingReview>> _violating = new(ViolatingReviews.All);

    public static IReadOnlyList<FuzzerKind> All { get; } =
    [
        BypassFuzzer.Kind(_violating),
        ShapeFuzzer.Kind(_violating),
        ReviewFuzzer.Kind,
        .. StreamFuzzer.Kinds,
        ManifestFuzzer.Kind,
        PolicyFuzzer.Kind,
        KubeConfigFuzzer.Kind,
    ];
}
