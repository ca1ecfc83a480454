using System.Net;
using System.Net.Sockets;

namespace HaWebhook.Tests.Certificates;

/// <summary>Stands for a Service: each new connection goes to the next of the pods behind it, byte by byte.</summary>
internal sealed class Balancer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private int[] _ports = [];
    private int _turn;

    public Balancer()
    {
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Add(int port)
    {
        lock (_listener)
        {
            _ports = [.. _ports, port];
        }
    }

    public void Dispose()
    {
        _stopping.Cancel();
        _listener.Stop();
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        var stopping = _stopping.Token;
        try
        {
            while (true)
            {
                _ = ForwardAsync(await _listener.AcceptTcpClientAsync(stopping), stopping);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ForwardAsync(TcpClient caller, CancellationToken stopping)
    {
        using (caller)
        using (var pod = new TcpClient { NoDelay = true })
        {
            caller.NoDelay = true;
            try
            {
                var ports = _ports;
                await pod.ConnectAsync(IPAddress.Loopback, ports[Interlocked.Increment(ref _turn) % ports.Length], stopping);
                await Task.WhenAny(caller.GetStream().CopyToAsync(pod.GetStream(), stopping), pod.GetStream().CopyToAsync(caller.GetStream(), stopping));
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException or IOException)
            {
                // One of the two has gone.
            }
        }
    }
}
