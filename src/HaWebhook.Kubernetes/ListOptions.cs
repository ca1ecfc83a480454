namespace HaWebhook.Kubernetes;

/// <summary>What to list and in which portions.</summary>
public sealed record ListOptions
{
    /// <summary>Objects a page: 1 or more; 0 asks for all at once. 500 is what kubectl asks for.</summary>
    public int PageSize { get; init; } = 500;

    /// <summary>Only objects with these labels, such as app=web; null for all.</summary>
    public string? LabelSelector { get; init; }

    /// <summary>Only objects with these fields, such as metadata.name=web; null for all. Few fields are selectable.</summary>
    public string? FieldSelector { get; init; }
}
