using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using k8s;
using k8s.Authentication;

namespace HaWebhook.Kubernetes.Credentials;

/// <summary>
/// Who we are to an API server, and whom we trust to be one. Tokens, certificates and authorities rotate: what was read is used until the server
/// refuses it, or is refused, and is then read anew.
/// </summary>
/// <param name="origin">What errors call it.</param>
/// <param name="read">Reads the configuration: files, environment, and what a credential command prints.</param>
internal sealed class Identity(string origin, Func<KubernetesClientConfiguration> read) : ITokenProvider, IDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);
    private volatile Known _known = Known.Of(origin, read());
    private volatile int _doubted = -1;

    /// <summary>Counts the readings: what is refused is the one that was used.</summary>
    public int Reading => _known.Reading;

    /// <summary>Where the API server is, and how it is talked to.</summary>
    public KubernetesClientConfiguration Configuration => _known.Configuration;

    /// <summary>Whether only certain authorities are trusted; false where those of the system are, or everybody is.</summary>
    public bool HasAuthorities => _known.Authorities is not null;

    /// <summary>What a request shows; null for nothing.</summary>
    /// <exception cref="KubernetesConfigurationException">A token cannot be had.</exception>
    public async Task<AuthenticationHeaderValue> GetAuthenticationHeaderAsync(CancellationToken cancellationToken)
    {
        if (_doubted == Reading)
        {
            await RefuseAsync(_doubted, cancellationToken);
        }

        var configuration = _known.Configuration;
        if (configuration.TokenProvider is { } tokens)
        {
            return await TokenOfAsync(tokens, cancellationToken);
        }

        // The package, which knows no null annotations, takes null for an anonymous request.
        return configuration switch
        {
            { AccessToken.Length: > 0 } => new("Bearer", configuration.AccessToken),
            { Username.Length: > 0 } => new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{configuration.Username}:{configuration.Password}"))),
            _ => null!,
        };
    }

    /// <summary>The client's certificate, in a handshake; null for none.</summary>
    public X509Certificate ClientCertificate() => _known.Certificate!;

    /// <summary>Whether a server's certificate is of one of the authorities, and for the name that was asked for.</summary>
    /// <exception cref="AuthenticationException">It is not. The message says why, which a plain no would not.</exception>
    public bool Verify(X509Certificate? certificate, X509Chain? sent, SslPolicyErrors errors)
    {
        if (certificate is not X509Certificate2 server)
        {
            throw new AuthenticationException("the server shows no certificate");
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            throw new AuthenticationException("the server's certificate is for other names than the one in its address");
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_known.Authorities!);

        // An authority of a cluster publishes no revocation lists, and nothing in a certificate may make a client call elsewhere.
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.1"));
        if (sent is not null)
        {
            chain.ChainPolicy.ExtraStore.AddRange(sent.ChainPolicy.ExtraStore);
        }

        return chain.Build(server)
            ? true
            : throw new AuthenticationException(
                $"the server's certificate is not valid by the trusted authorities: {string.Join(", ", chain.ChainStatus.Select(status => status.Status).Distinct())}");
    }

    /// <summary>A handshake failed: before the next request, what was read is read again. This one may be over before what is wrong is mended.</summary>
    /// <param name="reading">The reading that was used.</param>
    public void Doubt(int reading) => _doubted = reading;

    /// <summary>What was read was refused: it is read again, once for all who were refused with it.</summary>
    /// <param name="reading">The reading that was used.</param>
    /// <param name="cancellation">Cancels the wait for others.</param>
    /// <exception cref="KubernetesConfigurationException">It cannot be read any more. What was known stays.</exception>
    public async Task RefuseAsync(int reading, CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            if (_known.Reading == reading)
            {
                // Files and commands keep a thread waiting; it need not be that of the caller.
                var configuration = await Task.Run(read, CancellationToken.None);
                _known = Known.Of(origin, configuration) with { Reading = reading + 1 };
            }
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private async Task<AuthenticationHeaderValue> TokenOfAsync(ITokenProvider tokens, CancellationToken cancellation)
    {
        AuthenticationHeaderValue header;
        try
        {
            header = await tokens.GetAuthenticationHeaderAsync(cancellation);
        }
        catch (Exception exception) when (exception is not (OutOfMemoryException or OperationCanceledException))
        {
            throw new KubernetesConfigurationException($"{origin}: no token: {exception.GetBaseException().Message}", exception);
        }

        return header.Parameter is { Length: > 0 } ? header : throw new KubernetesConfigurationException($"{origin}: no token: what holds it is empty");
    }

    /// <summary>What one reading gave.</summary>
    private sealed record Known(KubernetesClientConfiguration Configuration, X509Certificate2Collection? Authorities, X509Certificate2? Certificate)
    {
        public int Reading { get; init; }

        public static Known Of(string origin, KubernetesClientConfiguration configuration)
        {
            if (configuration.SslCaCerts is { Count: 0 })
            {
                throw new KubernetesConfigurationException($"{origin}: the certificate authority holds no certificate in PEM");
            }

            return new(configuration, configuration.SslCaCerts, CertificateOf(origin, configuration));
        }

        private static X509Certificate2? CertificateOf(string origin, KubernetesClientConfiguration configuration)
        {
            try
            {
                // Of both, the bytes in the configuration win over the files, as in kubectl.
                var certificate = Text(configuration.ClientCertificateData, configuration.ClientCertificateFilePath);
                var key = Text(configuration.ClientCertificateKeyData, configuration.ClientKeyFilePath);
                return certificate is null || key is null ? null : WithUsableKey(X509Certificate2.CreateFromPem(certificate, key));
            }
            catch (Exception exception) when (exception is CryptographicException or ArgumentException or FormatException or IOException or UnauthorizedAccessException)
            {
                throw new KubernetesConfigurationException($"{origin}: the client certificate and its key cannot be used: {exception.Message}", exception);
            }
        }

        private static string? Text(string? data, string? file) =>
            data is { Length: > 0 } ? Encoding.UTF8.GetString(Convert.FromBase64String(data)) : file is { Length: > 0 } ? File.ReadAllText(file) : null;

        private static X509Certificate2 WithUsableKey(X509Certificate2 certificate)
        {
            if (!OperatingSystem.IsWindows())
            {
                return certificate;
            }

            // The TLS of Windows does not find a key that only lives in memory.
            using (certificate)
            {
                return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), null);
            }
        }
    }
}
