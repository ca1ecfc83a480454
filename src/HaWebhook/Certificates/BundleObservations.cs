using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace HaWebhook.Certificates;

/// <summary>
/// For how long this replica itself has seen each certificate of a set, look by look. By its own clock that never jumps: the clocks of others
/// may be anything. A look that comes late loses nothing of what was seen, but the gap counts for no more than a usual one: what was in it nobody saw.
/// </summary>
/// <remarks>One looks; any may ask.</remarks>
/// <param name="clock">Measures time.</param>
/// <param name="longestGap">What counts of the time between two looks, at the most.</param>
internal sealed class BundleObservations(TimeProvider clock, TimeSpan longestGap)
{
    private volatile Dictionary<string, TimeSpan> _seen = [];
    private long _last = clock.GetTimestamp();

    /// <summary>Takes down what is seen now. What is not there is forgotten.</summary>
    public void Saw(CertificateBundle bundle)
    {
        var now = clock.GetTimestamp();
        var gap = clock.GetElapsedTime(_last, now);
        var counted = gap < longestGap ? gap : longestGap;
        var before = _seen;
        _seen = bundle.Certificates.ToDictionary(IdOf, certificate => before.TryGetValue(IdOf(certificate), out var seen) ? seen + counted : TimeSpan.Zero);
        _last = now;
    }

    /// <summary>For how long a certificate had been seen at the last look; null where it was not there then.</summary>
    public TimeSpan? SeenFor(X509Certificate2 certificate) => _seen.TryGetValue(IdOf(certificate), out var seen) ? seen : null;

    /// <summary>Whether a certificate has been seen for so long.</summary>
    public bool HasSeenFor(X509Certificate2 certificate, TimeSpan time) => SeenFor(certificate) >= time;

    private static string IdOf(X509Certificate2 certificate) => certificate.GetCertHashString(HashAlgorithmName.SHA256);
}
