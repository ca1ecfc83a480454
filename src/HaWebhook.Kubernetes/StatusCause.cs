namespace HaWebhook.Kubernetes;

/// <summary>One of several reasons for a refusal.</summary>
public sealed record StatusCause
{
    /// <summary>The reason in one word, such as FieldManagerConflict.</summary>
    public string? Reason { get; init; }

    /// <summary>The reason for people.</summary>
    public string? Message { get; init; }

    /// <summary>The field that it is about; absent where it is about none.</summary>
    public string? Field { get; init; }
}
