using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using HaWebhook.Permissions;

namespace HaWebhook.Tests.Certificates;

public sealed class SelfManagedTests
{
    private static DateTimeOffset Now => DateTimeOffset.UtcNow;

    [Fact]
    public async Task Five_replicas_that_start_at_once_have_one_authority()
    {
        await using var cluster = await CertifiedCluster.StartAsync(replicas: 5);
        Assert.True(cluster.IsSettled(), cluster.Log);
        Assert.Single(cluster.Replicas.Select(replica => replica.Certificate.Issuer).Distinct());
        Assert.Equal(5, cluster.Replicas.Select(replica => replica.Certificate.SerialNumber).Distinct().Count());
        var writes = cluster.ApiServer.Requests.All.Count(request => request.Verb is "create" or "update" or "patch");
        Assert.InRange(writes, 3, 19);
        Assert.Equal(201, (await cluster.AskAsync()).Status);
        Assert.All(cluster.ApiServer.WebhookCalls, call => Assert.Null(call.Failure));
    }

    [Fact]
    public async Task Certificates_are_what_API_servers_ask_for()
    {
        await using var cluster = await CertifiedCluster.StartAsync();
        var leaf = cluster.Replicas[0].Certificate;
        var authority = cluster.StoredAuthority()!;
        foreach (var name in (string[])["ha-webhook.ha-webhook.svc", "ha-webhook.ha-webhook.svc.cluster.local", "ha-webhook.ha-webhook", "ha-webhook"])
        {
            Assert.True(leaf.MatchesHostname(name, allowWildcards: false, allowCommonName: false), name);
        }

        Assert.Equal("1.3.6.1.5.5.7.3.1", Assert.Single(Extension<X509EnhancedKeyUsageExtension>(leaf).EnhancedKeyUsages.Cast<Oid>()).Value);
        Assert.Equal((X509KeyUsageFlags.DigitalSignature, true), (Extension<X509KeyUsageExtension>(leaf).KeyUsages, Extension<X509KeyUsageExtension>(leaf).Critical));
        Assert.False(Extension<X509BasicConstraintsExtension>(leaf).CertificateAuthority);
        var constraints = Extension<X509BasicConstraintsExtension>(authority.Certificate);
        Assert.Equal((true, true, 0, true), (constraints.CertificateAuthority, constraints.HasPathLengthConstraint, constraints.PathLengthConstraint, constraints.Critical));
        Assert.True(Extension<X509KeyUsageExtension>(authority.Certificate).KeyUsages.HasFlag(X509KeyUsageFlags.KeyCertSign));
        Assert.Equal(
            Extension<X509SubjectKeyIdentifierExtension>(authority.Certificate).SubjectKeyIdentifierBytes,
            Extension<X509AuthorityKeyIdentifierExtension>(leaf).KeyIdentifier!.Value);
        Assert.Equal("1.2.840.10045.4.3.2", leaf.SignatureAlgorithm.Value);
        Assert.InRange(leaf.SerialNumber.Length, 24, 34);
        Assert.Equal(authority.Certificate.NotBefore, leaf.NotBefore);
        Assert.True(authority.NotBefore < Now.AddHours(-23));
        Assert.InRange(authority.NotAfter - Now, TimeSpan.FromMinutes(50), TimeSpan.FromMinutes(60));
        Assert.Equal("kubernetes.io/tls", cluster.Secret()!["type"]!.GetValue<string>());
    }

    [Fact]
    public async Task Only_the_bundles_of_our_webhooks_are_touched_and_owned()
    {
        await using var cluster = await CertifiedCluster.StartAsync();
        var json = cluster.ApiServer.Find("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", null, CertifiedCluster.Service)!;
        Assert.Null(json["webhooks"]![1]!["clientConfig"]!["caBundle"]);
        var owned = json["metadata"]!["managedFields"]!.AsArray().Single(entry => entry!["manager"]!.GetValue<string>() == "ha-webhook-certificates")!;
        Assert.Equal("Apply", owned["operation"]!.GetValue<string>());
        Assert.Equal(
            """{"f:webhooks":{"k:{\"name\":\"validate.ha-webhook.io\"}":{".":{},"f:clientConfig":{"f:caBundle":{}},"f:name":{}}}}""",
            owned["fieldsV1"]!.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
    }

    [Fact]
    public async Task Nothing_is_written_while_nothing_is_wrong()
    {
        await using var cluster = await CertifiedCluster.StartAsync(replicas: 2);
        await cluster.UntilAsync(cluster.IsSettled, "all agree");
        cluster.ApiServer.Requests.Clear();
        await cluster.UntilAsync(() => cluster.ApiServer.Requests.Count("get", "secrets") >= 8, "both have looked several times");
        Assert.DoesNotContain(cluster.ApiServer.Requests.All, request => request.Verb is not ("get" or "list" or "watch"));
        Assert.Equal(2, cluster.Replicas.Sum(replica => replica.Log.All.Count(line => line.Contains("certificate for", StringComparison.Ordinal) && line.Contains("signed by", StringComparison.Ordinal))));
    }

    [Fact]
    public async Task A_deleted_Secret_is_put_back_with_the_same_authority()
    {
        await using var cluster = await CertifiedCluster.StartAsync(replicas: 2);
        var (pem, key) = (cluster.Stored("tls.crt"), cluster.Stored("tls.key"));
        Assert.True(cluster.ApiServer.Remove("v1", "Secret", CertifiedCluster.Namespace, "ha-webhook-ca"));
        await cluster.UntilAsync(() => cluster.Stored("tls.crt") == pem && cluster.Stored("tls.key") == key && cluster.IsSettled(), "the Secret is back");
        Assert.Contains("Warning: the Secret ha-webhook/ha-webhook-ca is written: the Secret is not there;", cluster.Log, StringComparison.Ordinal);
        Assert.Equal(201, (await cluster.AskAsync()).Status);
    }

    [Fact]
    public async Task A_spoilt_Secret_is_repaired_with_the_same_authority()
    {
        await using var cluster = await CertifiedCluster.StartAsync();
        var pem = cluster.Stored("tls.crt");
        (string Key, string Text)[] spoilt =
        [
            ("tls.crt", "garbage"),
            ("tls.crt", ""),
            ("tls.crt", "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"),
            ("tls.crt", "-----BEGIN CERTIFICATE-----\n" + new string('A', 200_000)),
            ("tls.crt", cluster.Replicas[0].Certificate.ExportCertificatePem()),
            ("tls.key", "garbage"),
            ("tls.key", TestCertificates.CreateAuthority("other", Now, Now.AddDays(1)).KeyPem),
            ("ca-bundle.crt", "garbage"),
            ("next.crt", "garbage"),
        ];
        foreach (var (key, text) in spoilt)
        {
            Assert.Equal(200, (await cluster.PatchSecretAsync((key, text))).Status);
            await cluster.UntilAsync(
                () => cluster.Stored("tls.crt") == pem && cluster.Stored("next.crt").Length == 0 && cluster.IsSettled(), $"{key} is right again after {text[..Math.Min(30, text.Length)]}");
        }

        Assert.Contains("the Secret ha-webhook/ha-webhook-ca is written: ", cluster.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("PRIVATE KEY", cluster.Log, StringComparison.Ordinal);
        Assert.Single(cluster.Replicas[0].Log.All, line => line.Contains("signed by", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_emptied_or_spoilt_bundle_is_repaired()
    {
        await using var cluster = await CertifiedCluster.StartAsync(replicas: 2);
        foreach (var pem in (string?[])[null, "garbage", "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"])
        {
            var base64 = pem is null ? null : Convert.ToBase64String(Encoding.ASCII.GetBytes(pem));
            await cluster.SetBundleAsync("validatingwebhookconfigurations", base64);
            await cluster.SetBundleAsync("mutatingwebhookconfigurations", base64);
            await cluster.UntilAsync(cluster.IsSettled, "the bundles are right again");
            Assert.Equal(201, (await cluster.AskAsync()).Status);
            Assert.All(await Task.WhenAll(cluster.Replicas.Select(CertifiedCluster.ReadinessAsync)), readiness => Assert.Equal("ok\n", readiness));
        }
    }

    [Fact]
    public async Task A_foreign_bundle_is_added_to_at_once_and_cleaned_later()
    {
        await using var cluster = await CertifiedCluster.StartAsync(options: CertifiedCluster.Often with { Propagation = TimeSpan.FromSeconds(1.2) });
        var foreign = TestCertificates.CreateAuthority("foreign", Now.AddDays(-1), Now.AddDays(1)).Certificate;
        await cluster.SetBundleAsync("mutatingwebhookconfigurations", Convert.ToBase64String(Encoding.ASCII.GetBytes(foreign.ExportCertificatePem())));
        var ours = cluster.StoredAuthority()!.Certificate;
        await cluster.UntilAsync(() => cluster.Bundles()[1]?.Contains(ours) == true, "our authority is there");
        Assert.True(cluster.Bundles()[1]!.Contains(foreign), "another replica could need it");
        await cluster.UntilAsync(cluster.IsSettled, "the foreign authority has gone");
    }

    [Fact]
    public async Task A_foreign_authority_in_the_Secret_signs_once_API_servers_trust_it()
    {
        await using var cluster = await CertifiedCluster.StartAsync(replicas: 2);
        var ours = cluster.StoredAuthority()!;
        var (foreign, key) = TestCertificates.CreateAuthority("foreign", Now.AddDays(-1), Now.AddDays(1000));
        Assert.Equal(200, (await cluster.PatchSecretAsync(("tls.crt", foreign.ExportCertificatePem()), ("tls.key", key))).Status);
        await cluster.UntilAsync(() => cluster.Bundles().All(bundle => bundle?.Contains(foreign) == true), "API servers are told of it");
        Assert.All(cluster.Bundles(), bundle => Assert.True(bundle!.Contains(ours.Certificate)));
        await cluster.UntilAsync(() => cluster.Replicas.All(replica => replica.Certificate.Issuer == "CN=foreign"), "it signs");
        Assert.True(cluster.IsSettled());
        Assert.Equal(201, (await cluster.AskAsync()).Status);
        Assert.Contains("Warning: the Secret ha-webhook/ha-webhook-ca is written: the Secret holds CN=foreign (SHA-256 ", cluster.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_authority_that_was_there_first_is_used()
    {
        var (foreign, key) = TestCertificates.CreateAuthority("given", Now.AddDays(-1), Now.AddDays(1000));
        await using var cluster = await CertifiedCluster.StartAsync(
            replicas: 2, prepare: server => server.Seed(TestCertificates.Secret(foreign.ExportCertificatePem(), key)));
        Assert.True(cluster.IsSettled());
        Assert.All(cluster.Replicas, replica => Assert.Equal("CN=given", replica.Certificate.Issuer));
        Assert.Contains("which HaWebhook did not put there; it signs", cluster.Log, StringComparison.Ordinal);
        Assert.Equal(CertifiedCluster.Service, cluster.Secret()!["metadata"]!["annotations"]!["ha-webhook.io/installation"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_Secret_of_somebody_else_is_left_alone()
    {
        var seeded = TestCertificates.Secret("something else", "entirely");
        await using var cluster = await CertifiedCluster.StartAsync(prepare: server => server.Seed(seeded), waits: false);
        const string Reason = "the Secret ha-webhook/ha-webhook-ca is not HaWebhook's and cannot be used: its tls.crt is no certificate with its key in PEM, "
            + "or the two do not belong together; delete it if nobody needs it, or give another name with --ca-secret";
        await cluster.UntilAsync(async () => await CertifiedCluster.ReadinessAsync(cluster.Replicas[0]) == $"not ready: {Reason}\n", "it says why");
        Assert.Equal("something else", cluster.Stored("tls.crt"));
        Assert.True(cluster.ApiServer.Remove("v1", "Secret", CertifiedCluster.Namespace, "ha-webhook-ca"));
        await cluster.UntilReadyAsync();
    }

    [Fact]
    public async Task An_empty_Secret_that_was_there_first_is_filled()
    {
        await using var cluster = await CertifiedCluster.StartAsync(prepare: server => server.Seed(
            """{"apiVersion":"v1","kind":"Secret","type":"Opaque","metadata":{"name":"ha-webhook-ca","namespace":"ha-webhook","labels":{"team":"a"}},"data":{"other":"eA=="}}"""));
        Assert.True(cluster.IsSettled());
        Assert.Equal(("Opaque", "a", "x"), (cluster.Secret()!["type"]!.GetValue<string>(), cluster.Secret()!["metadata"]!["labels"]!["team"]!.GetValue<string>(), cluster.Stored("other")));
    }

    [Fact]
    public async Task Nothing_is_asked_for_but_what_the_table_of_permissions_says()
    {
        await using var cluster = await CertifiedCluster.StartAsync();
        await cluster.PatchSecretAsync(("tls.crt", "garbage"));
        await cluster.UntilAsync(cluster.IsSettled, "the Secret is right again");
        var (table, asked) = (ServerPermissions.Certificates("ha-webhook-ca", CertifiedCluster.Service).ToList(), cluster.ApiServer.Requests.Accesses);
        var expected = table.SelectMany(each => each.Verbs.Select(verb => $"{verb} {each.Resource} {each.Name}"));
        var used = asked.Where(access => table.Exists(each => each.Resource == access.Resource))
            .Where(access => (access.Verb, access.Resource) is not ("patch", "secrets") and not ("list" or "watch", _))
            .Select(access => $"{access.Verb} {access.Resource} {(access.Verb == "create" ? "" : access.Name)}");
        Assert.Equal(expected.Order(), used.Distinct().Order());
    }

    private static T Extension<T>(X509Certificate2 certificate)
        where T : X509Extension => Assert.Single(certificate.Extensions.OfType<T>());
}
