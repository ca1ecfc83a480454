namespace HaWebhook.Kubernetes;

/// <summary>What happened to an object.</summary>
public enum WatchEventType
{
    /// <summary>It was created, or came to match the selectors.</summary>
    Added,

    /// <summary>It was changed.</summary>
    Modified,

    /// <summary>It was deleted, or no longer matches the selectors. The object is its last state, with the deletion's resourceVersion.</summary>
    Deleted,

    /// <summary>Nothing: the object carries only a resourceVersion up to which everything has been told.</summary>
    Bookmark,
}
