namespace HaWebhook.ApiServer.Patches;

/// <summary>A patch that is malformed or does not apply; the message says which operation and why.</summary>
internal sealed class PatchException(string message) : Exception(message);
