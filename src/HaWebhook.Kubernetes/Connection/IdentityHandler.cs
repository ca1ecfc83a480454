using System.Net;
using System.Security.Authentication;
using HaWebhook.Kubernetes.Credentials;

namespace HaWebhook.Kubernetes.Connection;

/// <summary>
/// Has what the server refuses, or what refuses the server, read anew: a token that has expired is replaced and the request sent again, once.
/// </summary>
/// <param name="identity">Who we are.</param>
/// <param name="impersonation">As whom to act; null for oneself.</param>
internal sealed class IdentityHandler(Identity identity, Impersonation? impersonation) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        foreach (var (name, value) in impersonation?.Headers() ?? [])
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        var reading = identity.Reading;
        HttpResponseMessage response;
        try
        {
            response = await base.SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException exception) when (exception.GetBaseException() is AuthenticationException)
        {
            // The authorities may have changed, or our certificate.
            identity.Doubt(reading);
            throw;
        }

        if (response.StatusCode != HttpStatusCode.Unauthorized)
        {
            return response;
        }

        response.Dispose();
        await identity.RefuseAsync(reading, cancellationToken);
        request.Headers.Authorization = await identity.GetAuthenticationHeaderAsync(cancellationToken);
        return await base.SendAsync(request, cancellationToken);
    }
}
