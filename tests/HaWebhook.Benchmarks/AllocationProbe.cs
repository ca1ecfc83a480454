using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace HaWebhook.Benchmarks;

/// <summary>Asks the <see cref="StartupHook"/> inside a server process.</summary>
internal sealed class AllocationProbe(string socketPath)
{
    public async Task<AllocationSample> ReadAsync(CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath), cancellationToken);
        await using var stream = new NetworkStream(socket);
        using var reader = new StreamReader(stream, Encoding.ASCII);
        var parts = (await reader.ReadToEndAsync(cancellationToken)).Split(' ');
        return new AllocationSample(long.Parse(parts[0], CultureInfo.InvariantCulture), bool.Parse(parts[1]));
    }
}

internal readonly record struct AllocationSample(long AllocatedBytes, bool IsServerGarbageCollector);
