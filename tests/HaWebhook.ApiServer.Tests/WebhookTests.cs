using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace HaWebhook.ApiServer.Tests;

/// <summary>How webhooks are called, and what becomes of their answers.</summary>
public sealed class WebhookTests : IAsyncLifetime
{
    private const string Deployments = "/apis/apps/v1/namespaces/demo/deployments";
    private const string Mutating = "MutatingWebhookConfiguration";
    private const string Validating = "ValidatingWebhookConfiguration";

    private SmallWebhook _webhook = null!;
    private TestApiServer _server = null!;
    private HttpClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _webhook = await SmallWebhook.StartAsync();
        _server = await TestApiServer.StartAsync();
        _server.AddNamespace("demo", ("team", "shop"));
        _client = _server.CreateClient();
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
        await _webhook.DisposeAsync();
    }

    [Fact]
    public async Task TheCallItself_IsTheRecordedOne()
    {
        _server.Seed(_webhook.Configuration(Mutating, path: "/mutate", extra: "\"timeoutSeconds\":5"));
        await CreateAsync();

        var (request, review) = Assert.Single(_webhook.Seen);
        Assert.Equal("POST /mutate?timeout=5s HTTP/1.1", request.Line);
        Assert.Equal("kube-apiserver-admission", request.Headers["User-Agent"]);
        Assert.Equal("application/json, */*", request.Headers["Accept"]);
        Assert.Equal("application/json", request.Headers["Content-Type"]);
        Assert.Equal("gzip", request.Headers["Accept-Encoding"]);
        Assert.EndsWith("\n", Assert.Single(_server.WebhookCalls).Review, StringComparison.Ordinal);
        Assert.Equal("kind", review.First().Key);
    }

    [Fact]
    public async Task TheShorterTimeout_Counts()
    {
        _server.Seed(_webhook.Configuration(Validating));
        await CreateAsync("?timeout=3s");
        Assert.Equal("POST /review?timeout=3s HTTP/1.1", Assert.Single(_webhook.Seen).Request.Line);
    }

    [Fact]
    public async Task ConnectionsAreKept_OnePoolForEachPath()
    {
        _server.Seed(_webhook.Configuration(Mutating, path: "/mutate"));
        _server.Seed(_webhook.Configuration(Validating, path: "/validate"));
        for (var index = 0; index < 4; index++)
        {
            await CreateAsync(name: $"d{index}");
        }

        Assert.Equal(8, _webhook.Seen.Count);
        Assert.Equal(2, _webhook.Connections);
    }

    [Fact]
    public async Task ADenial_IsWordedAsTheRealOne()
    {
        _server.Seed(_webhook.Configuration(Validating));
        _webhook.Respond(_ => """{"allowed":false,"status":{"code":403,"reason":"Forbidden","message":"spec.replicas is 1;\nmust be at least 2"}}""");
        var answer = await CreateAsync();

        Assert.Equal(403, answer.Status);
        Assert.Equal("admission webhook \"a.test.io\" denied the request: spec.replicas is 1;\nmust be at least 2", answer.Message);
        Assert.Equal("Forbidden", answer.Json["reason"]!.ToString());
        Assert.Null(_server.Find("apps/v1", "Deployment", "demo", "web"));
    }

    [Theory]
    [InlineData("""{"allowed":false}""", 400, "admission webhook \"a.test.io\" denied the request without explanation")]
    [InlineData("""{"allowed":false,"status":{"reason":"NoSuchLuck"}}""", 400, "admission webhook \"a.test.io\" denied the request: NoSuchLuck")]
    [InlineData("""{"allowed":false,"status":{"code":200,"message":"no"}}""", 400, "admission webhook \"a.test.io\" denied the request: no")]
    [InlineData("""{"allowed":false,"status":{"code":999,"message":"no"}}""", 999, "admission webhook \"a.test.io\" denied the request: no")]
    public async Task ADenialsCode_IsPassedOn(string response, int code, string message)
    {
        _server.Seed(_webhook.Configuration(Validating));
        _webhook.Respond(_ => response);
        var answer = await CreateAsync();
        Assert.Equal((code, message), (answer.Status, answer.Message));
    }

    [Fact]
    public async Task Warnings_BecomeHeaders()
    {
        _server.Seed(_webhook.Configuration(Validating));
        _webhook.Respond(_ => """{"allowed":true,"warnings":["say \"two\"","say \"two\"","","a\nb","naïve"]}""");
        var answer = await CreateAsync();
        Assert.Equal(["299 - \"say \\\"two\\\"\"", "299 - \"naïve\""], answer.Warnings.Select(text => text.Replace("Ã¯", "ï", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task AValidAnswer_ChangesTheObject_AndTheValidatingCallSeesIt()
    {
        _server.Seed(_webhook.Configuration(Mutating, path: "/mutate"));
        _server.Seed(_webhook.Configuration(Validating, path: "/validate"));
        _webhook.Answer = (http, review) => http.Response.WriteAsync(SmallWebhook.Reply(review, http.Request.Path == "/mutate"
            ? SmallWebhook.Patch("""[{"op":"add","path":"/spec/template/spec/containers/0/readinessProbe","value":{"tcpSocket":{"port":80}}}]""")
            : """{"allowed":true}"""));
        var answer = await CreateAsync();

        // Defaulted after the patch, as everything that is decoded.
        var probe = answer.Json["spec"]!["template"]!["spec"]!["containers"]![0]!["readinessProbe"]!;
        Assert.Equal("""{"tcpSocket":{"port":80},"timeoutSeconds":1,"periodSeconds":10,"successThreshold":1,"failureThreshold":3}""", probe.ToJsonString());
        var seen = _webhook.Seen[1].Review["request"]!["object"]!["spec"]!["template"]!["spec"]!["containers"]![0]!["readinessProbe"];
        Assert.True(JsonNode.DeepEquals(probe, seen));
        Assert.True(JsonNode.DeepEquals(probe, _server.Find("apps/v1", "Deployment", "demo", "web")!["spec"]!["template"]!["spec"]!["containers"]![0]!["readinessProbe"]));
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
        _webhook.Answer = (http, review) => http.Response.WriteAsync(body.Replace("UID", review["request"]!["uid"]!.ToString(), StringComparison.Ordinal));
        _server.Seed(_webhook.Configuration(Mutating));
        var closed = await CreateAsync();
        Assert.Equal(refused ? 500 : 201, closed.Status);
        if (refused)
        {
            Assert.StartsWith("Internal error occurred: failed calling webhook \"a.test.io\": ", closed.Message, StringComparison.Ordinal);
        }

        _server.Seed(_webhook.Configuration(Mutating, extra: "\"failurePolicy\":\"Ignore\""));
        Assert.Equal(201, (await CreateAsync(name: "open")).Status);
    }

    [Fact]
    public async Task AValidatingWebhookThatPatches_IsRefused()
    {
        _server.Seed(_webhook.Configuration(Validating));
        _webhook.Respond(_ => SmallWebhook.Patch("[]"));
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
        _server.Seed(_webhook.Configuration(Mutating, extra: "\"failurePolicy\":\"Ignore\""));
        _webhook.Respond(_ => SmallWebhook.Patch(patch));
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
        _server.Seed(_webhook.Configuration(Validating));
        var calls = 0;
        _webhook.Answer = (http, review) =>
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
        var call = Assert.Single(_server.WebhookCalls);
        Assert.Equal(status == 201 ? goodAt : retryAfter == "0" && code >= 429 ? 11 : 1, call.Attempts);
        // The very same bytes each time: the uid is the call's, not the attempt's.
        Assert.Single(_webhook.Seen.Select(seen => seen.Review["request"]!["uid"]!.ToString()).Distinct());
    }

    [Theory]
    [InlineData("Fail", 500)]
    [InlineData("Ignore", 201)]
    public async Task ASilentWebhook_TimesOut(string policy, int status)
    {
        _server.Seed(_webhook.Configuration(Validating, extra: $"\"failurePolicy\":\"{policy}\",\"timeoutSeconds\":1"));
        _webhook.Answer = (http, _) => Task.Delay(Timeout.Infinite, http.RequestAborted);
        var answer = await CreateAsync();
        Assert.Equal(status, answer.Status);
        if (status == 500)
        {
            Assert.Equal($"Internal error occurred: failed calling webhook \"a.test.io\": failed to call webhook: Post \"{_webhook.Url}review?timeout=1s\": context deadline exceeded",
                answer.Message);
        }
    }

    [Fact]
    public async Task TheRequestsOwnDeadline_IsNotCoveredByIgnore()
    {
        _server.Seed(_webhook.Configuration(Validating, extra: "\"failurePolicy\":\"Ignore\""));
        _webhook.Answer = (http, _) => Task.Delay(Timeout.Infinite, http.RequestAborted);
        Assert.Equal(504, (await CreateAsync("?timeout=100ms")).Status);
    }

    [Fact]
    public async Task NobodyListens_IsSaidAsTheRealServerSaysIt()
    {
        _server.Seed(_webhook.Configuration(Validating).Replace(_webhook.Url.ToString(), "https://127.0.0.1:1/", StringComparison.Ordinal));
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
        _server.Seed(_webhook.Configuration(Validating).Replace(_webhook.CaBundle, given, StringComparison.Ordinal));
        var answer = await CreateAsync();
        Assert.Equal(500, answer.Status);
        Assert.Contains(problem, answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AService_IsReachedWhereItsPodsListen_ByItsOwnName()
    {
        var configuration = JsonNode.Parse(_webhook.Configuration(Validating))!;
        var client = configuration["webhooks"]![0]!["clientConfig"]!.AsObject();
        client.Remove("url");
        // The in-test webhook's certificate is good for kubernetes.default.svc.
        client["service"] = JsonNode.Parse("""{"name":"kubernetes","namespace":"default","path":"/validate"}""");
        _server.Seed(configuration.ToJsonString());
        var missing = await CreateAsync();
        Assert.Contains("Post \"https://kubernetes.default.svc:443/validate?timeout=10s\": service \"kubernetes\" not found", missing.Message, StringComparison.Ordinal);

        _server.RouteService("default", "kubernetes", "127.0.0.1", _webhook.Url.Port);
        Assert.Equal(201, (await CreateAsync()).Status);
        Assert.Equal("POST /validate?timeout=10s HTTP/1.1", Assert.Single(_webhook.Seen).Request.Line);
        Assert.Equal("kubernetes.default.svc:443", Assert.Single(_webhook.Seen).Request.Headers["Host"]);
    }

    [Theory]
    [InlineData("", "r,a,b")]
    [InlineData("IfNeeded", "r,a,b,a,b")]
    public async Task AWebhookThatMayBe_IsReinvokedAfterAChange(string reinvocation, string expected)
    {
        var extra = reinvocation.Length == 0 ? "" : $"\"reinvocationPolicy\":\"{reinvocation}\"";
        _server.Seed(_webhook.Configuration(Mutating, "0", "/r", hook: "r.test.io"));
        _server.Seed(_webhook.Configuration(Mutating, "2", "/b", extra, hook: "b.test.io"));
        _server.Seed(_webhook.Configuration(Mutating, "1", "/a", extra, hook: "a.test.io"));
        var count = 0;
        _webhook.Respond(_ => SmallWebhook.Patch($$$"""[{"op":"add","path":"/metadata/annotations","value":{"count":"{{{++count}}}"}}]"""));
        await CreateAsync();
        Assert.Equal(expected, string.Join(',', _webhook.Seen.Select(seen => seen.Request.Line.Split(' ', '?')[1][1..])));
    }

    [Fact]
    public async Task ADryRun_ChangesNothing_AndSaysSo()
    {
        _server.Seed(_webhook.Configuration(Validating));
        var before = _server.ResourceVersion;
        Assert.Equal(201, (await CreateAsync("?dryRun=All")).Status);
        Assert.Equal(before, _server.ResourceVersion);
        var request = Assert.Single(_webhook.Seen).Review["request"]!;
        Assert.True(request["dryRun"]!.GetValue<bool>());
        Assert.Equal("""["All"]""", request["options"]!["dryRun"]!.ToJsonString());
    }

    /// <summary>Which writes a webhook hears of: rules with and without subresources, selectors of labels of namespace and object.</summary>
    [Theory]
    [InlineData("\"deployments\"", "", "create,update")]
    [InlineData("\"deployments/scale\"", "", "scale")]
    [InlineData("\"*\"", "", "create,update")]
    [InlineData("\"*/scale\"", "", "scale")]
    [InlineData("\"*/*\"", "", "create,update,status,scale")]
    [InlineData("\"deployments/*\"", "", "status,scale")]
    [InlineData("\"statefulsets\"", "", "")]
    [InlineData("\"*/*\"", "\"namespaceSelector\":{\"matchLabels\":{\"team\":\"shop\"}}", "create,update,status,scale")]
    [InlineData("\"*/*\"", "\"namespaceSelector\":{\"matchExpressions\":[{\"key\":\"team\",\"operator\":\"NotIn\",\"values\":[\"shop\"]}]}", "")]
    [InlineData("\"*/*\"", "\"objectSelector\":{\"matchLabels\":{\"app\":\"web\"}}", "create,update,status")]
    [InlineData("\"*/*\"", "\"objectSelector\":{\"matchLabels\":{\"new\":\"yes\"}}", "update,status")]
    public async Task RulesAndSelectors_DecideWhatIsAsked(string resources, string extra, string expected)
    {
        _server.Seed(_webhook.Configuration(Validating, resources: resources, extra: extra));
        var asked = new List<string>();
        async Task Step(string name, Func<Task> step)
        {
            var before = _webhook.Seen.Count;
            await step();
            if (_webhook.Seen.Count > before)
            {
                asked.Add(name);
            }
        }

        await Step("create", () => CreateAsync());
        await Step("update", () => _client.SendAsync("PATCH", $"{Deployments}/web", """{"metadata":{"labels":{"new":"yes"}}}""", "application/merge-patch+json"));
        await Step("status", () => _client.SendAsync("PATCH", $"{Deployments}/web/status", """{"status":{"replicas":1}}""", "application/merge-patch+json"));
        await Step("scale", () => _client.SendAsync("PATCH", $"{Deployments}/web/scale", """{"spec":{"replicas":5}}""", "application/merge-patch+json"));
        Assert.Equal(expected, string.Join(',', asked));
        Assert.Equal(5, _server.Find("apps/v1", "Deployment", "demo", "web")!["spec"]!["replicas"]!.GetValue<int>());
    }

    [Fact]
    public async Task ConfigurationsOfWebhooks_AreNeverAskedAbout()
    {
        _server.Seed(_webhook.Configuration(Validating, resources: "\"*/*\""));
        var answer = await _client.SendAsync("POST", "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations", _webhook.Configuration(Validating, "other"));
        Assert.Equal(201, answer.Status);
        Assert.Empty(_webhook.Seen);
    }

    [Fact]
    public async Task MatchConditions_AreRefused()
    {
        var answer = await _client.SendAsync("POST", "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations",
            _webhook.Configuration(Validating, extra: "\"matchConditions\":[{\"name\":\"a\",\"expression\":\"true\"}]"));
        Assert.Equal(422, answer.Status);
        Assert.Contains("webhooks[0].matchConditions: Forbidden", answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AMutatedScale_IsWritten()
    {
        _server.Seed(Manifests.Deployment("web"));
        _server.Seed(_webhook.Configuration(Mutating, resources: "\"deployments/scale\""));
        _webhook.Respond(_ => SmallWebhook.Patch("""[{"op":"replace","path":"/spec/replicas","value":4}]"""));
        var answer = await _client.SendAsync("PATCH", $"{Deployments}/web/scale", """{"spec":{"replicas":1}}""", "application/merge-patch+json");
        Assert.Equal("""{"replicas":4}""", answer.Json["spec"]!.ToJsonString());
        Assert.Equal(4, _server.Find("apps/v1", "Deployment", "demo", "web")!["spec"]!["replicas"]!.GetValue<int>());
    }

    [Fact]
    public async Task Validators_AreAskedAllAtOnce()
    {
        _server.Seed(_webhook.Configuration(Validating, "1", "/a"));
        _server.Seed(_webhook.Configuration(Validating, "2", "/b"));
        using var both = new CountdownEvent(2);
        _webhook.Answer = async (http, review) =>
        {
            both.Signal();
            await Task.Run(() => both.Wait(TimeSpan.FromSeconds(5)));
            await http.Response.WriteAsync(SmallWebhook.Reply(review, """{"allowed":true}"""));
        };
        Assert.Equal(201, (await CreateAsync()).Status);
        Assert.True(both.IsSet);
    }

    [Fact]
    public async Task AUserIsShownAsAuthenticated_OrImpersonated()
    {
        _server.AddToken("controller", User.ServiceAccount("kube-system", "deployment-controller") with { Uid = "42" });
        _server.Seed(_webhook.Configuration(Validating));
        using var controller = _server.CreateClient("controller");
        await controller.SendAsync("POST", Deployments, Manifests.Deployment("a"));
        await _client.SendAsync("POST", Deployments, Manifests.Deployment("b"), "application/json", ("Impersonate-User", "bob"), ("Impersonate-Group", "devs"));

        Assert.Equal(
            [
                """{"username":"system:serviceaccount:kube-system:deployment-controller","uid":"42","groups":["system:serviceaccounts","system:serviceaccounts:kube-system","system:authenticated"]}""",
                """{"username":"bob","groups":["devs","system:authenticated"]}""",
            ],
            _webhook.Seen.Select(seen => seen.Review["request"]!["userInfo"]!.ToJsonString()));
    }

    private Task<Http.Answer> CreateAsync(string query = "", string name = "web")
        => _client.SendAsync("POST", Deployments + query, Manifests.Deployment(name));
}
