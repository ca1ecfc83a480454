using System.Globalization;
using System.Text.Json;

namespace HaWebhook.Kubernetes.Leases;

/// <summary>The lease on the server, as one of several candidates sees it.</summary>
/// <remarks>
/// Clocks of machines differ, so the times in a lease are for people. What counts is how long, by this machine's own clock, the lease has not
/// changed:
/// a holder that lives changes it every few seconds.
/// </remarks>
internal sealed class LeaseRecord(KubernetesClient client, LeaseElectorOptions options)
{
    private static readonly ResourceType _leases = new("coordination.k8s.io", "v1", "leases");

    private readonly TimeProvider _clock = client.Clock;
    private string? _observedVersion;
    private long _observedAt;

    /// <summary>Whether somebody else held it when it was last looked at.</summary>
    public bool IsHeldByAnother { get; private set; }

    /// <summary>Takes the lease, or renews it.</summary>
    /// <returns>Whether it is held by this candidate now; false where somebody else holds it, or was faster.</returns>
    public async Task<bool> TryHoldAsync(CancellationToken cancellation)
    {
        try
        {
            if (await ReadAsync(cancellation) is not { } lease)
            {
                await client.CreateAsync(_leases, options.Namespace, Write(New()), cancellation);
                return true;
            }

            if (!IsFree(lease))
            {
                return false;
            }

            await client.UpdateAsync(_leases, options.Namespace, options.Name, Write(lease with { Spec = Held(lease.Spec ?? new()) }), cancellation);
            IsHeldByAnother = false;
            return true;
        }
        catch (KubernetesApiException exception) when (exception.Code == 409)
        {
            return false;
        }
    }

    /// <summary>Gives the lease up, so that nobody has to wait for it to expire. Where somebody else holds it, it stays as it is.</summary>
    public async Task ReleaseAsync(CancellationToken cancellation)
    {
        if (await ReadAsync(cancellation) is not { } lease || lease.Spec?.HolderIdentity != options.Identity)
        {
            return;
        }

        // An empty holder is how controllers say "nobody"; the second is the shortest duration that the server accepts.
        var released = lease.Spec with { HolderIdentity = "", LeaseDurationSeconds = 1, RenewTime = Now() };
        await client.UpdateAsync(_leases, options.Namespace, options.Name, Write(lease with { Spec = released }), cancellation);
    }

    private async Task<Lease?> ReadAsync(CancellationToken cancellation)
    {
        try
        {
            var answer = await client.GetAsync(_leases, options.Namespace, options.Name, cancellation);
            return JsonSerializer.Deserialize(answer.Span, LeaseJson.Default.Lease);
        }
        catch (KubernetesApiException exception) when (exception.IsNotFound)
        {
            return null;
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"the lease {options.Namespace}/{options.Name} makes no sense: {exception.Message}", exception);
        }
    }

    private bool IsFree(Lease lease)
    {
        if (_observedVersion != lease.ResourceVersion)
        {
            (_observedVersion, _observedAt) = (lease.ResourceVersion, _clock.GetTimestamp());
        }

        IsHeldByAnother = lease.Spec?.HolderIdentity is { Length: > 0 } holder && holder != options.Identity;
        var duration = lease.Spec?.LeaseDurationSeconds is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : options.LeaseDuration;
        return !IsHeldByAnother || _clock.GetElapsedTime(_observedAt) >= duration;
    }

    private Lease New() => new(
        "coordination.k8s.io/v1",
        "Lease",
        JsonSerializer.SerializeToElement(new(options.Name), LeaseJson.Default.LeaseName),
        Held(new()) with { LeaseTransitions = 0 });

    private LeaseSpec Held(LeaseSpec spec)
    {
        var isRenewal = spec.HolderIdentity == options.Identity;
        return spec with
        {
            HolderIdentity = options.Identity,
            LeaseDurationSeconds = (int)options.LeaseDuration.TotalSeconds,
            AcquireTime = isRenewal ? spec.AcquireTime : Now(),
            RenewTime = Now(),
            LeaseTransitions = isRenewal ? spec.LeaseTransitions : (spec.LeaseTransitions ?? 0) + 1,
        };
    }

    private static byte[] Write(Lease lease) => JsonSerializer.SerializeToUtf8Bytes(lease, LeaseJson.Default.Lease);

    private string Now() => _clock.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}
