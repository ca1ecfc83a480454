using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace HaWebhook.Serving;

/// <summary>The open connections to the webhooks' port.</summary>
internal sealed class AdmissionConnections(TimeProvider clock)
{
    private readonly ConcurrentDictionary<ConnectionContext, long> _opened = new();

    /// <summary>How many are open.</summary>
    public int Count => _opened.Count;

    /// <summary>Follows a connection from the first byte, before TLS, to the last.</summary>
    public async Task FollowAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        _opened[connection] = clock.GetTimestamp();
        try
        {
            await next(connection);
        }
        finally
        {
            _opened.TryRemove(connection, out _);
        }
    }

    /// <summary>
    /// Asks the connections that are older to close: at once where they are idle, after the answer where a request has begun to arrive (Kestrel knows).
    /// </summary>
    public void Close(TimeSpan olderThan)
    {
        foreach (var (connection, opened) in _opened)
        {
            if (clock.GetElapsedTime(opened) >= olderThan)
            {
                connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
            }
        }
    }
}
