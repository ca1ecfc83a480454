using System.Text;
using HaWebhook.Certificates;

namespace HaWebhook.Tests.Certificates;

public sealed class RotationTests
{
    /// <summary>An authority that is due, as its life goes: 71 of its 100 minutes are over.</summary>
    private static string DueAuthority()
    {
        var now = DateTimeOffset.UtcNow;
        var (certificate, key) = TestCertificates.CreateAuthority("old", now.AddMinutes(-71) - CertificateAuthority.Backdate, now.AddMinutes(29));
        return TestCertificates.Secret(certificate.ExportCertificatePem(), key);
    }

    [Fact]
    public async Task A_whole_rotation_of_the_authority_loses_no_call()
    {
        var options = new CertificateOptions
        {
            AuthorityLifetime = TimeSpan.FromHours(1),
            CertificateLifetime = TimeSpan.FromSeconds(8),
            Propagation = TimeSpan.FromSeconds(1),
        };
        await using var cluster = await CertifiedCluster.StartAsync(replicas: 3, options, prepare: server => server.Seed(DueAuthority()));
        using var stopping = new CancellationTokenSource();
        var (calls, failed) = (0, new List<string>());
        var callers = Enumerable.Range(0, 3).Select(_ => Task.Run(async () =>
        {
            while (!stopping.IsCancellationRequested)
            {
                var outcome = await cluster.AskAsync();
                lock (failed)
                {
                    calls++;
                    if (outcome.Status != 201)
                    {
                        failed.Add(outcome.Message);
                    }
                }

                // A pause in which the other tests get on; new connections are made for each bundle, and below.
                await Task.Delay(10, TestContext.Current.CancellationToken);
            }
        })).ToList();

        await cluster.UntilAsync(() => cluster.Stored("next.crt").Length > 0, "the next authority is stored beside the present one");
        Assert.Equal("CN=old", cluster.StoredAuthority()?.Certificate.Subject);
        await cluster.UntilAsync(() => cluster.StoredAuthority()?.Certificate.Subject != "CN=old", "the next authority signs");
        Assert.All(cluster.Bundles(), bundle => Assert.Equal(2, bundle!.Certificates.Length));
        var next = cluster.StoredAuthority()!.Certificate.Subject;
        await cluster.UntilAsync(() => cluster.Replicas.All(replica => replica.Certificate.Issuer == next), "every replica has changed");
        await cluster.UntilAsync(cluster.IsSettled, "all agree");
        Assert.All(cluster.Bundles(), bundle => Assert.Contains(bundle!.Certificates, certificate => certificate.Subject == "CN=old"));
        await stopping.CancelAsync();
        await Task.WhenAll(callers);
        Assert.Empty(failed);
        Assert.All(cluster.ApiServer.WebhookCalls, call => Assert.Null(call.Failure));
        Assert.True(calls > 20, $"{calls} calls");
        Assert.DoesNotContain("certificates cannot be looked after", cluster.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_signs_whom_somebody_else_takes_out_of_the_bundle_again_at_once()
    {
        var options = CertifiedCluster.Often with { Propagation = TimeSpan.FromSeconds(1.6) };
        await using var cluster = await CertifiedCluster.StartAsync(options: options, prepare: server => server.Seed(DueAuthority()));
        using var stopping = new CancellationTokenSource();
        var old = Convert.ToBase64String(Encoding.ASCII.GetBytes(cluster.StoredAuthority()!.Certificate.ExportCertificatePem()));
        var other = Task.Run(async () =>
        {
            while (!stopping.IsCancellationRequested)
            {
                if (cluster.Bundles().Any(bundle => bundle?.Certificates is not [{ Subject: "CN=old" }]))
                {
                    await cluster.SetBundleAsync("validatingwebhookconfigurations", old);
                    await cluster.SetBundleAsync("mutatingwebhookconfigurations", old);
                }

                await Task.Delay(5, TestContext.Current.CancellationToken);
            }
        }, TestContext.Current.CancellationToken);

        await cluster.UntilAsync(() => cluster.Log.Contains("and takes it back each time", StringComparison.Ordinal), "it says so");
        cluster.ApiServer.Requests.Clear();
        await cluster.UntilAsync(() => cluster.ApiServer.Requests.Count("get", "secrets") >= 8, "it has looked on for twice the propagation");
        Assert.Equal("CN=old", cluster.StoredAuthority()?.Certificate.Subject);
        Assert.Equal("CN=old", cluster.Replicas[0].Certificate.Issuer);
        await stopping.CancelAsync();
        await other;
        await cluster.UntilAsync(() => cluster.StoredAuthority()?.Certificate.Subject != "CN=old", "the next authority signs when that is over");
    }

    [Fact]
    public async Task Nobody_signs_while_a_configuration_cannot_be_seen()
    {
        await using var cluster = await CertifiedCluster.StartAsync(prepare: server =>
        {
            server.Seed(DueAuthority());
            server.Faults.Forbid("get", "mutatingwebhookconfigurations");
        });
        await cluster.UntilAsync(() => cluster.Bundles()[0]?.Certificates.Length == 2, "the next authority is trusted where that can be seen");
        cluster.ApiServer.Requests.Clear();
        await cluster.UntilAsync(() => cluster.ApiServer.Requests.Count("get", "secrets") >= 10, "it has looked on for several times the propagation");
        Assert.Equal("CN=old", cluster.StoredAuthority()?.Certificate.Subject);
        cluster.ApiServer.Faults.ForbidNothing();
        await cluster.UntilAsync(() => cluster.StoredAuthority()?.Certificate.Subject != "CN=old", "the next authority signs when all can be seen");
        Assert.All(cluster.Bundles(), bundle => Assert.Equal(2, bundle!.Certificates.Length));
    }

    [Fact]
    public async Task Who_is_near_the_end_is_followed_although_a_configuration_cannot_be_seen()
    {
        var now = DateTimeOffset.UtcNow;
        var (certificate, key) = TestCertificates.CreateAuthority("old", now.AddMinutes(-90) - CertificateAuthority.Backdate, now.AddMinutes(10));
        await using var cluster = await CertifiedCluster.StartAsync(prepare: server =>
        {
            server.Seed(TestCertificates.Secret(certificate.ExportCertificatePem(), key));
            server.Faults.Forbid("get", "mutatingwebhookconfigurations");
        });
        await cluster.UntilAsync(() => cluster.Replicas[0].Certificate.Issuer != "CN=old", "the next authority signs");
    }

    [Fact]
    public async Task A_replica_that_starts_in_the_middle_signs_with_the_authority_that_is_trusted_long_since()
    {
        // Longer than the test: the next authority does not come to sign.
        var options = CertifiedCluster.Often with { CertificateLifetime = TimeSpan.FromSeconds(20), Propagation = TimeSpan.FromMinutes(10) };
        await using var cluster = await CertifiedCluster.StartAsync(options: options, prepare: server => server.Seed(DueAuthority()));
        await cluster.UntilAsync(() => cluster.Stored("next.crt").Length > 0, "the next authority is stored beside the present one");
        var late = await cluster.AddReplicaAsync(options);
        await cluster.UntilReadyAsync();
        Assert.Equal("CN=old", late.Certificate.Issuer);
        Assert.Equal(201, (await cluster.AskAsync()).Status);
    }

    [Fact]
    public async Task A_certificate_is_renewed_and_what_was_shown_before_goes_on()
    {
        var options = CertifiedCluster.Often with { CertificateLifetime = TimeSpan.FromSeconds(5) };
        await using var cluster = await CertifiedCluster.StartAsync(options: options);
        var first = cluster.Replicas[0].Certificate;
        await using var before = await cluster.Replicas[0].ConnectAsync();
        await cluster.UntilAsync(() => cluster.Replicas[0].Certificate.SerialNumber != first.SerialNumber, "there is another one");
        await using var after = await cluster.Replicas[0].ConnectAsync();
        Assert.Equal(first.GetCertHashString(), before.RemoteCertificate!.GetCertHashString());
        Assert.NotEqual(first.GetCertHashString(), after.RemoteCertificate!.GetCertHashString());
        Assert.True(cluster.Replicas[0].Certificate.NotAfter > first.NotAfter);
        Assert.True(cluster.IsSettled());
        await before.WriteAsync("GET /livez HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        var buffer = new byte[15];
        await before.ReadExactlyAsync(buffer, TestContext.Current.CancellationToken);
        Assert.Equal("HTTP/1.1 200 OK"u8.ToArray(), buffer);
    }

    [Fact]
    public async Task An_authority_that_has_ended_leaves_the_webhooks()
    {
        var now = DateTimeOffset.UtcNow;
        await using var cluster = await CertifiedCluster.StartAsync(replicas: 2);
        var ending = TestCertificates.CreateAuthority("ending", now.AddDays(-1), DateTimeOffset.UtcNow.AddSeconds(4)).Certificate;
        await cluster.PatchSecretAsync(("ca-bundle.crt", cluster.Stored("ca-bundle.crt") + ending.ExportCertificatePem()));
        await cluster.UntilAsync(() => cluster.Bundles().All(bundle => bundle?.Contains(ending) == true), "it is trusted");
        await cluster.UntilAsync(() => cluster.IsSettled() && cluster.Bundles().All(bundle => bundle!.Certificates.Length == 1), "it is trusted no more");
    }

    [Theory]
    [InlineData(5 * 24)]
    [InlineData(2 * 365 * 24)]
    [InlineData(-24)]
    [InlineData(-2 * 365 * 24)]
    public async Task A_clock_that_jumps_renews_the_certificate_at_the_most_and_no_authority(int hours)
    {
        // What is shown is judged by an API server whose clock has not moved.
        var clock = new JumpingClock();
        var options = CertifiedCluster.Often with { AuthorityLifetime = TimeSpan.FromDays(365), CertificateLifetime = TimeSpan.FromDays(7) };
        await using var cluster = await CertifiedCluster.StartAsync(replicas: 2, options, clock);
        await cluster.UntilAsync(cluster.IsSettled, "all agree");
        var (first, authority) = (cluster.Replicas.Select(replica => replica.Certificate.SerialNumber).ToList(), cluster.StoredAuthority()!);
        clock.Jump(TimeSpan.FromHours(hours));
        await cluster.UntilAsync(
            () => cluster.Replicas.All(replica => replica.Log.All.Any(line => line.Contains("this machine's clock and the API server's are", StringComparison.Ordinal))),
            "all say that a clock is wrong");
        if (hours > 0)
        {
            await cluster.UntilAsync(() => cluster.Replicas.All(replica => !first.Contains(replica.Certificate.SerialNumber)), "all certificates are renewed");
        }

        // A replica that starts with a wrong clock does no harm either.
        await cluster.AddReplicaAsync(options, clock);
        await cluster.UntilReadyAsync();
        Assert.True(cluster.IsSettled());
        Assert.True(authority.IsSameAs(cluster.StoredAuthority()));
        Assert.Equal(201, (await cluster.AskAsync()).Status);
        Assert.All(cluster.ApiServer.WebhookCalls, call => Assert.Null(call.Failure));
        Assert.All(cluster.Replicas, replica => Assert.InRange(replica.Log.All.Count(line => line.Contains("signed by", StringComparison.Ordinal)), 1, 2));
    }
}
