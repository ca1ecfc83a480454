using HaWebhook.Kubernetes;

namespace HaWebhook.Certificates;

/// <summary>Makes a problem with its remedy of a 403.</summary>
internal static class Refusal
{
    /// <summary>
    /// The problem. A missing role is what 403 says as a rule, but a ResourceQuota and other admission webhooks say so too: only who is told that a user
    /// cannot do something needs one.
    /// </summary>
    /// <param name="exception">The API server's refusal.</param>
    /// <param name="role">The role that may be missing, with what it has to allow.</param>
    public static CertificateException Of(KubernetesApiException exception, string role) => new(
        exception.Status.Contains("\" cannot ", StringComparison.Ordinal) ? $"{exception.Message}; the service account needs {role}" : exception.Message, exception);
}
