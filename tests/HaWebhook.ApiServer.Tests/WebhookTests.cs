using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace HaWebhook.ApiServer.Tests;

/// <summary>How webhooks are called, and what becomes of their answers.</summary>
public sealed class WebhookTests : WebhookTest
{
    [Fact]
    public async Task TheCallItself_IsTheRecordedOne()
    {
        Server.Seed(Webhook.Configuration(Mutating, path: "/mutate", extra: "\"timeoutSeconds\":5"));
        await CreateAsync();

        var (request, review) = Assert.Single(Webhook.Seen);
        Assert.Equal("POST /mutate?timeout=5s HTTP/1.1", request.Line);
        Assert.Equal("kube-apiserver-admission", request.Headers["User-Agent"]);
        Assert.Equal("application/json, */*", request.Headers["Accept"]);
        Assert.Equal("application/json", request.Headers["Content-Type"]);
        Assert.Equal("gzip", request.Headers["Accept-Encoding"]);
        Assert.EndsWith("\n", Assert.Single(Server.WebhookCalls).Review, StringComparison.Ordinal);
        Assert.Equal("kind", review.First().Key);
    }

    [Fact]
    public async Task TheShorterTimeout_Counts()
    {
        Server.Seed(Webhook.Configuration(Validating));
        await CreateAsync("?timeout=3s");
        Assert.Equal("POST /review?timeout=3s HTTP/1.1", Assert.Single(Webhook.Seen).Request.Line);
    }

    [Fact]
    public async Task ConnectionsAreKept_OnePoolForEachPath()
    {
        Server.Seed(Webhook.Configuration(Mutating, path: "/mutate"));
        Server.Seed(Webhook.Configuration(Validating, path: "/validate"));
        for (var index = 0; index < 4; index++)
        {
            await CreateAsync(name: $"d{index}");
        }

        Assert.Equal(8, Webhook.Seen.Count);
        Assert.Equal(2, Webhook.Connections);
    }

    [Fact]
    public async Task ADenial_IsWordedAsTheRealOne()
    {
        Server.Seed(Webhook.Configuration(Validating));
        Webhook.Respond(_ => """{"allowed":false,"status":{"code":403,"reason":"Forbidden","message":"spec.replicas is 1;\nmust be at least 2"}}""");
        var answer = await CreateAsync();

        Assert.Equal(403, answer.Status);
        Assert.Equal("admission webhook \"a.test.io\" denied the request: spec.replicas is 1;\nmust be at least 2", answer.Message);
        Assert.Equal("Forbidden", answer.Json["reason"]!.ToString());
        Assert.Null(Server.Find("apps/v1", "Deployment", "demo", "web"));
    }

    [Theory]
    [InlineData("""{"allowed":false}""", 400, "admission webhook \"a.test.io\" denied the request without explanation")]
    [InlineData("""{"allowed":false,"status":{"reason":"NoSuchLuck"}}""", 400, "admission webhook \"a.test.io\" denied the request: NoSuchLuck")]
    [InlineData("""{"allowed":false,"status":{"code":200,"message":"no"}}""", 400, "admission webhook \"a.test.io\" denied the request: no")]
    [InlineData("""{"allowed":false,"status":{"code":999,"message":"no"}}""", 999, "admission webhook \"a.test.io\" denied the request: no")]
    public async Task ADenialsCode_IsPassedOn(string response, int code, string message)
    {
        Server.Seed(Webhook.Configuration(Validating));
        Webhook.Respond(_ => response);
        var answer = await CreateAsync();
        Assert.Equal((code, message), (answer.Status, answer.Message));
    }

    [Fact]
    public async Task Warnings_BecomeHeaders()
    {
        Server.Seed(Webhook.Configuration(Validating));
        Webhook.Respond(_ => """{"allowed":true,"warnings":["say \"two\"","say \"two\"","","a\nb","naïve"]}""");
        var answer = await CreateAsync();
        Assert.Equal(["299 - \"say \\\"two\\\"\"", "299 - \"naïve\""], answer.Warnings.Select(text => text.Replace("Ã¯", "ï", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task AValidAnswer_ChangesTheObject_AndTheValidatingCallSeesIt()
    {
        Server.Seed(Webhook.Configuration(Mutating, path: "/mutate"));
        Server.Seed(Webhook.Configuration(Validating, path: "/validate"));
        Webhook.Answer = (http, review) => http.Response.WriteAsync(SmallWebhook.Reply(review, http.Request.Path == "/mutate"
            ? SmallWebhook.Patch("""[{"op":"add","path":"/spec/template/spec/containers/0/readinessProbe","value":{"tcpSocket":{"port":80}}}]""")
            : """{"allowed":true}"""));
        var answer = await CreateAsync();

        // Defaulted after the patch, as everything that is decoded.
        var probe = answer.Json["spec"]!["template"]!["spec"]!["containers"]![0]!["readinessProbe"]!;
        Assert.Equal("""{"tcpSocket":{"port":80},"timeoutSeconds":1,"periodSeconds":10,"successThreshold":1,"failureThreshold":3}""", probe.ToJsonString());
        var seen = Webhook.Seen[1].Review["request"]!["object"]!["spec"]!["template"]!["spec"]!["containers"]![0]!["readinessProbe"];
        Assert.True(JsonNode.DeepEquals(probe, seen));
        Assert.True(JsonNode.DeepEquals(probe, Server.Find("apps/v1", "Deployment", "demo", "web")!["spec"]!["template"]!["spec"]!["containers"]![0]!["readinessProbe"]));
    }

    /// <summary>Answers that the real server refuses; the failure policy decides what follows.</summary>
    [Theory]
    [InlineData("not JSON", true)]
    [InlineData("", true)]
    [InlineData("""{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1"}""", true)]
    [InlineData("""{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","Response":{"uid":"UID","allowed":true}}""", true)]
    [InlineData("""{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","response":{"UID":"UID","allowed":true}}""", true)]
    [InlineData("""{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","response":{"uid":"other","allowed":true}}""", true)]
    [InlineData("""{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1beta1","response":{"uid":"UID","allowed":true}}""", true)]
    [InlineData("""{"response":{"uid":"UID","allowed":true}}""", true)]
    [InlineData("""{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","response":{"uid":"UID","allowed":true}}x""", true)]
    [InlineData("""{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","response":{"uid":"UID","allowed":"yes"}}""", true)]
    [InlineData("""{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","response":{"uid":"UID","allowed":true,"patch":"W10="}}""", true)]
    [InlineData("""{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","response":{"uid":"UID","allowed":true,"patchType":"JSONPatch"}}""", true)]
    [InlineData("""{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","response":{"uid":"UID","allowed":true,"patch":"W10=","patchType":"MergePatch"}}""", true)]
    [InlineData("""{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","response":{"uid":"UID","allowed":true,"patch":"[]","patchType":"JSONPatch"}}""", true)]
    [InlineData("""{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","response":{"uid":"UID","allowed":true,"patch":"W10=","patchType":"JSONPatch"}}""", false)]
    [InlineData("""{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","response":{"uid":"UID","allowed":true,"more":1,"warnings":null,"status":null}}""", false)]
    public async Task AnAnswer_IsTakenOrLeft(string body, bool refused)
    {
        Webhook.Answer = (http, review) => http.Response.WriteAsync(body.Replace("UID", review["request"]!["uid"]!.ToString(), StringComparison.Ordinal));
        Server.Seed(Webhook.Configuration(Mutating));
        var closed = await CreateAsync();
        Assert.Equal(refused ? 500 : 201, closed.Status);
        if (refused)
        {
            Assert.StartsWith("Internal error occurred: failed calling webhook \"a.test.io\": ", closed.Message, StringComparison.Ordinal);
        }

        Server.Seed(Webhook.Configuration(Mutating, extra: "\"failurePolicy\":\"Ignore\""));
        Assert.Equal(201, (await CreateAsync(name: "open")).Status);
    }

    [Fact]
    public async Task AValidatingWebhookThatPatches_IsRefused()
    {
        Server.Seed(Webhook.Configuration(Validating));
        Webhook.Respond(_ => SmallWebhook.Patch("[]"));
        Assert.Equal(500, (await CreateAsync()).Status);
    }

    [Theory]
    [InlineData("""[{"op":"add","path":"/metadata/annotations/a","value":"b"}]""", 500)]
    [InlineData("""[{"op":"test","path":"/spec/replicas","value":7}]""", 500)]
    [InlineData("""[{"op":"replace","path":"/spec/replicas","value":"two"}]""", 500)]
    [InlineData("""[{"op":"replace","path":"/spec/replicas","value":-3}]""", 422)]
    [InlineData("""[{"op":"add","path":"/metadata/annotations","value":{"a":"b"}}]""", 201)]
    public async Task APatchThatDoesNotApply_FailsTheRequestEvenUnderIgnore(string patch, int status)
    {
        Server.Seed(Webhook.Configuration(Mutating, extra: "\"failurePolicy\":\"Ignore\""));
        Webhook.Respond(_ => SmallWebhook.Patch(patch));
        Assert.Equal(status, (await CreateAsync()).Status);
    }

    [Theory]
    [InlineData(503, "0", 3, 201)]
    [InlineData(429, "0", 11, 201)]
    [InlineData(500, "0", 12, 500)]
    [InlineData(503, null, 2, 500)]
    [InlineData(503, "soon", 2, 500)]
    [InlineData(400, "0", 2, 500)]
    public async Task AnAnswerWithRetryAfter_IsAskedForAgainUpToTenTimes(int code, string? retryAfter, int goodAt, int status)
    {
        Server.Seed(Webhook.Configuration(Validating));
        var calls = 0;
        Webhook.Answer = (http, review) =>
        {
            if (Interlocked.Increment(ref calls) >= goodAt)
            {
                return http.Response.WriteAsync(SmallWebhook.Reply(review, """{"allowed":true}"""));
            }

            http.Response.StatusCode = code;
            http.Response.Headers.RetryAfter = retryAfter;
            return http.Response.WriteAsync("busy");
        };
        Assert.Equal(status, (await CreateAsync()).Status);
        var call = Assert.Single(Server.WebhookCalls);
        Assert.Equal(status == 201 ? goodAt : retryAfter == "0" && code >= 429 ? 11 : 1, call.Attempts);
        // The very same bytes each time: the uid is the call's, not the attempt's.
        Assert.Single(Webhook.Seen.Select(seen => seen.Review["request"]!["uid"]!.ToString()).Distinct());
    }

    [Theory]
    [InlineData("Fail", 500)]
    [InlineData("Ignore", 201)]
    public async Task ASilentWebhook_TimesOut(string policy, int status)
    {
        Server.Seed(Webhook.Configuration(Validating, extra: $"\"failurePolicy\":\"{policy}\",\"timeoutSeconds\":1"));
        Webhook.Answer = (http, _) => Task.Delay(Timeout.Infinite, http.RequestAborted);
        var answer = await CreateAsync();
        Assert.Equal(status, answer.Status);
        if (status == 500)
        {
            Assert.Equal($"Internal error occurred: failed calling webhook \"a.test.io\": failed to call webhook: Post \"{Webhook.Url}review?timeout=1s\": context deadline exceeded",
                answer.Message);
        }
    }

    [Fact]
    public async Task TheRequestsOwnDeadline_IsNotCoveredByIgnore()
    {
        Server.Seed(Webhook.Configuration(Validating, extra: "\"failurePolicy\":\"Ignore\""));
        Webhook.Answer = (http, _) => Task.Delay(Timeout.Infinite, http.RequestAborted);
        Assert.Equal(504, (await CreateAsync("?timeout=100ms")).Status);
    }

    [Fact]
    public async Task NobodyListens_IsSaidAsTheRealServerSaysIt()
    {
        Server.Seed(Webhook.Configuration(Validating).Replace(Webhook.Url.ToString(), "https://127.0.0.1:1/", StringComparison.Ordinal));
        Assert.Equal("Internal error occurred: failed calling webhook \"a.test.io\": failed to call webhook: Post \"https://127.0.0.1:1/review?timeout=10s\": "
            + "dial tcp 127.0.0.1:1: connect: connection refused", (await CreateAsync()).Message);
    }

    [Theory]
    [InlineData("Z2FyYmFnZQ==", "unable to load root certificates")]
    [InlineData("OTHER", "failed to verify certificate")]
    public async Task TrustIsTheCaBundleAlone(string bundle, string problem)
    {
        await using var other = await SmallWebhook.StartAsync();
        var given = bundle == "OTHER" ? other.CaBundle : bundle;
        Server.Seed(Webhook.Configuration(Validating).Replace(Webhook.CaBundle, given, StringComparison.Ordinal));
        var answer = await CreateAsync();
        Assert.Equal(500, answer.Status);
        Assert.Contains(problem, answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AService_IsReachedWhereItsPodsListen_ByItsOwnName()
    {
        var configuration = JsonNode.Parse(Webhook.Configuration(Validating))!;
        var client = configuration["webhooks"]![0]!["clientConfig"]!.AsObject();
        client.Remove("url");
        // The in-test webhook's certificate is good for kubernetes.default.svc.
        client["service"] = JsonNode.Parse("""{"name":"kubernetes","namespace":"default","path":"/validate"}""");
        Server.Seed(configuration.ToJsonString());
        var missing = await CreateAsync();
        Assert.Contains("Post \"https://kubernetes.default.svc:443/validate?timeout=10s\": service \"kubernetes\" not found", missing.Message, StringComparison.Ordinal);

        Server.RouteService("default", "kubernetes", "127.0.0.1", Webhook.Url.Port);
        Assert.Equal(201, (await CreateAsync()).Status);
        Assert.Equal("POST /validate?timeout=10s HTTP/1.1", Assert.Single(Webhook.Seen).Request.Line);
        Assert.Equal("kubernetes.default.svc:443", Assert.Single(Webhook.Seen).Request.Headers["Host"]);
    }
}
