using System.ComponentModel;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Net.Http.Headers;
using System.Text;
using HaWebhook.Kubernetes.Connection;

namespace HaWebhook.Kubernetes.Credentials;

/// <summary>Credentials that a command prints. They are kept until they expire or the server refuses them.</summary>
/// <param name="plugin">The command.</param>
/// <param name="given">What the user has beside it: perhaps a certificate.</param>
/// <param name="clock">Tells what has expired.</param>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore without a wait handle holds nothing that must be disposed of.")]
internal sealed class ExecCredentials(ExecPlugin plugin, GivenCredentials given, TimeProvider clock) : ICredentials
{
    /// <summary>A command that logs in over a network takes seconds; one that hangs must not hang the client.</summary>
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(60);

    private readonly SemaphoreSlim _one = new(1);
    private volatile Credential? _credential;
    private DateTimeOffset _expires;

    public async ValueTask<Credential> GetAsync(CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            if (_credential is { } kept && clock.GetUtcNow() < _expires)
            {
                return kept;
            }

            var status = await RunAsync(cancellation);
            _expires = status.ExpirationTimestamp ?? DateTimeOffset.MaxValue;
            var others = await given.GetAsync(cancellation);
            return _credential = new(
                status.Token is { Length: > 0 } token ? new AuthenticationHeaderValue("Bearer", token) : null,
                Bytes(status.ClientCertificateData) ?? others.Certificate,
                Bytes(status.ClientKeyData) ?? others.Key);
        }
        finally
        {
            _one.Release();
        }
    }

    public void Refuse(Credential credential)
    {
        // Of many that were refused with the same credential only the first causes a new one.
        if (ReferenceEquals(_credential, credential))
        {
            _credential = null;
        }
    }

    private static byte[]? Bytes(string? text) => string.IsNullOrEmpty(text) ? null : Encoding.UTF8.GetBytes(text);

    private async Task<ExecStatus> RunAsync(CancellationToken cancellation)
    {
        using var patience = new Patience(_limit, clock, cancellation);
        using var process = Start();
        try
        {
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync(patience.Token);
            var errors = process.StandardError.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            return process.ExitCode == 0
                ? plugin.Read(await output)
                : throw plugin.Error($"ended with exit code {process.ExitCode}: {ApiErrors.Printable((await errors).Trim())}");
        }
        catch (OperationCanceledException) when (patience.IsOver)
        {
            throw plugin.Error($"did not end within {_limit.TotalSeconds:0} s");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private Process Start()
    {
        var start = new ProcessStartInfo(plugin.Command, plugin.Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var (name, value) in plugin.Environment)
        {
            start.Environment[name] = value;
        }

        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw plugin.Error($"cannot be started: {exception.Message}{(plugin.Hint is { } hint ? "; " + ApiErrors.Printable(hint.Trim()) : "")}");
        }
    }
}
