namespace HaWebhook.Kubernetes;

/// <summary>How to reach the API server, or as whom, cannot be told: a kubeconfig, a token or a certificate is missing or wrong.</summary>
/// <param name="message">One line: the file and the place in it, what is wrong, what there is instead. What a file brings in that is no line is made fit for one.</param>
/// <param name="inner">What it came from; null where nothing failed but the content.</param>
public sealed class KubernetesConfigurationException(string message, Exception? inner = null) : Exception(ApiErrors.Printable(message), inner);
