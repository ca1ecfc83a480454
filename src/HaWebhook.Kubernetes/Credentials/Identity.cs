using k8s;

namespace HaWebhook.Kubernetes.Credentials;

/// <summary>
/// Who we are to an API server, and whom we trust to be one. Tokens, certificates and authorities rotate: what was read is used until the server
/// refuses it, or is refused, and is then read anew.
/// </summary>
internal sealed class Identity
{
    /// <summary>So long after a reading what failed once more is not looked at again: it is not that which changed.</summary>
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly string _origin;
    private readonly Func<KubernetesClientConfiguration> _read;
    private readonly TimeProvider _clock;
    private volatile Known _known;
    private Task _renewal = Task.CompletedTask;
    private Known? _doubted;
    private long? _doubtedAt;

    /// <param name="origin">What errors call it.</param>
    /// <param name="read">Reads the configuration: files, environment, and what a credential command prints.</param>
    /// <param name="clock">Measures time.</param>
    public Identity(string origin, Func<KubernetesClientConfiguration> read, TimeProvider clock)
    {
        (_origin, _read, _clock) = (origin, read, clock);
        _known = new Known(origin, read(), 1);
    }

    /// <summary>What is known now.</summary>
    public Known Known => _known;

    /// <summary>What is known; where that is in doubt, it is read again first. Where it cannot be read, it stays: maybe it was good.</summary>
    public async ValueTask<Known> GetAsync(CancellationToken cancellation)
    {
        Known? doubted;
        lock (_lock)
        {
            (doubted, _doubted) = (_doubted, null);
        }

        if (doubted == _known)
        {
            try
            {
                await RefuseAsync(doubted, cancellation);
            }
            catch (KubernetesConfigurationException)
            {
                // The request tells what is wrong with it.
            }
        }

        return _known;
    }

    /// <summary>A connection failed with it: before the next request it is read again. This one may be over before what is wrong is mended.</summary>
    public void Doubt(Known known)
    {
        lock (_lock)
        {
            if (_doubtedAt is null || _clock.GetElapsedTime(_doubtedAt.Value) >= _pause)
            {
                (_doubted, _doubtedAt) = (known, _clock.GetTimestamp());
            }
        }
    }

    /// <summary>The server refused it: it is read again, once for all who were refused with it.</summary>
    /// <exception cref="KubernetesConfigurationException">It cannot be read any more. What was known stays.</exception>
    public async Task RefuseAsync(Known known, CancellationToken cancellation)
    {
        Task renewal;
        lock (_lock)
        {
            if (_known == known && _renewal.IsCompleted)
            {
                // Files and commands keep a thread waiting; it must not be that of the caller, who has only so much time.
                _renewal = Task.Run(() => Renew(known), CancellationToken.None);
            }

            renewal = _known == known ? _renewal : Task.CompletedTask;
        }

        await renewal.WaitAsync(cancellation);
    }

    private void Renew(Known known)
    {
        var configuration = _read();
        if (configuration.Host != known.Configuration.Host)
        {
            throw new KubernetesConfigurationException($"{_origin}: the server is another one now, '{ApiErrors.Printable(configuration.Host)}'; start anew to change to it");
        }

        _known = new Known(_origin, configuration, known.Reading + 1);
    }
}
