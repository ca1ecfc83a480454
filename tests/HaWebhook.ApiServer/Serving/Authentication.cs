using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;

namespace HaWebhook.ApiServer.Serving;

/// <summary>Who sends a request: by bearer token or client certificate, and whom that user impersonates.</summary>
internal sealed class Authentication(ServerCertificate certificates)
{
    private readonly ConcurrentDictionary<string, User> _tokens = [];

    public void Accept(string token, User user) => _tokens[token] = user;

    public void Expire(string token) => _tokens.TryRemove(token, out _);

    /// <summary>The user, or null where the credentials are not good. Nobody is let in without any.</summary>
    public User? UserOf(HttpContext context)
    {
        var header = context.Request.Headers.Authorization.ToString();
        User? user;
        if (header.StartsWith("Bearer ", StringComparison.Ordinal))
        {
            user = _tokens.GetValueOrDefault(header[7..].Trim());
        }
        else
        {
            user = context.Connection.ClientCertificate is { } certificate ? certificates.UserOf(certificate) : null;
        }

        var impersonated = context.Request.Headers["Impersonate-User"].ToString();
        if (user is null || impersonated.Length == 0)
        {
            return user;
        }

        string?[] groups = [.. context.Request.Headers["Impersonate-Group"], "system:authenticated"];
        return new(impersonated, [.. groups.OfType<string>().Distinct()])
        {
            Uid = context.Request.Headers["Impersonate-Uid"].ToString() is { Length: > 0 } uid ? uid : null,
        };
    }
}
