namespace HaWebhook.ApiServer;

/// <summary>A call of a webhook, for tests to look at.</summary>
/// <param name="Webhook">The webhook's name.</param>
/// <param name="Url">Where it was called, with its <c>timeout</c>.</param>
/// <param name="Review">The body that was sent.</param>
/// <param name="Attempts">How often: more than once where answers said <c>Retry-After</c>.</param>
/// <param name="StatusCode">The last answer's HTTP status; null where none came.</param>
/// <param name="Response">The last answer's body; null where none came.</param>
/// <param name="Failure">Why the answer was of no use; null where it was.</param>
/// <param name="Took">How long the call took, retries included.</param>
public sealed record WebhookCall(
    string Webhook, Uri Url, string Review, int Attempts, int? StatusCode, string? Response, string? Failure, TimeSpan Took);
