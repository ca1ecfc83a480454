namespace HaWebhook.Fixing;

/// <summary>An object cannot be filled in where it is written; the message says why.</summary>
internal sealed class NotFixableException(string message) : Exception(message);
