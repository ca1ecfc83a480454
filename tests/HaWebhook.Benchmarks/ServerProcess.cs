using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace HaWebhook.Benchmarks;

/// <summary>A running server, seen from outside. It is killed when this is disposed of.</summary>
internal sealed class ServerProcess : IDisposable
{
    private static readonly TimeSpan _startLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _readyLimit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan _readyInterval = TimeSpan.FromMilliseconds(20);

    private readonly Process _process;
    private readonly string _log;
    private readonly Uri? _readiness;
    private readonly long _started = Stopwatch.GetTimestamp();

    private ServerProcess(Process process, string name, int port, int? healthPort, string log, AllocationProbe? probe)
    {
        _process = process;
        _log = log;
        _readiness = healthPort is null ? null : new Uri($"http://127.0.0.1:{healthPort}/readyz");
        Name = name;
        Address = new Uri($"https://127.0.0.1:{port}");
        Probe = probe;
    }

    public string Name { get; }

    /// <summary>The process id.</summary>
    public int Id => _process.Id;

    public Uri Address { get; }

    public AllocationProbe? Probe { get; }

    /// <summary>User and system time so far (utime and stime of /proc/PID/stat).</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public bool HasExited => _process.HasExited;

    public static async Task<ServerProcess> StartAsync(
        ServerProgram program, IEnumerable<string> prefix, Workplace place, bool withProbe, CancellationToken cancellationToken)
    {
        var port = FreePort();
        var log = place.NewFile("log");
        var socket = withProbe ? place.NewFile("socket") : null;
        int? healthPort = program.HasHealthPort ? FreePort() : null;
        var start = StartInfo(program, prefix, place.Certificate, port, healthPort, log);
        if (socket is not null)
        {
            start.Environment["DOTNET_STARTUP_HOOKS"] = typeof(StartupHook).Assembly.Location;
            start.Environment[StartupHook.SocketVariable] = socket;
        }

        var process = Process.Start(start) ?? throw new InvalidOperationException($"The {program.Name} did not start.");
        var server = new ServerProcess(process, program.Name, port, healthPort, log, socket is null ? null : new AllocationProbe(socket));
        try
        {
            await server.WaitUntilListeningAsync(port, cancellationToken);
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>Waits until the server says that it is ready.</summary>
    /// <returns>The time since its process was started.</returns>
    public async Task<TimeSpan> WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        while (Stopwatch.GetElapsedTime(_started) < _readyLimit)
        {
            try
            {
                using var response = await client.GetAsync(_readiness, cancellationToken);
                if (response.IsSuccessStatusCode)
                {
                    return Stopwatch.GetElapsedTime(_started);
                }
            }
            catch (HttpRequestException) when (!_process.HasExited)
            {
                // It does not listen yet.
            }

            await Task.Delay(_readyInterval, cancellationToken);
        }

        throw Failure($"was not ready within {_readyLimit.TotalSeconds} s:");
    }

    /// <summary>Sends it a signal.</summary>
    /// <param name="signal">The name as kill(1) takes it: TERM, STOP, CONT.</param>
    public void Signal(string signal)
    {
        using var kill = Process.Start("/bin/sh", ["-c", "kill -s \"$0\" \"$1\"", signal, $"{_process.Id}"]);
        kill.WaitForExit();
        if (kill.ExitCode != 0)
        {
            throw Failure($"could not be sent {signal}:");
        }
    }

    /// <summary>Waits until it has ended.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> WaitForExitAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        time.CancelAfter(limit);
        try
        {
            await _process.WaitForExitAsync(time.Token);
            return _process.ExitCode;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failure($"did not end within {limit.TotalSeconds} s:");
        }
    }

    /// <summary>The lines that the server has logged so far and that contain a text.</summary>
    public IEnumerable<string> Logged(string text) => File.ReadLines(_log).Where(line => line.Contains(text, StringComparison.Ordinal));

    /// <summary>Resident memory now and at its highest.</summary>
    public Memory ReadMemory()
    {
        var status = File.ReadLines($"/proc/{_process.Id}/status").ToList();
        return new Memory(Kilobytes("VmRSS:") * 1024, Kilobytes("VmHWM:") * 1024);

        long Kilobytes(string label)
        {
            var line = status.First(line => line.StartsWith(label, StringComparison.Ordinal));
            return long.Parse(line[label.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
        }
    }

    public void Dispose()
    {
        // The shell has replaced itself by the server, so there is no tree to kill.
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    /// <summary>An exception that tells what the server said last.</summary>
    public InvalidOperationException Failure(string what, Exception? cause = null)
    {
        var last = File.Exists(_log) ? string.Join('\n', File.ReadLines(_log).TakeLast(20)) : "";
        return new InvalidOperationException($"The {Name} {what}\n{last}".TrimEnd(), cause);
    }

    // Through a shell, because only a shell can give the server a file as its output: a pipe would make the load generator's core read
    // whatever the server logs.
    private static ProcessStartInfo StartInfo(
        ServerProgram program, IEnumerable<string> prefix, ThrowAwayCertificate certificate, int port, int? healthPort, string log)
    {
        string[] arguments =
        [
            "-c", "exec \"$@\" > \"$0\" 2>&1", log, .. prefix, Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            .. program.Arguments, "--port", $"{port}",
            .. program.IsGivenCertificate ? (string[])["--tls-cert", certificate.CertificateFile, "--tls-key", certificate.KeyFile] : [],
        ];
        var start = new ProcessStartInfo("/bin/sh", healthPort is null ? arguments : [.. arguments, "--health-port", $"{healthPort}"]);

        // Settings of the caller's shell must not make one of the servers another server.
        foreach (var variable in start.Environment.Keys.Where(name => name.StartsWith("ASPNETCORE_", StringComparison.Ordinal)
            || name.StartsWith("HAWEBHOOK_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(variable);
        }

        return start;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task WaitUntilListeningAsync(int port, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < _startLimit)
        {
            if (_process.HasExited)
            {
                throw Failure($"ended with exit code {_process.ExitCode} instead of serving:");
            }

            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(50, cancellationToken);
            }
        }

        throw Failure($"did not listen within {_startLimit.TotalSeconds} s:");
    }
}

internal readonly record struct Memory(long Resident, long Peak);
