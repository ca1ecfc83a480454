namespace HaWebhook.Policy.Configuration;

/// <summary>What the policy file says of exemption annotations, key by key.</summary>
internal static class AnnotationExemptionKeys
{
    private static readonly AnnotationExemptions _defaults = new();

    private static readonly PolicyKey<bool> _allowed = new("allowed", new TrueOrFalse(), _defaults.Allowed, "Whether annotations exempt at all.");

    private static readonly PolicyKey<int> _maximumDays =
        new("maximumDays", new WholeNumber(1, 3650), _defaults.MaximumDays, "How many days ahead exempt-until may lie, at most.");

    private static readonly PolicyKey<bool> _untilRequired =
        new("untilRequired", new TrueOrFalse(), _defaults.UntilRequired, "Whether an exemption must say when it ends.");

    /// <summary>The mapping.</summary>
    public static MappingOf<AnnotationExemptions> Value { get; } = new(
        [_allowed, _maximumDays, _untilRequired],
        section => new AnnotationExemptions
        {
            Allowed = section.Get(_allowed),
            MaximumDays = section.Get(_maximumDays),
            UntilRequired = section.Get(_untilRequired),
        });
}
