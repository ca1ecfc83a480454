namespace HaWebhook.ApiServer.Storage;

/// <summary>One write: the object before and after it. One of both is null where it was created or deleted.</summary>
/// <param name="Version">The resourceVersion that the write made.</param>
/// <param name="Before">The object as it was; null where it was created.</param>
/// <param name="After">The object as it is, or, where it was deleted, as it was last.</param>
/// <param name="Deleted">Whether it is gone.</param>
internal sealed record StoreEvent(long Version, StoredObject? Before, StoredObject After, bool Deleted);
