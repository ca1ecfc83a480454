using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;

namespace HaWebhook.Serving;

/// <summary>
/// The open connections of a port. There is a bound on them, for each takes memory and a file descriptor; but a bound that turns away whoever comes last would lock
/// the API server out as soon as somebody opens a thousand connections and says nothing. Here it is the others that go, those first that are missed least.
/// </summary>
/// <param name="most">How many there may be.</param>
/// <param name="mostUnproven">How many of them may never have been answered with a verdict.</param>
/// <param name="clock">Measures how long bodies take.</param>
internal sealed class AdmissionConnections(int most, int mostUnproven, TimeProvider clock)
{
    /// <summary>What a connection is given to send its first review: an API server in a hurry opens hundreds at a time.</summary>
    private static readonly TimeSpan _fairChance = TimeSpan.FromSeconds(1);

    /// <summary>What was used since is likely to be used again at any moment, and a review that is on its way when its connection is closed is lost.</summary>
    private static readonly TimeSpan _recently = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<AdmissionConnection, bool> _open = new();
    private readonly Lock _lock = new();
    private readonly LinkedList<AdmissionConnection> _unproven = new();

    /// <summary>How many are open.</summary>
    public int Count => _open.Count;

    /// <summary>Follows a connection from the first byte, before TLS, to the last.</summary>
    public async Task FollowAsync(ConnectionContext transport, ConnectionDelegate next)
    {
        using var connection = new AdmissionConnection(this, transport, clock);
        transport.Features.Set(connection);
        MakeRoomFor(connection);
        try
        {
            await next(transport);
        }
        finally
        {
            _open.TryRemove(connection, out _);
            Unlist(connection);
        }
    }

    /// <summary>A connection has proven nothing yet, though it was answered: it is among the first to go.</summary>
    public void List(AdmissionConnection connection)
    {
        lock (_lock)
        {
            if (connection.Place.List is null && !connection.IsLeaving)
            {
                _unproven.AddFirst(connection.Place);
            }
        }
    }

    /// <summary>A connection is proven, is about to be, or has ended.</summary>
    public void Unlist(AdmissionConnection connection)
    {
        lock (_lock)
        {
            if (connection.Place.List is not null)
            {
                _unproven.Remove(connection.Place);
            }
        }
    }

    /// <summary>Asks the connections that are older to close.</summary>
    public void Close(TimeSpan olderThan)
    {
        foreach (var (connection, _) in _open)
        {
            if (clock.GetElapsedTime(connection.Opened) >= olderThan)
            {
                connection.Close();
            }
        }
    }

    private void MakeRoomFor(AdmissionConnection newcomer)
    {
        AdmissionConnection? leaving;
        bool isIdle;
        lock (_lock)
        {
            (leaving, isIdle) = Dispensable();
            if (leaving is not null)
            {
                leaving.IsLeaving = true;
                if (leaving.Place.List is not null)
                {
                    _unproven.Remove(leaving.Place);
                }
            }

            _unproven.AddLast(newcomer.Place);
            _open[newcomer] = true;
        }

        // A review may have come on an idle one since: that is answered first.
        if (isIdle)
        {
            leaving!.Close();
        }
        else
        {
            leaving?.Abort("too many connections are open, and this one is missed least");
        }
    }

    /// <summary>
    /// The connection that is missed least. One that has had its chance to send a review and has not goes first. Then the one that was idle for longest: its owner opens
    /// another when it needs one. Those that are still about their first review follow; were they next, a stream of new connections would keep everybody out while idle
    /// ones stay. The last are those that were used just now, and those whose body is slow. What is being decided always stays: of that there is little, and not for long.
    /// </summary>
    /// <returns>It, and whether it is an idle one; null where there is room, or everything is being decided.</returns>
    private (AdmissionConnection? Connection, bool IsIdle) Dispensable()
    {
        var (isFull, first) = (_open.Count >= most, _unproven.First?.Value);
        if (first is not null && (isFull || _unproven.Count >= mostUnproven) && clock.GetElapsedTime(first.Opened) >= _fairChance)
        {
            return (first, false);
        }

        if (!isFull)
        {
            return (null, false);
        }

        var idle = LeastUsed(ConnectionPhase.Idle);
        return idle is not null && (first is null || clock.GetElapsedTime(idle.LastUsed) >= _recently)
            ? (idle, true)
            : (first ?? LeastUsed(ConnectionPhase.Reading), false);
    }

    private AdmissionConnection? LeastUsed(ConnectionPhase phase)
    {
        AdmissionConnection? least = null;
        foreach (var (connection, _) in _open)
        {
            if (connection is { IsProven: true, IsLeaving: false } && connection.Phase == phase && (least is null || connection.LastUsed < least.LastUsed))
            {
                least = connection;
            }
        }

        return least;
    }
}
