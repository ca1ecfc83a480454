namespace HaWebhook.Kubernetes;

/// <summary>The API server refused a request, or ended a watch, with a Status.</summary>
/// <remarks>
/// Everything else that can go wrong has the type it has elsewhere in .NET: <see cref="HttpRequestException"/> and <see cref="IOException"/> for the
/// connection, <see cref="TimeoutException"/> for an answer that does not come, <see cref="InvalidDataException"/> for one that is none.
/// </remarks>
/// <param name="request">What was refused, such as "list deployments.apps".</param>
/// <param name="code">The HTTP status; of a watch's ERROR event the code that it carries.</param>
/// <param name="reason">The reason in one word, such as Conflict.</param>
/// <param name="status">What the server says about it.</param>
public sealed class KubernetesApiException(string request, int code, string reason, string status)
    : Exception($"cannot {request}: {status} ({code} {reason})")
{
    /// <summary>What was refused: a verb and a resource, such as "list deployments.apps".</summary>
    public string Request { get; } = request;

    /// <summary>The HTTP status, 300 to 599.</summary>
    public int Code { get; } = code;

    /// <summary>
    /// The reason in one word, such as Forbidden, NotFound, AlreadyExists, Conflict or Expired. It says more than the code: 409 has two.
    /// </summary>
    public string Reason { get; } = reason;

    /// <summary>The server's own sentence, without control characters.</summary>
    public string Status { get; } = status;

    /// <summary>What the refusal is about; null where the server does not say.</summary>
    public StatusDetails? Details { get; init; }

    /// <summary>When the server wants to be asked again; null where it names no time.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether a resourceVersion or continue token is older than what the server still knows: list anew.</summary>
    public bool IsExpired => Code == 410 || Reason is "Expired" or "Gone";

    /// <summary>Whether the object, or the whole kind, is not there.</summary>
    public bool IsNotFound => Code == 404;

    /// <summary>Whether somebody else was faster, or owns a field: read again and decide again.</summary>
    public bool IsConflict => Code == 409 && Reason != "AlreadyExists";

    /// <summary>Whether the object to be created is there already.</summary>
    public bool IsAlreadyExists => Code == 409 && Reason == "AlreadyExists";
}
