namespace HaWebhook.Cluster;

/// <summary>What a review hangs on cannot be looked up now. A second later, or by another replica, it may be.</summary>
/// <param name="message">What is not known, in one line for whoever sends the review.</param>
/// <param name="failure">Why.</param>
internal sealed class NotKnownYetException(string message, Exception failure) : Exception(message, failure);
