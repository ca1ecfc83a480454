using System.Text;
using HaWebhook.Kubernetes;

namespace HaWebhook.Certificates;

/// <summary>The Secret of the authority. Whoever writes it overwrites only what it has read: everybody else reads again.</summary>
internal sealed class AuthorityStore(KubernetesClient client, ServiceIdentity identity)
{
    private static readonly ResourceType _secrets = new("", "v1", "secrets");

    private readonly LastAnswer<AuthoritySecret> _last = new();

    /// <summary>The Secret, be it there or not.</summary>
    public async Task<AuthoritySecret> ReadAsync(CancellationToken cancellation)
    {
        try
        {
            var answer = await client.GetAsync(_secrets, identity.Namespace, identity.Secret, cancellation);
            return _last.Read(answer, AuthoritySecret.Read);
        }
        catch (KubernetesApiException exception) when (exception.IsNotFound)
        {
            return AuthoritySecret.Read(null);
        }
        catch (KubernetesApiException exception) when (exception.Code == 403)
        {
            throw Forbidden(exception);
        }
    }

    /// <summary>Writes the Secret, where nobody has written it since it was read.</summary>
    /// <returns>The Secret as it was stored.</returns>
    /// <exception cref="KubernetesApiException">Somebody has (409), or another refusal.</exception>
    public async Task<AuthoritySecret> WriteAsync(AuthoritySecret secret, Authorities authorities, CancellationToken cancellation)
    {
        var body = Encoding.UTF8.GetBytes(secret.With(authorities, identity).ToJsonString());
        try
        {
            return AuthoritySecret.Read(ApiJson.Read(secret.Json is null
                ? await client.CreateAsync(_secrets, identity.Namespace, body, cancellation)
                : await client.UpdateAsync(_secrets, identity.Namespace, identity.Secret, body, cancellation)));
        }
        catch (KubernetesApiException exception) when (exception.Code == 403)
        {
            throw Forbidden(exception);
        }
    }

    private CertificateException Forbidden(KubernetesApiException exception) => Refusal.Of(
        exception, $"a Role in {identity.Namespace} that allows create on secrets, and get and update on the Secret {identity.Secret}");
}
