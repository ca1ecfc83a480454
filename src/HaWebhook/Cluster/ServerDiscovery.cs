using HaWebhook.Kubernetes;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Objects;
using HaWebhook.Serving;

namespace HaWebhook.Cluster;

/// <summary>
/// Asks the API server from time to time what it is and serves; in a loop of its own, because an answer may take long and nothing must wait for it.
/// </summary>
internal sealed class ServerDiscovery(KubernetesClient client, ServingOptions options, TimeProvider clock)
{
    /// <summary>Before the first answer there is nothing to go by, so it is asked for more often.</summary>
    private static readonly TimeSpan _firstInterval = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private volatile ServerFacts? _facts;
    private volatile string? _error;

    /// <summary>What is known; null before the first answer. The same instance for as long as nothing changes.</summary>
    public ServerFacts? Facts => _facts;

    /// <summary>Why the last answer did not come, in one line; null where it did.</summary>
    public string? Error => _error;

    /// <summary>Asks until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                var version = await VersionAsync(cancellation);
                Learn(version, await client.GetGroupsAsync(cancellation));
                _error = null;
            }
            catch (Exception exception) when (exception is not OutOfMemoryException && !cancellation.IsCancellationRequested)
            {
                // Whatever it is, credentials that cannot be read among it: there is another time.
                _error = SingleLine.Of(exception.Message);
            }

            await Task.Delay(_facts is null ? _firstInterval : options.DiscoveryInterval, clock, cancellation);
        }
    }

    /// <summary>Asks which groups are served, now.</summary>
    public async Task<ServerFacts> AskAsync(CancellationToken cancellation) => Learn(_facts?.Version, await client.GetGroupsAsync(cancellation));

    /// <summary>A version that cannot be read is no reason to know nothing else.</summary>
    private async Task<KubernetesVersion?> VersionAsync(CancellationToken cancellation)
    {
        try
        {
            var version = await client.GetVersionAsync(cancellation);
            return new KubernetesVersion(version.Major, version.Minor);
        }
        catch (Exception exception) when (exception is InvalidDataException or KubernetesApiException { Code: 403 or 404 })
        {
            return null;
        }
    }

    private ServerFacts Learn(KubernetesVersion? version, IReadOnlyDictionary<string, string> groups)
    {
        lock (_lock)
        {
            return _facts = _facts is { } known && known.Says(version, groups) ? known : new(version, groups);
        }
    }
}
