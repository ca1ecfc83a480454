namespace HaWebhook.Admission;

/// <summary>The label that tells the two webhooks apart.</summary>
internal static class WebhookLabel
{
    private static readonly KeyValuePair<string, object?> _validate = new("webhook", "validate");
    private static readonly KeyValuePair<string, object?> _mutate = new("webhook", "mutate");

    public static KeyValuePair<string, object?> Of(ReviewKind kind) => kind == ReviewKind.Mutate ? _mutate : _validate;
}
