using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using k8s;

namespace HaWebhook.Kubernetes.Credentials;

/// <summary>What one reading of the configuration gave.</summary>
internal sealed class Known
{
    private readonly string _origin;

    /// <param name="origin">What errors call it.</param>
    /// <param name="configuration">What was read.</param>
    /// <param name="reading">Counts the readings.</param>
    /// <exception cref="KubernetesConfigurationException">A certificate or key in it cannot be used.</exception>
    public Known(string origin, KubernetesClientConfiguration configuration, int reading)
    {
        if (configuration.SslCaCerts is { Count: 0 })
        {
            throw new KubernetesConfigurationException($"{origin}: the certificate authority holds no certificate in PEM");
        }

        (_origin, Configuration, Reading) = (origin, configuration, reading);
        Certificate = CertificateOf(origin, configuration);
    }

    public KubernetesClientConfiguration Configuration { get; }

    public int Reading { get; }

    /// <summary>The only authorities to trust; null for those that the system trusts.</summary>
    public X509Certificate2Collection? Authorities => Configuration.SslCaCerts;

    /// <summary>The client's certificate with its key, and those between it and its authority; null for none.</summary>
    public SslStreamCertificateContext? Certificate { get; }

    /// <summary>Adds the token, or name and password, to a request.</summary>
    /// <exception cref="KubernetesConfigurationException">There should be a token, and there is none.</exception>
    public async Task SignAsync(k8s.Kubernetes sender, HttpRequestMessage message, CancellationToken cancellation)
    {
        if (sender.Credentials is not { } credentials)
        {
            return;
        }

        try
        {
            await credentials.ProcessHttpRequestAsync(message, cancellation);
        }
        catch (Exception exception) when (exception is not (OutOfMemoryException or OperationCanceledException))
        {
            throw new KubernetesConfigurationException($"{_origin}: no token: {exception.GetBaseException().Message}", exception);
        }

        if (message.Headers.Authorization is null or { Parameter: null or "" })
        {
            throw new KubernetesConfigurationException($"{_origin}: no token: what holds it is empty");
        }
    }

    private static SslStreamCertificateContext? CertificateOf(string origin, KubernetesClientConfiguration configuration)
    {
        try
        {
            // Of both, the bytes in the configuration win over the files, as in kubectl.
            var certificate = Text(configuration.ClientCertificateData, configuration.ClientCertificateFilePath);
            var key = Text(configuration.ClientCertificateKeyData, configuration.ClientKeyFilePath);
            if (certificate is null || key is null)
            {
                return null;
            }

            var others = new X509Certificate2Collection();
            others.ImportFromPem(certificate);
            return SslStreamCertificateContext.Create(WithUsableKey(X509Certificate2.CreateFromPem(certificate, key)), others, offline: true);
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
