namespace HaWebhook.Kubernetes;

/// <summary>What to watch, from when and for how long.</summary>
public sealed record WatchOptions
{
    /// <summary>The moment after which events are told; null for "now", or with <see cref="SendInitialEvents"/> for everything there is.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>
    /// Whether the server first tells each object that exists as Added and then closes the list with a bookmark, see
    /// <see cref="WatchEvent.EndsInitialEvents"/>.
    /// Servers before 1.32 may refuse it.
    /// </summary>
    public bool SendInitialEvents { get; init; }

    /// <summary>When the server shall end the watch, in whole seconds; null leaves it to the server (30 to 60 minutes).</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>
    /// How long the stream may be silent before it is given up as dead; null for ever. Servers send a bookmark about once a minute,
    /// so 90 seconds without a byte are no quiet cluster but a lost connection.
    /// </summary>
    public TimeSpan? Silence { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>Only objects with these labels; null for all.</summary>
    public string? LabelSelector { get; init; }

    /// <summary>Only objects with these fields; null for all.</summary>
    public string? FieldSelector { get; init; }
}
