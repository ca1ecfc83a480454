using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using HaWebhook.Certificates;
using HaWebhook.Commands;
using HaWebhook.Policy.Configuration;
using HaWebhook.Serving;
using HaWebhook.Tests.Admission;

namespace HaWebhook.Tests.Serving;

public sealed class ServerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ha-webhook-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("/livez")]
    [InlineData("/readyz")]
    public async Task Health_is_told_over_plain_HTTP(string path)
    {
        await using var server = await RunningServer.StartAsync();
        using var client = new HttpClient { BaseAddress = server.Health };
        Assert.Equal("ok\n", await client.GetStringAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_throw_away_certificate_is_called_so_in_the_log()
    {
        await using var server = await RunningServer.StartAsync();
        Assert.Contains("Warning: no --tls-cert and --tls-key: serving a throw-away certificate for localhost, made for this run; no API server trusts it", server.Log.All);
    }

    [Fact]
    public async Task A_changed_policy_comes_into_force_and_a_bad_one_is_refused()
    {
        var file = Path.Combine(_folder, "policy.yaml");
        await WriteAsync(file, "mode: Enforce\n");
        await using var server = await RunningServer.StartAsync(new ServingOptions { PolicyFile = file, PollInterval = TimeSpan.FromMilliseconds(20) }, TimeProvider.System);
        Assert.False((await AskAsync(server)).IsAllowed);

        await WriteAsync(file, "mode: Warn\n");
        await UntilAsync(async () => (await AskAsync(server)).IsAllowed);

        await WriteAsync(file, "mode: Enforce\nrulez: {}\n");
        await UntilAsync(() => Task.FromResult(server.Log.All.Any(line => line.Contains("policy refused", StringComparison.Ordinal))));
        var refused = Assert.Single(server.Log.All, line => line.Contains("policy refused", StringComparison.Ordinal));
        Assert.EndsWith($"stays in force: {file}:2: rulez is not a key of the policy; did you mean rules?", refused, StringComparison.Ordinal);
        Assert.True((await AskAsync(server)).IsAllowed);

        await WriteAsync(file, "mode: Enforce\n");
        await UntilAsync(async () => !(await AskAsync(server)).IsAllowed);
    }

    [Fact]
    public async Task A_mode_given_at_the_start_goes_before_the_policy()
    {
        var file = Path.Combine(_folder, "policy.yaml");
        await WriteAsync(file, "mode: Enforce\n");
        await using var server = await RunningServer.StartAsync(new ServingOptions { PolicyFile = file, Mode = Mode.Audit });
        var answer = await AskAsync(server);
        Assert.True(answer.IsAllowed);
        Assert.Equal("would-deny", answer.Annotations["decision"]);
    }

    [Fact]
    public void A_server_without_a_good_policy_does_not_start()
    {
        var file = Path.Combine(_folder, "policy.yaml");
        File.WriteAllText(file, "mode: Enforced\n");
        using var host = AdmissionServer.CreateHostBuilder(new ServingOptions { PolicyFile = file }, TimeProvider.System).Build();
        var failure = Assert.Throws<CommandException>(() => host.Services.GetService(typeof(FilePolicy)));
        Assert.Equal($"{file}:1: mode must be one of Audit, Warn, Enforce; did you mean Enforce?", failure.Message);
    }

    [Fact]
    public async Task A_swapped_certificate_is_shown_to_new_connections_and_a_bad_pair_is_refused()
    {
        // Kubernetes swaps a link to a folder, so that both files change at once.
        var link = Path.Combine(_folder, "current");
        var first = WriteCertificate("first");
        var second = WriteCertificate("second");
        Directory.CreateSymbolicLink(link, Path.Combine(_folder, "first"));
        var options = new ServingOptions
        {
            TlsCertificate = Path.Combine(link, "tls.crt"),
            TlsKey = Path.Combine(link, "tls.key"),
            PollInterval = TimeSpan.FromMilliseconds(20),
        };
        await using var server = await RunningServer.StartAsync(options, TimeProvider.System);
        Assert.Equal(first, await ShownAsync(server));

        Directory.Delete(link);
        Directory.CreateSymbolicLink(link, Path.Combine(_folder, "second"));
        await UntilAsync(async () => await ShownAsync(server) == second);

        File.Copy(Path.Combine(_folder, "first", "tls.key"), Path.Combine(_folder, "second", "tls.key"), overwrite: true);
        await UntilAsync(() => Task.FromResult(server.Log.All.Any(line => line.Contains("certificate refused", StringComparison.Ordinal))));
        Assert.Equal(second, await ShownAsync(server));
    }

    [Fact]
    public void A_server_without_a_good_certificate_does_not_start()
    {
        var file = Path.Combine(_folder, "tls.crt");
        File.WriteAllText(file, "no certificate");
        using var host = AdmissionServer.CreateHostBuilder(new ServingOptions { TlsCertificate = file, TlsKey = file }, TimeProvider.System).Build();
        var failure = Assert.Throws<CommandException>(() => host.Services.GetService(typeof(IServingCertificate)));
        Assert.StartsWith($"{file} and {file}: not a certificate and its key in PEM", failure.Message, StringComparison.Ordinal);
    }

    /// <summary>Puts a file in place whole, as Kubernetes does: a look at it must not meet half of it.</summary>
    private static async Task WriteAsync(string file, string text)
    {
        await File.WriteAllTextAsync(file + ".new", text, TestContext.Current.CancellationToken);
        File.Move(file + ".new", file, overwrite: true);
    }

    private static async Task<AdmissionAnswer> AskAsync(RunningServer server)
    {
        using var response = await server.PostAsync("/validate", Encoding.UTF8.GetBytes(Reviews.Text()));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return AdmissionAnswer.Parse(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await holds())
        {
            await Task.Delay(20, deadline.Token);
        }
    }

    private static async Task<string> ShownAsync(RunningServer server)
    {
        await using var tls = await server.ConnectAsync();
        return tls.RemoteCertificate!.GetCertHashString();
    }

    private string WriteCertificate(string name)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(Path.Combine(folder, "tls.crt"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, "tls.key"), key.ExportPkcs8PrivateKeyPem());
        return certificate.GetCertHashString();
    }
}
