using System.Text;
using HaWebhook.ApiServer;
using HaWebhook.Certificates;
using HaWebhook.Kubernetes;
using Microsoft.Extensions.Logging.Abstractions;

namespace HaWebhook.Tests.Certificates;

/// <summary>What is put into the caBundles and what is taken out, look by look, with a clock that a test moves.</summary>
public sealed class BundleUpkeepTests : IAsyncLifetime
{
    private static readonly ServiceIdentity _identity = new("ha-webhook", "ha-webhook", "ha-webhook-ca", "ha-webhook");

    private readonly CertificateOptions _options = new();
    private readonly JumpingClock _clock = new();
    private TestApiServer _apiServer = null!;
    private KubernetesClient _client = null!;
    private WebhookConfigurations _webhooks = null!;
    private AuthorityStore _store = null!;
    private BundleUpkeep _upkeep = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _apiServer = await TestApiServer.StartAsync();
        var kubeConfig = Path.GetTempFileName();
        await File.WriteAllTextAsync(kubeConfig, _apiServer.Kubeconfig(), Cancellation);
        _client = new(KubeConfig.Load(kubeConfig, null, _ => null), _clock);
        (_webhooks, _store) = (new(_client, _identity), new(_client, _identity));
        _upkeep = new(_webhooks, _store, new(_options, _clock), _options, new(_client, _clock, NullLogger<ClusterClock>.Instance), NullLogger.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _apiServer.DisposeAsync();
    }

    [Fact]
    public async Task A_stranger_is_borne_for_minutes_and_goes_only_where_the_Secret_has_not_changed_meanwhile()
    {
        var (ours, stranger) = (Authority(), Authority());
        Configure(ours, stranger);
        var stored = SeedSecret("a");
        for (var seconds = 0; seconds < 110; seconds += 5)
        {
            Assert.Equal(2, await LookAsync(ours, stored));
            _clock.Age(TimeSpan.FromSeconds(5));
        }

        for (var looks = 0; looks < 10; looks++)
        {
            _clock.Age(TimeSpan.FromSeconds(5));
            Assert.Equal(2, await LookAsync(ours, stored with { Json = null }));
        }

        Assert.Equal(1, await LookAsync(ours, stored));
    }

    [Fact]
    public async Task Who_has_ended_and_what_is_garbage_goes_at_once()
    {
        var ours = Authority();
        var ended = CertificateAuthority.Create(DateTimeOffset.UtcNow.AddHours(-2), TimeSpan.FromHours(1));
        Configure(ours, ended);
        Assert.Equal(1, await LookAsync(ours, SeedSecret("a")));
        foreach (var garbage in (string[])["", "Z2FyYmFnZQ==", "!", new string('A', 1 << 20)])
        {
            Configure(garbage);
            Assert.Equal(1, await LookAsync(ours, SeedSecret("a")));
        }
    }

    [Fact]
    public async Task Who_takes_the_bundle_back_each_time_is_named_and_not_written_against_at_every_look()
    {
        var (ours, theirs, stored) = (Authority(), Authority(), SeedSecret("a"));
        var (writes, complaints) = (0, 0);
        for (var looks = 1; looks <= 20; looks++)
        {
            Configure(theirs);
            var (found, problems, _) = await _webhooks.ReadAsync(Cancellation);
            var after = await _upkeep.InjectAsync(found, CertificateBundle.Empty.With(ours.Certificate), stored, problems, Cancellation);
            writes += after[0].Trusts(ours) ? 1 : 0;
            complaints += problems.Any(problem => problem.StartsWith(
                "somebody else writes the caBundle of the ValidatingWebhookConfiguration ha-webhook too and takes it back each time", StringComparison.Ordinal)) ? 1 : 0;
        }

        Assert.Equal((8, 15), (writes, complaints));

        // Once it stays as it was left, all is as before.
        Configure(ours);
        await LookAsync(ours, stored);
        Configure(theirs);
        Assert.Equal(2, await LookAsync(ours, stored));
    }

    private static CertificateAuthority Authority() => CertificateAuthority.Create(DateTimeOffset.UtcNow, TimeSpan.FromDays(1));

    /// <summary>One look.</summary>
    /// <returns>How many authorities the webhook trusts then.</returns>
    private async Task<int> LookAsync(CertificateAuthority ours, AuthoritySecret secret)
    {
        var (found, problems, _) = await _webhooks.ReadAsync(Cancellation);
        await _upkeep.InjectAsync(found, CertificateBundle.Empty.With(ours.Certificate), secret, problems, Cancellation);
        var bundle = Assert.Single(Assert.Single((await _webhooks.ReadAsync(Cancellation)).Found).Webhooks).Bundle!;
        Assert.True(bundle.Contains(ours.Certificate));
        return bundle.Certificates.Length;
    }

    private AuthoritySecret SeedSecret(string value) => AuthoritySecret.Read(_apiServer.Seed(
        $$"""{"apiVersion":"v1","kind":"Secret","metadata":{"name":"ha-webhook-ca","namespace":"ha-webhook","labels":{"a":"{{value}}"} } }"""));

    private void Configure(params CertificateAuthority[] authorities) => Configure(Convert.ToBase64String(Encoding.ASCII.GetBytes(
        string.Concat(authorities.Select(authority => authority.Certificate.ExportCertificatePem() + "\n")))));

    private void Configure(string caBundle) => _apiServer.Seed(
        $$"""
        {"apiVersion":"admissionregistration.k8s.io/v1","kind":"ValidatingWebhookConfiguration","metadata":{"name":"ha-webhook"},
         "webhooks":[{"name":"validate.ha-webhook.io","admissionReviewVersions":["v1"],"sideEffects":"None",
          "clientConfig":{"caBundle":"{{caBundle}}","service":{"namespace":"ha-webhook","name":"ha-webhook"} } }]}
        """);
}
