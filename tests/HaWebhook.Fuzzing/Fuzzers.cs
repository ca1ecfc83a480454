using HaWebhook.Fuzzing.Bypass;
using HaWebhook.Fuzzing.Parsing;
using HaWebhook.Fuzzing.Running;

namespace HaWebhook.Fuzzing;

/// <summary>The fuzzers. The cheaper and the closer to strangers, the larger their share.</summary>
internal static class Fuzzers
{
    public static IReadOnlyList<FuzzerKind> All { get; } =
    [
        BypassFuzzer.Kind(new(ViolatingReviews.All)),
        ReviewFuzzer.Kind,
        .. StreamFuzzer.Kinds,
        ManifestFuzzer.Kind,
        PolicyFuzzer.Kind,
        KubeConfigFuzzer.Kind,
        ExecAnswerFuzzer.Kind,
    ];
}
