using System.Globalization;
using System.Net.Sockets;
using System.Runtime;
using System.Text;

/// <summary>
/// What the runtime runs first in a process started with DOTNET_STARTUP_HOOKS set to this assembly (it asks for this name, outside of any
/// namespace). It tells how much the process has allocated, so that both servers can be asked without a line of their code knowing of it.
/// </summary>
internal static class StartupHook
{
    public const string SocketVariable = "BENCHMARK_ALLOCATION_SOCKET";

    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(SocketVariable) is { Length: > 0 } path)
        {
            // Blocked in accept(2) until somebody asks: no timer and no polling, so it costs nothing while a round is measured.
            new Thread(() => Serve(path), maxStackSize: 256 * 1024) { IsBackground = true, Name = "allocation probe" }.Start();
        }
    }

    private static void Serve(string path)
    {
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        while (true)
        {
            using var caller = listener.Accept();
            var sample = string.Create(CultureInfo.InvariantCulture, $"{GC.GetTotalAllocatedBytes(precise: true)} {GCSettings.IsServerGC}");
            caller.Send(Encoding.ASCII.GetBytes(sample));
        }
    }
}
