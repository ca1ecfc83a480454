using System.Security.Cryptography.X509Certificates;

namespace HaWebhook.Certificates;

/// <summary>What has to become of the Secret.</summary>
/// <param name="Authorities">What it is to hold; null where it must not be touched.</param>
/// <param name="Why">Why it is written, for the log; null where it is right as it is. Where it must not be touched: why not, and the remedy.</param>
/// <param name="IsRepair">Whether somebody has to know of it: what was there was wrong, or somebody else's.</param>
/// <param name="IsRenewal">Whether an authority is made.</param>
internal sealed record AuthorityPlan(Authorities? Authorities, string? Why, bool IsRepair = false, bool IsRenewal = false);

/// <summary>
/// Decides about the authorities, from what the Secret holds and what this replica has seen. Every replica does so for itself, and any may be
/// the one that writes: an authority is made and stored beside the present one; when API servers had time to trust both, it signs; the old one
/// goes when no certificate of it can be in use any more.
/// </summary>
/// <param name="options">Lifetimes and times.</param>
/// <param name="identity">The Secret's name.</param>
/// <param name="fraction">The part of an authority's life after which this replica makes the next one, from 0 to 1.</param>
internal sealed class AuthorityPlanner(CertificateOptions options, ServiceIdentity identity, double fraction)
{
    /// <summary>By then every replica has changed to the next authority, and what it showed before would have ended by itself.</summary>
    private readonly TimeSpan _retirement = options.CertificateLifetime + (options.Propagation * 2) + (options.LookInterval * 3);

    /// <summary>Decides.</summary>
    /// <param name="secret">The Secret, read after the webhook configurations.</param>
    /// <param name="memory">What this replica knows.</param>
    /// <param name="now">What time it is.</param>
    public AuthorityPlan Decide(AuthoritySecret secret, AuthorityMemory memory, DateTimeOffset now)
    {
        if (secret.Current is not { } current)
        {
            return Restore(secret, memory, now);
        }

        if (!IsKnown(current, secret, memory))
        {
            return Adopt(current, secret, memory, now);
        }

        var next = secret.Next;
        var why = new List<string>();
        var isRenewal = false;
        if (next is not null && memory.Trusted.HasSeenFor(next.Certificate, options.Propagation))
        {
            why.Add($"{next.Name} signs from now on");
            (current, next) = (next, null);
        }
        else if (next is null && now >= current.At(fraction))
        {
            (next, isRenewal) = (CertificateAuthority.Create(now, options.AuthorityLifetime), true);
            why.Add($"{next.Name} is made, to sign after {current.Name}");
        }
        else if (secret.HasBadNext)
        {
            why.Add("what stood there for the next authority was none, and is gone");
        }

        var bundle = BundleOf(current, next, memory, secret.Bundle ?? CertificateBundle.Empty, now);
        var left = bundle.Where(certificate => IsNeeded(certificate, current, next, memory, now));
        if (secret.Bundle?.IsSameAs(left) != true && why.Count == 0)
        {
            why.Add(left.IsSameAs(bundle) ? "its bundle lacked an authority that is in use" : "an authority of whose certificates none is valid any more leaves the bundle");
        }

        return new(new(current, next, left), why.Count == 0 ? null : string.Join("; ", why), IsRenewal: isRenewal);
    }

    /// <summary>Nobody can sign by what the Secret holds: what is known is put back; a new authority is the last resort.</summary>
    private AuthorityPlan Restore(AuthoritySecret secret, AuthorityMemory memory, DateTimeOffset now)
    {
        if (secret.Json is not null && !secret.MayBeReplaced && memory.Last is null)
        {
            return new(null, $"the Secret {identity.Namespace}/{identity.Secret} is not HaWebhook's and {secret.Problem}; "
                + "delete it if nobody needs it, or give another name with --ca-secret");
        }

        CertificateAuthority?[] known = [memory.Last?.Current, secret.Next, memory.Last?.Next, memory.Serving];
        var usable = known.OfType<CertificateAuthority>().Where(authority => authority.IsValidAt(now)).ToList();
        var current = usable.FirstOrDefault() ?? CertificateAuthority.Create(now, options.AuthorityLifetime);
        CertificateAuthority?[] following = [secret.Next, memory.Last?.Next];
        var next = following.OfType<CertificateAuthority>().FirstOrDefault(authority => authority.IsValidAt(now) && !authority.IsSameAs(current));
        var bundle = BundleOf(current, next, memory, secret.Bundle ?? CertificateBundle.Empty, now).With(memory.Last?.Bundle ?? CertificateBundle.Empty);
        return new(
            new(current, next, bundle.Where(certificate => IsNeeded(certificate, current, next, memory, now))),
            $"the Secret {secret.Problem}; {current.Name} {(usable.Count > 0 ? "is put back and signs" : "is made and signs")}",
            IsRepair: secret.Json is not null || memory.Last is not null,
            IsRenewal: usable.Count == 0);
    }

    /// <summary>
    /// The Secret holds an authority that is not of ours. Whoever put it there may have meant it: it becomes the next one and signs when API
    /// servers trust it. So no call fails, neither now nor if it stays. Where nothing else is known, it signs at once.
    /// </summary>
    private static AuthorityPlan Adopt(CertificateAuthority found, AuthoritySecret secret, AuthorityMemory memory, DateTimeOffset now)
    {
        CertificateAuthority?[] known = [memory.Last?.Current, memory.Serving];
        var present = known.OfType<CertificateAuthority>().FirstOrDefault(authority => authority.IsValidAt(now));
        var (current, next) = present is null ? (found, null) : (present, found);
        var bundle = BundleOf(current, next, memory, secret.Bundle ?? CertificateBundle.Empty, now).With(memory.Last?.Bundle ?? CertificateBundle.Empty);
        return new(
            new(current, next, bundle),
            secret.MayBeReplaced && next is null
                ? $"its bundle lacked {found.Name}, which signs"
                : $"the Secret holds {found.Name}, which HaWebhook did not put there; {(next is null ? "it signs" : "it signs once API servers trust it")}",
            IsRepair: true);
    }

    private static CertificateBundle BundleOf(
        CertificateAuthority current, CertificateAuthority? next, AuthorityMemory memory, CertificateBundle rest, DateTimeOffset now)
    {
        var bundle = CertificateBundle.Empty.With(current.Certificate);
        bundle = next is null ? bundle : bundle.With(next.Certificate);
        bundle = memory.Serving?.IsValidAt(now) == true ? bundle.With(memory.Serving.Certificate) : bundle;
        return bundle.With(rest);
    }

    /// <summary>Whether a certificate of this authority may be in use somewhere.</summary>
    private bool IsNeeded(X509Certificate2 certificate, CertificateAuthority current, CertificateAuthority? next, AuthorityMemory memory, DateTimeOffset now)
    {
        CertificateAuthority?[] inUse = [current, next, memory.Serving];
        return inUse.Any(authority => authority is not null && CertificateBundle.IsSame(certificate, authority.Certificate))
            || (certificate.NotAfter.ToUniversalTime() > now && !memory.Retired.HasSeenFor(certificate, _retirement));
    }

    private static bool IsKnown(CertificateAuthority authority, AuthoritySecret secret, AuthorityMemory memory) =>
        secret.Bundle?.Contains(authority.Certificate) == true || memory.Last?.Names(authority) == true || authority.IsSameAs(memory.Serving);
}
