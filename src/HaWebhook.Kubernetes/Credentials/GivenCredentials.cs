using System.Net.Http.Headers;
using System.Text;

namespace HaWebhook.Kubernetes.Credentials;

/// <summary>Credentials that are written down: a token, a name and password, a certificate, or nothing at all.</summary>
internal sealed record GivenCredentials : ICredentials
{
    public FileOrData? Token { get; init; }

    public string? UserName { get; init; }

    public string? Password { get; init; }

    public FileOrData? Certificate { get; init; }

    public FileOrData? Key { get; init; }

    public async ValueTask<Credential> GetAsync(CancellationToken cancellation) => new(
        await AuthorizationAsync(cancellation),
        Certificate is null ? null : await Certificate.ReadAsync(cancellation),
        Key is null ? null : await Key.ReadAsync(cancellation));

    public void Refuse(Credential credential)
    {
        Token?.Refuse();
        Certificate?.Refuse();
        Key?.Refuse();
    }

    private async ValueTask<AuthenticationHeaderValue?> AuthorizationAsync(CancellationToken cancellation)
    {
        if (Token is not null)
        {
            return new("Bearer", await Token.ReadWordAsync(cancellation));
        }

        return UserName is null ? null : new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{UserName}:{Password}")));
    }
}
