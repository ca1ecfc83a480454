using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using HaWebhook.Tests.Admission;

namespace HaWebhook.Tests.Serving;

/// <summary>
/// Calls the servers behind a Service as an API server does: each new connection leads to the next server, connections are kept and the last one used is used first,
/// and a call whose connection breaks has failed. Nothing is tried twice.
/// </summary>
internal sealed class PooledCaller(params RunningServer[] servers) : IDisposable
{
    private static readonly byte[] _review = Encoding.UTF8.GetBytes(Reviews.Text(spec: """{"replicas":2}"""));

    private readonly ConcurrentStack<RawConnection> _idle = new();
    private volatile RunningServer[] _servers = servers;
    private int _turn;
    private int _answered;
    private int _failed;

    /// <summary>How many calls were answered with a verdict.</summary>
    public int Answered => _answered;

    /// <summary>How many were not.</summary>
    public int Failed => _failed;

    /// <summary>Leads no new connection to a server.</summary>
    public void Remove(RunningServer server) => _servers = [.. _servers.Where(each => each != server)];

    /// <summary>Calls again and again, so many at a time, until told to stop.</summary>
    public async Task CallAsync(int atOnce, TimeSpan pause, CancellationToken stop) => await Task.WhenAll(Enumerable.Range(0, atOnce).Select(_ => Task.Run(
        async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                await CallAsync();
                await Task.Delay(pause, CancellationToken.None);
            }
        },
        CancellationToken.None)));

    /// <summary>Calls once.</summary>
    public async Task CallAsync()
    {
        try
        {
            var connection = await ConnectionAsync();
            var answer = await connection.PostAsync(_review);
            Interlocked.Increment(ref answer.Status == 200 ? ref _answered : ref _failed);
            if (answer.Closes)
            {
                connection.Dispose();
            }
            else
            {
                _idle.Push(connection);
            }
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            Interlocked.Increment(ref _failed);
        }
    }

    public void Dispose()
    {
        foreach (var connection in _idle)
        {
            connection.Dispose();
        }
    }

    private async Task<RawConnection> ConnectionAsync()
    {
        while (_idle.TryPop(out var idle))
        {
            // What the server has closed is known to be so, and not used.
            if (!idle.IsClosedByServer)
            {
                return idle;
            }

            idle.Dispose();
        }

        var servers = _servers;
        return await RawConnection.OpenAsync(servers[(int)((uint)Interlocked.Increment(ref _turn) % servers.Length)].Admission.Port);
    }
}
