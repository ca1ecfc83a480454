using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using HaWebhook.ApiServer;

namespace HaWebhook.Benchmarks.Reliability;

/// <param name="Replicas">Replicas that were started at once without a Secret.</param>
/// <param name="Authorities">Authorities that the webhooks trusted then.</param>
/// <param name="Trusted">Until every replica could be called by every webhook.</param>
/// <param name="Writes">Writes to Secret and webhook configurations until then that the API server took.</param>
/// <param name="Refused">Writes that it refused, since another replica had been first.</param>
/// <param name="Faults">What was broken then, one after the other.</param>
internal sealed record TrustCase(int Replicas, int Authorities, TimeSpan Trusted, int Writes, int Refused, IReadOnlyList<TrustFaultCase> Faults);

/// <param name="What">What was broken.</param>
/// <param name="Repaired">How long until all was well again; null where that took longer than the limit.</param>
/// <param name="Calls">Calls meanwhile.</param>
/// <param name="FailedCalls">Calls that failed.</param>
/// <param name="Reasons">Why.</param>
internal sealed record TrustFaultCase(string What, TimeSpan? Repaired, long Calls, long FailedCalls, IReadOnlyDictionary<string, int> Reasons);

/// <summary>Starts replicas at once where nothing is, and then breaks what they hold on to; with the default lifetimes and times.</summary>
internal sealed class TrustFaults(RotationOptions options, Workplace place, TextWriter progress)
{
    public const int Replicas = 5;

    /// <summary>Reviews a second meanwhile: enough to see for how long calls fail.</summary>
    public const int Rate = 50;

    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan _settling = TimeSpan.FromSeconds(2);

    public async Task<TrustCase> RunAsync(CancellationToken cancellationToken)
    {
        await using var service = await ReplicatedService.StartAsync(place, kubeconfig => options.Program("replica (faults)", kubeconfig));
        service.RegisterWithoutTrust();
        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Replicas).Select(_ => service.AddAsync(cancellationToken)));
        var (trusted, state) = await UntilWholeAsync(service, start, cancellationToken);
        progress.WriteLine($"{Replicas} replicas at once: trusted after {trusted?.TotalSeconds:N1} s");
        var writes = service.ApiServer.Requests.All.Where(request => request.Verb is "create" or "update" or "patch"
            && request.Resource is "secrets" or "validatingwebhookconfigurations" or "mutatingwebhookconfigurations").ToList();
        var result = new TrustCase(
            Replicas, state.Authorities?.Count ?? 0, trusted ?? throw new InvalidOperationException($"{Replicas} replicas were not trusted in time: {state.Problem}"),
            writes.Count(request => request.Status < 300), writes.Count(request => request.Status >= 300), []);

        await using var load = new SteadyWrites(service.ApiServer, new CallTally(), SteadyWrites.WritesFor(Rate), together: 1, judged: true);
        var cases = new List<TrustFaultCase>();
        foreach (var (what, breaks) in Faults())
        {
            await Task.Delay(_settling, cancellationToken);
            var tally = service.Tally = new CallTally();
            var broken = Stopwatch.GetTimestamp();
            breaks(service.ApiServer);
            var (repaired, after) = await UntilWholeAsync(service, broken, cancellationToken);
            cases.Add(new(what, repaired, tally.Now.Calls, tally.Now.FailedCalls, tally.Reasons));
            progress.WriteLine($"{what}: {(repaired is { } time ? $"repaired after {time.TotalSeconds:N1} s" : $"not repaired, {after.Problem}")}, {tally.Now.FailedCalls} calls failed");
        }

        return result with { Faults = cases };
    }

    private static async Task<(TimeSpan? After, TrustState State)> UntilWholeAsync(ReplicatedService service, long start, CancellationToken cancellationToken)
    {
        while (true)
        {
            var state = await TrustState.ReadAsync(service, cancellationToken);
            if (state.Problem is null)
            {
                return (Stopwatch.GetElapsedTime(start), state);
            }

            if (Stopwatch.GetElapsedTime(start) > _limit)
            {
                return (null, state);
            }

            await Task.Delay(_look, cancellationToken);
        }
    }

    private static IEnumerable<(string What, Action<TestApiServer> Break)> Faults()
    {
        yield return ("Secret deleted", server => server.Remove("v1", "Secret", ReplicatedService.Name, TrustState.SecretName));
        yield return ("Secret corrupted", server => ChangeSecret(server, data =>
        {
            data["tls.crt"] = Encoded("-----BEGIN CERTIFICATE-----\nnothing\n-----END CERTIFICATE-----\n");
            data["tls.key"] = Encoded("nothing");
        }));
        yield return ("Secret replaced by somebody's own", server =>
        {
            var (certificate, key) = ForeignAuthority();
            server.Remove("v1", "Secret", ReplicatedService.Name, TrustState.SecretName);
            var secret = new JsonObject
            {
                ["apiVersion"] = "v1",
                ["kind"] = "Secret",
                ["metadata"] = new JsonObject { ["name"] = TrustState.SecretName, ["namespace"] = ReplicatedService.Name },
                ["type"] = "kubernetes.io/tls",
                ["data"] = new JsonObject { ["tls.crt"] = Encoded(certificate), ["tls.key"] = Encoded(key) },
            };
            server.Seed(secret.ToJsonString());
        }
        );
        yield return ("caBundle emptied", server => SetBundles(server, ""));
        yield return ("caBundle garbage", server => SetBundles(server, Encoded("garbage")));
        yield return ("caBundle of somebody else", server => SetBundles(server, Encoded(ForeignAuthority().Certificate)));
    }

    private static void ChangeSecret(TestApiServer server, Action<JsonObject> change)
    {
        var secret = server.Find("v1", "Secret", ReplicatedService.Name, TrustState.SecretName)!;
        change(secret["data"]!.AsObject());
        server.Seed(secret.ToJsonString());
    }

    private static void SetBundles(TestApiServer server, string bundle)
    {
        foreach (var kind in ReplicatedService.ConfigurationKinds)
        {
            var configuration = server.Find(ReplicatedService.ConfigurationVersion, kind, null, ReplicatedService.Name)!;
            foreach (var webhook in configuration["webhooks"]!.AsArray())
            {
                webhook!["clientConfig"]!["caBundle"] = bundle;
            }

            server.Seed(configuration.ToJsonString(), "somebody");
        }
    }

    private static string Encoded(string text) => Convert.ToBase64String(Encoding.ASCII.GetBytes(text));

    private static (string Certificate, string Key) ForeignAuthority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=somebody's own", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddYears(1));
        return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }
}
