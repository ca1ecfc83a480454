namespace HaWebhook.Kubernetes;

/// <summary>What a refusal is about, as far as the API server says.</summary>
public sealed record StatusDetails
{
    /// <summary>The name of the object; absent where a whole kind is refused.</summary>
    public string? Name { get; init; }

    /// <summary>The API group; absent for the core group.</summary>
    public string? Group { get; init; }

    /// <summary>The kind, in practice the plural name of the resource.</summary>
    public string? Kind { get; init; }

    /// <summary>The single reasons, such as the fields that another manager owns; absent where there is but one.</summary>
    public IReadOnlyList<StatusCause>? Causes { get; init; }

    /// <summary>When to try again, in seconds; absent where it is no matter of time.</summary>
    public int? RetryAfterSeconds { get; init; }
}
