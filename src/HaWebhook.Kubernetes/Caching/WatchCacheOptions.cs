namespace HaWebhook.Kubernetes.Caching;

/// <summary>How a cache is kept.</summary>
public sealed record WatchCacheOptions
{
    /// <summary>The only namespace to keep; null for all.</summary>
    public string? Namespace { get; init; }

    /// <summary>Only objects with these labels; null for all.</summary>
    public string? LabelSelector { get; init; }

    /// <summary>Only objects with these fields; null for all.</summary>
    public string? FieldSelector { get; init; }

    /// <summary>Objects a page of a list: 1 or more. The default is 500.</summary>
    public int PageSize { get; init; } = 500;

    /// <summary>How long a watch may be silent before it is given up. Bookmarks come about once a minute; the default is 90 seconds.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>
    /// The shortest time that a watch is asked for; the longest is twice as much, and each is drawn anew so that not all end at once. The
    /// default is 5 minutes.
    /// </summary>
    public TimeSpan WatchTime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The wait after a first failure. It doubles with each further one, and each is shortened by up to a half at random. The default is 1
    /// second.
    /// </summary>
    public TimeSpan MinimumBackoff { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest such wait. The default is 30 seconds.</summary>
    public TimeSpan MaximumBackoff { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a kind that is not served is looked for again. The default is a minute.</summary>
    public TimeSpan NotServedInterval { get; init; } = TimeSpan.FromMinutes(1);
}
