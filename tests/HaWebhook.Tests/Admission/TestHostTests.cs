using System.Net;
using System.Text;
using HaWebhook.Serving;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.Hosting;

namespace HaWebhook.Tests.Admission;

/// <summary>The same server under ASP.NET Core's test host: what serve puts together needs no port to be tested.</summary>
public sealed class TestHostTests : IDisposable
{
    private readonly Factory _factory = new();

    public void Dispose() => _factory.Dispose();

    [Theory]
    [InlineData("https://localhost/validate", HttpStatusCode.OK)]
    [InlineData("http://localhost/validate", HttpStatusCode.NotFound)]
    public async Task Reviews_are_answered_over_TLS_only(string url, HttpStatusCode expected)
    {
        using var client = _factory.CreateClient();
        using var content = new StringContent(Reviews.Text(), Encoding.UTF8, "application/json");
        using var response = await client.PostAsync(new Uri(url), content, TestContext.Current.CancellationToken);
        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task The_whole_answer_to_a_denied_review_is_as_documented()
    {
        using var client = _factory.CreateClient();
        using var content = new StringContent(Reviews.Text(), Encoding.UTF8, "application/json");
        using var response = await client.PostAsync(new Uri("https://localhost/validate"), content, TestContext.Current.CancellationToken);
        Assert.Equal(
            """{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","response":{"uid":"u","allowed":false,"status":{"code":403,"reason":"Forbidden","message":"Deployment shop/web is not highly available:\n- minimum-replicas: spec.replicas is 1; must be at least 2.\n  Set spec.replicas to 2 or more. If an autoscaler is on its way, annotate ha-webhook.io/autoscaled: \u0022true\u0022. If this is right as it is, annotate ha-webhook.io/exempt: minimum-replicas and ha-webhook.io/exempt-reason: \u003Cwhy\u003E."},"auditAnnotations":{"decision":"deny","mode":"Enforce","violations":"Deny minimum-replicas: spec.replicas is 1; must be at least 2","policy":"default"}}}""",
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private sealed class Factory : WebApplicationFactory<Program>
    {
        protected override IHostBuilder CreateHostBuilder() => AdmissionServer.CreateHostBuilder(new ServingOptions(), new FixedClock());
    }
}
