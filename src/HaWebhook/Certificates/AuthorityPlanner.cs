namespace HaWebhook.Certificates;

/// <summary>
/// Decides about the authorities, from what the Secret holds and what this replica has seen. Every replica does so for itself, and any may be
/// the one that writes: an authority is made and stored beside the present one; when API servers had time to trust both, it signs; who has signed
/// stays trusted to the end of its life.
/// </summary>
/// <param name="options">Lifetimes and times.</param>
/// <param name="identity">The Secret's name, and whose it is.</param>
/// <param name="fraction">The part of an authority's life after which this replica makes the next one, from 0 to 1.</param>
internal sealed class AuthorityPlanner(CertificateOptions options, ServiceIdentity identity, double fraction)
{
    /// <summary>More than two rotations and a few strangers never need. What every webhook holds is read at every look, and etcd keeps it.</summary>
    private const int LargestBundle = 8;

    private string Secret => $"the Secret {identity.Namespace}/{identity.Secret}";

    /// <summary>Decides.</summary>
    /// <param name="secret">The Secret, read after the webhook configurations.</param>
    /// <param name="memory">What this replica knows.</param>
    /// <param name="now">What time it is.</param>
    public AuthorityPlan Decide(AuthoritySecret secret, AuthorityMemory memory, Moment now)
    {
        if (secret.Installation is { } other && other != identity.Service)
        {
            return new(null, $"{Secret} belongs to another installation of HaWebhook, that of the Service {other}; give this one another with --ca-secret");
        }

        if (Problem(secret, memory, now) is { } problem)
        {
            return Restore(problem, secret, memory, now);
        }

        return IsRemembered(secret.Current!, memory) || secret.Bundle?.Contains(secret.Current!.Certificate) == true
            ? GoOn(secret.Current!, secret, memory, now)
            : Adopt(secret.Current!, secret, memory, now);
    }

    /// <summary>Why nobody can sign by what the Secret holds, as the end of a sentence about it; null where somebody can.</summary>
    private string? Problem(AuthoritySecret secret, AuthorityMemory memory, Moment now) =>
        secret.Current is not { } current ? secret.Problem
        : IsRemembered(current, memory) ? Unusable(current, now)
        : current.Unfitness(identity.DnsNames) is { } unfit ? $"cannot be used: {current.Name} {unfit}"
        : current.IsOver(now) || secret.Bundle?.Contains(current.Certificate) == true ? Unusable(current, now)
        : null;

    private static string? Unusable(CertificateAuthority current, Moment now) => current.IsUsable(now) ? null
        : $"cannot be used: its authority {current.Name} is valid from {current.NotBefore:u} until {current.NotAfter:u} only";

    /// <summary>All is well: the rotation takes its course.</summary>
    private AuthorityPlan GoOn(CertificateAuthority current, AuthoritySecret secret, AuthorityMemory memory, Moment now)
    {
        var why = new List<string>();
        var isRenewal = false;
        var next = secret.HasNext ? Fit(secret.Next ?? memory.Last?.Next, current, memory, now) : null;
        var stored = new Authorities(current, secret.Next is null ? null : next, (secret.Bundle ?? CertificateBundle.Empty).With(current.Certificate));
        if (next is null && secret.HasNext)
        {
            why.Add("what stood there for the next authority cannot be one, and is gone");
        }
        else if (next is not null && secret.Next is null)
        {
            why.Add($"what stood there for the next authority was spoilt; {next.Name} is put back");
        }

        if (next is not null && next.HasBegun(now) && memory.Trusted.HasSeenFor(next.Certificate, options.Propagation))
        {
            why.Add($"{next.Name} signs from now on");
            (current, next) = (next, null);
        }
        else if (next is null && IsDue(current, now))
        {
            (next, isRenewal) = (CertificateAuthority.Create(now.AtServer, options.AuthorityLifetime), true);
            why.Add($"{next.Name} is made, to sign after {current.Name}");
        }

        if (secret.Installation is null)
        {
            why.Add("it did not say whose it is");
        }

        var bundle = BundleOf(current, next, secret.Bundle ?? CertificateBundle.Empty, secret, memory, now);
        if (secret.Bundle?.IsSameAs(bundle) != true && why.Count == 0)
        {
            why.Add(secret.Bundle?.ContainsAll(bundle) == true ? "an authority that nobody needs any more leaves the bundle" : "its bundle lacked an authority that is in use");
        }

        return new(new(current, next, bundle), why.Count == 0 ? null : string.Join("; ", why), stored, IsRenewal: isRenewal);
    }

    /// <summary>
    /// Whether the next authority is to be made: it only stands beside the present one. So the API server's clock is enough where it is not further
    /// ahead of this machine's than certificates bear; all machines may be behind. Of somebody else's authority a part of its life may be too little.
    /// </summary>
    private bool IsDue(CertificateAuthority current, Moment now)
    {
        var (part, latest) = (current.At(fraction), current.NotAfter - options.Handover);
        var due = part < latest ? part : latest;
        return now.Earlier >= due || (now.AtServer >= due && now.Skew <= CertificateAuthority.Backdate);
    }

    /// <summary>Nobody can sign by what the Secret holds: what is known is put back; a new authority is the last resort.</summary>
    private AuthorityPlan Restore(string problem, AuthoritySecret secret, AuthorityMemory memory, Moment now)
    {
        if (secret.Json is not null && !secret.MayBeReplaced && memory.Last is null)
        {
            return new(null, $"{Secret} is not HaWebhook's and {problem}; delete it if nobody needs it, or give another name with --ca-secret");
        }

        CertificateAuthority?[] remembered = [memory.Last?.Current, memory.Last?.Next, memory.Serving];
        var known = remembered.FirstOrDefault(authority => authority?.IsUsable(now) == true)
            ?? (secret.Next is { } stored && stored.IsUsable(now) && stored.Unfitness(identity.DnsNames) is null ? stored : null);
        var current = known ?? CertificateAuthority.Create(now.AtServer, options.AuthorityLifetime);
        var next = Fit(secret.Next, current, memory, now) ?? Fit(memory.Last?.Next, current, memory, now);
        return new(
            new(current, next, BundleOf(current, next, Known(secret, memory), secret, memory, now)),
            $"the Secret {problem}; {current.Name} {(known is null ? "is made and signs" : "is put back and signs")}",
            Remembered(memory, now),
            IsRepair: secret.Json is not null || memory.Last is not null,
            IsRenewal: known is null);
    }

    /// <summary>
    /// The Secret holds an authority that is not of ours. Whoever put it there may have meant it: it becomes the next one and signs when API
    /// servers trust it. So no call fails, neither now nor if it stays. Where nothing else is known, it signs at once.
    /// </summary>
    private AuthorityPlan Adopt(CertificateAuthority found, AuthoritySecret secret, AuthorityMemory memory, Moment now)
    {
        CertificateAuthority?[] known = [memory.Last?.Current, memory.Serving, found];
        var present = known.FirstOrDefault(authority => authority?.IsUsable(now) == true);
        var current = present ?? CertificateAuthority.Create(now.AtServer, options.AuthorityLifetime);
        var next = found.IsSameAs(current) ? null : found;
        var authorities = new Authorities(current, next, BundleOf(current, next, Known(secret, memory), secret, memory, now));
        return new(
            authorities,
            secret.MayBeReplaced && next is null
                ? $"its bundle lacked {found.Name}, which signs"
                : $"the Secret holds {found.Name}, which HaWebhook did not put there; {(next is null ? "it signs" : "it signs once API servers trust it")}",
            Remembered(memory, now) ?? (next is null ? authorities : null),
            IsRepair: true,
            IsRenewal: present is null);
    }

    /// <summary>An authority, if it can sign after the present one; null if not.</summary>
    private CertificateAuthority? Fit(CertificateAuthority? next, CertificateAuthority current, AuthorityMemory memory, Moment now) =>
        next is not null && !next.IsSameAs(current) && !next.IsOver(now)
        && (next.HasBegun(now) || next.NotBefore < current.LastChanceAt)
        && (IsRemembered(next, memory) || next.Unfitness(identity.DnsNames) is null)
            ? next
            : null;

    /// <summary>What the last good look found, where that can still be gone by.</summary>
    private static Authorities? Remembered(AuthorityMemory memory, Moment now) => memory.Last is { } last && last.Current.IsUsable(now) ? last : null;

    private static CertificateBundle Known(AuthoritySecret secret, AuthorityMemory memory) =>
        (secret.Bundle ?? CertificateBundle.Empty).With(memory.Last?.Bundle ?? CertificateBundle.Empty);

    /// <summary>
    /// Whom API servers are to trust: who signs and will, who signed what this replica shows, and of the rest who may have signed what others show. A
    /// next authority that was given up before anybody could sign with it has not.
    /// </summary>
    private CertificateBundle BundleOf(
        CertificateAuthority current, CertificateAuthority? next, CertificateBundle rest, AuthoritySecret secret, AuthorityMemory memory, Moment now)
    {
        var serving = memory.Serving?.IsOver(now) == false ? memory.Serving : null;
        var inUse = ((CertificateAuthority?[])[current, next, serving]).OfType<CertificateAuthority>()
            .Aggregate(CertificateBundle.Empty, (bundle, authority) => bundle.With(authority.Certificate));
        var expected = current.IsSameAs(memory.Last?.Current) ? memory.Last?.Next : null;
        var givenUp = ((CertificateAuthority?[])[secret.Next, expected]).OfType<CertificateAuthority>()
            .Where(authority => !memory.Trusted.HasSeenFor(authority.Certificate, options.Propagation))
            .Aggregate(CertificateBundle.Empty, (bundle, authority) => bundle.With(authority.Certificate));
        return rest.Certificates
            .Where(certificate => now.Earlier < certificate.NotAfter.ToUniversalTime() + options.Skew && !inUse.Contains(certificate) && !givenUp.Contains(certificate))
            .OrderByDescending(certificate => certificate.NotAfter)
            .Take(LargestBundle - inUse.Certificates.Length)
            .Aggregate(inUse, (bundle, certificate) => bundle.With(certificate));
    }

    /// <summary>Whether this replica has known an authority before: nobody needs to prove it.</summary>
    private static bool IsRemembered(CertificateAuthority authority, AuthorityMemory memory) =>
        memory.Last?.Names(authority) == true || authority.IsSameAs(memory.Serving);
}
