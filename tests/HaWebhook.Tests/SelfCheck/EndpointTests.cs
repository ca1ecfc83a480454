using System.Net.Http.Headers;
using System.Text;

namespace HaWebhook.Tests.SelfCheck;

/// <summary>The path of the self-check: leases are allowed, and whatever else comes is sent away.</summary>
public sealed class EndpointTests(MistakeTests.Fixture fixture) : IClassFixture<MistakeTests.Fixture>, IDisposable
{
    private const string Token = "0123456789abcdef0123456789abcdef";

    private static readonly Uri _path = new("/self-check", UriKind.Relative);

    private readonly RunningServer _server = fixture.Cluster.Webhook;
    private readonly HttpClient _client = Client(fixture.Cluster.Webhook);

    public void Dispose() => _client.Dispose();

    [Theory]
    [InlineData("\"" + Token + "\"", "self-check.ha-webhook.io: platform/ha-webhook has seen " + Token)]
    [InlineData("\"a\"", "self-check.ha-webhook.io: platform/ha-webhook has seen a")]
    [InlineData("\"\"", null)]
    [InlineData("null", null)]
    [InlineData("\"a b\"", null)]
    [InlineData("\"line\\nbreak\"", null)]
    [InlineData("\"" + Token + Token + "0\"", null)]
    public async Task A_token_is_answered_with_a_warning_and_anything_else_with_none(string token, string? warning)
    {
        var (status, text) = await PostAsync(Review($$$"""{"metadata": {"annotations": {"ha-webhook.io/self-check-token": {{{token}}} } } }"""));
        Assert.Equal(200, status);
        var warnings = warning is null ? "" : $",\"warnings\":[\"{warning}\"]";
        Assert.Equal($$$"""{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","response":{"uid":"u1","allowed":true{{{warnings}}}}}""", text);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"metadata": null}""")]
    [InlineData("""{"metadata": {"annotations": null} }""")]
    [InlineData("""{"metadata": {"annotations": {"other": "x"} } }""")]
    public async Task A_Lease_without_a_token_is_allowed(string lease) => Assert.Equal(200, (await PostAsync(Review(lease))).Status);

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"apiVersion\":")]
    [InlineData("""{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview"}""")]
    [InlineData("""{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":""}}""")]
    [InlineData("""{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u1"}}""")]
    [InlineData("""{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u1","uid":"u2","resource":{"group":"coordination.k8s.io","resource":"leases"}}}""")]
    [InlineData("""{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":1,"resource":{"group":"coordination.k8s.io","resource":"leases"}}}""")]
    [InlineData("""{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"\ud800","resource":{"group":"coordination.k8s.io","resource":"leases"}}}""")]
    [InlineData("""{"apiVersion":"admission.k8s.io/v1beta1","kind":"AdmissionReview","request":{"uid":"u1","resource":{"group":"coordination.k8s.io","resource":"leases"}}}""")]
    [InlineData("""{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u1","resource":{"group":"apps","resource":"deployments"}}}""")]
    public async Task What_is_no_review_of_a_Lease_gets_400(string body)
    {
        var (status, text) = await PostAsync(body);
        Assert.Equal(400, status);
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Depth_and_length_are_bounded()
    {
        Assert.Equal(400, (await PostAsync(new string('[', 20_000))).Status);
        Assert.Equal((413, "the body is larger than 65536 bytes\n"), await PostAsync(Review($$"""{"padding": "{{new string('x', 65_536)}}"}""")));
    }

    [Fact]
    public async Task Other_ways_to_ask_are_refused()
    {
        using (var answer = await _client.GetAsync(_path, TestContext.Current.CancellationToken))
        {
            Assert.Equal((405, "POST"), ((int)answer.StatusCode, answer.Content.Headers.Allow.Single()));
        }

        using (var text = new StringContent("{}", MediaTypeHeaderValue.Parse("text/plain")))
        using (var answer = await _client.PostAsync(_path, text, TestContext.Current.CancellationToken))
        {
            Assert.Equal(415, (int)answer.StatusCode);
        }

        using var client = new HttpClient { BaseAddress = _server.Health };
        using var json = new StringContent(Review("{}"), MediaTypeHeaderValue.Parse("application/json"));
        using var plain = await client.PostAsync(_path, json, TestContext.Current.CancellationToken);
        Assert.Equal(404, (int)plain.StatusCode);
    }

    [Fact]
    public async Task Without_the_option_there_is_no_such_path()
    {
        await using var server = await RunningServer.StartAsync();
        using var answer = await server.PostAsync("/self-check", Encoding.UTF8.GetBytes(Review("{}")));
        Assert.Equal(404, (int)answer.StatusCode);
    }

    /// <summary>A client that takes whatever certificate is shown: it is for a Service.</summary>
    private static HttpClient Client(RunningServer server)
    {
        var handler = new SocketsHttpHandler { UseProxy = false };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null;
        return new HttpClient(handler) { BaseAddress = server.Admission };
    }

    private static string Review(string lease) =>
        """{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u1","resource":{"group":"coordination.k8s.io","version":"v1","resource":"leases"},"operation":"CREATE","object":"""
        + lease + "}}";

    private async Task<(int Status, string Text)> PostAsync(string body)
    {
        using var content = new StringContent(body, MediaTypeHeaderValue.Parse("application/json"));
        using var answer = await _client.PostAsync(_path, content, TestContext.Current.CancellationToken);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
