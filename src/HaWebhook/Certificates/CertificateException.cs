namespace HaWebhook.Certificates;

/// <summary>The cluster is not as self-managed certificates need it, and only somebody else can mend that.</summary>
/// <param name="message">One line: the object, what is wrong, the remedy.</param>
/// <param name="inner">What it came from; null where nothing failed but what was found.</param>
internal sealed class CertificateException(string message, Exception? inner = null) : Exception(message, inner);
