using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using HaWebhook.Certificates;
using HaWebhook.Serving;
using HaWebhook.Tests.Certificates;

namespace HaWebhook.Tests.Cluster;

/// <summary>What whoever reaches the port learns of a namespace by saying that its mode becomes stricter.</summary>
public sealed class ForgedPreviewTests
{
    private static readonly byte[] _forged = Encoding.UTF8.GetBytes("""
        {
          "apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
          "request": {
            "uid": "1", "operation": "UPDATE", "name": "shop",
            "kind": {"group": "", "version": "v1", "kind": "Namespace"}, "resource": {"group": "", "version": "v1", "resource": "namespaces"},
            "userInfo": {"username": "system:admin"},
            "object": {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop", "labels": {"ha-webhook.io/mode": "Enforce"} } },
            "oldObject": {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop", "labels": {} } }
          }
        }
        """);

    [Fact]
    public async Task Where_anybody_may_call_nobody_is_told_a_name()
    {
        await using var cluster = await StartAsync(new());
        using var answer = await cluster.Webhook.PostAsync("/validate", _forged);
        Assert.Equal(
            [
                "namespace shop: 1 of 1 objects would be refused if created anew, restored or recreated",
                "ha-webhook audit --as-if Enforce lists them",
            ],
            await WarningsAsync(answer));
    }

    [Fact]
    public async Task Whoever_has_shown_a_certificate_is_told_the_names()
    {
        var issuer = new CallerTests.Issuer("ours");
        var authorities = Path.GetTempFileName();
        await File.WriteAllTextAsync(authorities, issuer.Pem, TestContext.Current.CancellationToken);
        await using var cluster = await StartAsync(new() { Certificates = new CertificateOptions { ClientAuthorities = authorities } });
        using var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, shown, _, _) => shown is not null };
        handler.ClientCertificates.Add(issuer.Issue("kube-apiserver"));
        using var client = new HttpClient(handler) { BaseAddress = cluster.Webhook.Admission };
        using var content = new ByteArrayContent(_forged) { Headers = { ContentType = MediaTypeHeaderValue.Parse("application/json") } };
        using var answer = await client.PostAsync(new Uri("/validate", UriKind.Relative), content, TestContext.Current.CancellationToken);
        Assert.Equal(
            [
                "namespace shop: 1 of 1 objects would be refused if created anew, restored or recreated",
                "Deployment single: minimum-replicas: spec.replicas is 1; must be at least 2",
            ],
            await WarningsAsync(answer));
        File.Delete(authorities);
    }

    private static Task<LivingCluster> StartAsync(ServingOptions options) => LivingCluster.StartAsync(
        "mode: Audit\n",
        server => server.Seed(TroubleTests.InNamespace(LivingCluster.Namespace, Manifests.Deployment("single", 1))),
        options: options);

    private static async Task<string[]> WarningsAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, text);
        return [.. JsonNode.Parse(text)!["response"]!["warnings"]!.AsArray().Select(warning => warning!.GetValue<string>())];
    }
}
