using System.Text;
using System.Text.Json.Nodes;
using HaWebhook.Kubernetes;

namespace HaWebhook.Certificates;

/// <summary>The Secret of the authority. Whoever writes it overwrites only what it has read: everybody else reads again.</summary>
internal sealed class AuthorityStore(KubernetesClient client, ServiceIdentity identity)
{
    private static readonly ResourceType _secrets = new("", "v1", "secrets");

    /// <summary>The Secret; null where it is not there.</summary>
    public async Task<JsonObject?> ReadAsync(CancellationToken cancellation)
    {
        try
        {
            return ApiJson.Read(await client.GetAsync(_secrets, identity.Namespace, identity.Secret, cancellation));
        }
        catch (KubernetesApiException exception) when (exception.IsNotFound)
        {
            return null;
        }
        catch (KubernetesApiException exception) when (exception.Code == 403)
        {
            throw Forbidden(exception);
        }
    }

    /// <summary>Writes the Secret, where nobody has written it since it was read.</summary>
    /// <exception cref="KubernetesApiException">Somebody has (409), or another refusal.</exception>
    public async Task<JsonObject> WriteAsync(AuthoritySecret secret, Authorities authorities, CancellationToken cancellation)
    {
        var body = Encoding.UTF8.GetBytes(secret.With(authorities, identity.Secret).ToJsonString());
        try
        {
            return ApiJson.Read(secret.Json is null
                ? await client.CreateAsync(_secrets, identity.Namespace, body, cancellation)
                : await client.UpdateAsync(_secrets, identity.Namespace, identity.Secret, body, cancellation));
        }
        catch (KubernetesApiException exception) when (exception.Code == 403)
        {
            throw Forbidden(exception);
        }
    }

    private CertificateException Forbidden(KubernetesApiException exception) => new(
        $"{exception.Message}; the service account needs a Role in {identity.Namespace} that allows create on secrets, and get and update on the Secret {identity.Secret}",
        exception);
}
