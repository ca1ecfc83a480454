using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;

namespace HaWebhook.Serving;

/// <summary>
/// The open connections of a port. There is a bound on them, for each takes memory and a file descriptor; but a bound that turns away whoever comes last would lock
/// the API server out as soon as somebody opens a thousand connections and says nothing. Here it is the others that go: first those that have not sent a whole request
/// yet, the oldest first, and then those that were not used for longest.
/// </summary>
/// <param name="most">How many there may be.</param>
/// <param name="mostUnproven">How many of them may not have sent a whole request yet.</param>
/// <param name="clock">Measures how long bodies take.</param>
internal sealed class AdmissionConnections(int most, int mostUnproven, TimeProvider clock)
{
    /// <summary>Milliseconds that a connection is given to send its first request while there is room at all: an API server in a hurry opens hundreds at a time.</summary>
    private const long FairChance = 1000;

    private readonly ConcurrentDictionary<AdmissionConnection, bool> _open = new();
    private readonly Lock _lock = new();
    private readonly LinkedList<AdmissionConnection> _unproven = new();

    /// <summary>How many are open.</summary>
    public int Count => _open.Count;

    /// <summary>Follows a connection from the first byte, before TLS, to the last.</summary>
    public async Task FollowAsync(ConnectionContext transport, ConnectionDelegate next)
    {
        using var connection = new AdmissionConnection(transport, clock);
        transport.Features.Set(connection);
        MakeRoom();
        lock (_lock)
        {
            _unproven.AddLast(connection.Place);
        }

        _open[connection] = true;
        try
        {
            await next(transport);
        }
        finally
        {
            _open.TryRemove(connection, out _);
            Strike(connection);
        }
    }

    /// <summary>A whole request has come on a connection.</summary>
    public void Use(AdmissionConnection connection)
    {
        if (connection.Use())
        {
            Strike(connection);
        }
    }

    /// <summary>Asks the connections that are older to close.</summary>
    public void Close(TimeSpan olderThan)
    {
        var latest = Environment.TickCount64 - (long)olderThan.TotalMilliseconds;
        foreach (var (connection, _) in _open)
        {
            if (connection.Opened <= latest)
            {
                connection.Close();
            }
        }
    }

    private void MakeRoom()
    {
        AdmissionConnection? oldest = null;
        lock (_lock)
        {
            if (_unproven.First is { } first
                && (_open.Count >= most || (_unproven.Count >= mostUnproven && Environment.TickCount64 - first.Value.Opened >= FairChance)))
            {
                oldest = first.Value;
                _unproven.RemoveFirst();
            }
        }

        if (oldest is not null)
        {
            oldest.Abort("too many connections have not sent a request");
        }
        else if (_open.Count >= most)
        {
            _open.Keys.MinBy(connection => connection.LastUsed)?.Close();
        }
    }

    private void Strike(AdmissionConnection connection)
    {
        lock (_lock)
        {
            if (connection.Place.List is not null)
            {
                _unproven.Remove(connection.Place);
            }
        }
    }
}
