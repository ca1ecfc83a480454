using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace HaWebhook.Tests.Telemetry;

/// <summary><c>ha-webhook serve</c> as a process of its own, for what hangs on the environment and on standard output.</summary>
internal sealed partial class ServeProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly HttpClient _client = new(new SocketsHttpHandler
    {
        UseProxy = false,
        SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null },
    });

    private ServeProcess(Process process) => _process = process;

    public Uri Admission { get; private set; } = null!;

    public Uri Health { get; private set; } = null!;

    /// <summary>What it has written to standard output, as far as somebody reads that.</summary>
    public ConcurrentQueue<string> Lines { get; } = new();

    /// <summary>Starts it and waits until it listens.</summary>
    /// <param name="environment">Variables, by name.</param>
    /// <param name="isRead">Whether standard output is read on after that.</param>
    /// <param name="arguments">Options of <c>serve</c>.</param>
    public static async Task<ServeProcess> StartAsync(IReadOnlyDictionary<string, string> environment, bool isRead = true, params string[] arguments)
    {
        string[] drainTime = arguments.Contains("--drain-time") ? [] : ["--drain-time", "0s"];
        var start = new ProcessStartInfo("dotnet", [typeof(Program).Assembly.Location, "serve", "--port", "0", "--health-port", "0", "--no-cluster", .. drainTime, .. arguments])
        {
            RedirectStandardOutput = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var serve = new ServeProcess(Process.Start(start)!);
        while (serve.Admission is null || serve.Health is null)
        {
            var line = await serve._process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken)
                ?? throw new InvalidOperationException($"it ended:\n{string.Join('\n', serve.Lines)}");
            serve.Lines.Enqueue(line);
            if (Address().Match(line) is { Success: true } address)
            {
                var uri = new Uri(address.Value);
                if (uri.Scheme == Uri.UriSchemeHttps)
                {
                    serve.Admission = uri;
                }
                else
                {
                    serve.Health = uri;
                }
            }
        }

        if (isRead)
        {
            _ = serve.ReadAsync();
        }

        return serve;
    }

    public async Task<HttpResponseMessage> PostAsync(string path, string review)
    {
        using var content = new StringContent(review, Encoding.UTF8, "application/json");
        content.Headers.ContentType!.CharSet = null;
        return await _client.PostAsync(new Uri(Admission, path), content, TestContext.Current.CancellationToken);
    }

    public Task<Exposition> ScrapeAsync() => Exposition.OfAsync(_client, Health);

    /// <summary>Waits for a line that is as wanted.</summary>
    public async Task<string> LineAsync(Func<string, bool> isWanted)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            if (Lines.FirstOrDefault(isWanted) is { } line)
            {
                return line;
            }

            await Task.Delay(20, deadline.Token);
        }
    }

    /// <summary>Sends it a signal.</summary>
    /// <param name="signal">Its name, without SIG.</param>
    public void Signal(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{_process.Id}"]);
        kill.WaitForExit();
    }

    /// <summary>Asks it to stop, as Kubernetes does.</summary>
    public Task<int> StopAsync()
    {
        Signal("TERM");
        return ExitCodeAsync();
    }

    /// <summary>Waits until it has ended.</summary>
    public async Task<int> ExitCodeAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync(CancellationToken.None) is { } line)
        {
            Lines.Enqueue(line);
        }
    }

    [GeneratedRegex(@"(?<=listening on: )https?://127\.0\.0\.1:\d+")]
    private static partial Regex Address();
}
