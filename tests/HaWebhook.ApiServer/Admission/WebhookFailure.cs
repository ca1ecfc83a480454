namespace HaWebhook.ApiServer.Admission;

/// <summary>A call that brought no usable answer: the webhook's <c>failurePolicy</c> decides what becomes of the request.</summary>
internal sealed class WebhookFailure(string message) : Exception(message);
