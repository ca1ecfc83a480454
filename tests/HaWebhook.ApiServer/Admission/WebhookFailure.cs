namespace HaWebhook.ApiServer.Admission;

/// <summary>A call that brought no usable answer: the webhook's <c>failurePolicy</c> decides what becomes of the request.</summary>
internal sealed class WebhookFailure(string message) : Exception(message)
{
    /// <summary>Whether it was the request's own time that ran out, and with it the request.</summary>
    public bool EndsRequest { get; init; }
}
