using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace HaWebhook.Certificates;

/// <summary>
/// For how long this replica itself has seen each certificate of a set, look by look and without a gap. By its own clock that never jumps: the
/// clocks of others may be anything.
/// </summary>
/// <param name="clock">Measures time.</param>
/// <param name="longestGap">Two looks further apart than this are no observation of what was in between.</param>
internal sealed class BundleObservations(TimeProvider clock, TimeSpan longestGap)
{
    private Dictionary<string, long> _since = [];
    private long _last = clock.GetTimestamp();

    /// <summary>Takes down what is seen now.</summary>
    public void Saw(CertificateBundle bundle)
    {
        var now = clock.GetTimestamp();
        var known = clock.GetElapsedTime(_last, now) <= longestGap ? _since : [];
        _since = bundle.Certificates.ToDictionary(IdOf, certificate => known.GetValueOrDefault(IdOf(certificate), now));
        _last = now;
    }

    /// <summary>For how long a certificate has been seen; null where it was not at the last look.</summary>
    public TimeSpan? SeenFor(X509Certificate2 certificate) => _since.TryGetValue(IdOf(certificate), out var since) ? clock.GetElapsedTime(since, _last) : null;

    /// <summary>Whether a certificate has been seen for so long.</summary>
    public bool HasSeenFor(X509Certificate2 certificate, TimeSpan time) => SeenFor(certificate) >= time;

    private static string IdOf(X509Certificate2 certificate) => certificate.GetCertHashString(HashAlgorithmName.SHA256);
}
