using HaWebhook.Fuzzing.Running;

namespace HaWebhook.Fuzzing.Bypass;

/// <summary>Changes a draft; leaves a draft alone that it would make right.</summary>
internal delegate void Mutate(ReviewDraft draft, ref FuzzRandom random);

/// <summary>Something that can be done to a violating review and leaves it violating.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="Apply">Does it.</param>
internal sealed record Mutation(string Name, Mutate Apply)
{
    /// <summary>Every mutation. The position of each is part of what a replay means: new ones go to the end.</summary>
    public static IReadOnlyList<Mutation> All { get; } =
    [
        .. WritingMutations.All,
        .. FieldMutations.All,
        .. MetadataMutations.All,
        .. ExemptionMutations.All,
        .. RequestMutations.All,
    ];
}
