using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using HaWebhook.Tests.Telemetry;

namespace HaWebhook.Tests.Admission;

/// <summary>What is no review gets a 4xx and one clear line; what is one, however odd, gets a verdict. Never a 500, never a crash.</summary>
public sealed class BadInputTests : IAsyncLifetime
{
    private const string Secret = "SECRET-VALUE";
    private RunningServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await RunningServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    public static TheoryData<string, string> Malformed() => new()
    {
        { "", "the body is empty" },
        { "no JSON", "the body is not valid JSON (byte 1 of 7)" },
        { "null", "the body is null, not an AdmissionReview" },
        { "[]", "the document must be an object, not a list" },
        { "{}", "the body must be an AdmissionReview of admission.k8s.io/v1 (kind and apiVersion say otherwise)" },
        { Reviews.Text().Replace("admission.k8s.io/v1", "admission.k8s.io/v1beta1", StringComparison.Ordinal), "the body must be an AdmissionReview of admission.k8s.io/v1 (kind and apiVersion say otherwise)" },
        { """{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1"}""", "request is missing" },
        { """{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":null}""", "request is missing" },
        { """{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{}}""", "request.uid is missing" },
        { Reviews.Text(uid: ""), "request.uid is missing" },
        { Reviews.Text(uid: null), "request.uid is missing" },
        { Reviews.Text(uid: new string('u', 257)), "request.uid is longer than 256 characters" },
        { Reviews.Text(operation: "PATCH"), "request.operation must be CREATE, UPDATE, DELETE or CONNECT" },
        { Reviews.Text(spec: """{"replicas":"3"}"""), "request.object.spec.replicas must be a whole number, not a string" },
        { Reviews.Text(spec: """{"replicas":1.5}"""), "request.object.spec.replicas must be a whole number of 32 bits" },
        { Reviews.Text(spec: """{"replicas":99999999999}"""), "request.object.spec.replicas must be a whole number of 32 bits" },
        { Reviews.Text(spec: """{"replicas":1,"replicas":3}"""), "request.object.spec.replicas is given twice" },
        { Reviews.Text(spec: """{"replicas":1,"replic\u0061s":3}"""), "request.object.spec.replicas is given twice" },
        { Reviews.Text(spec: """{"template":{"spec":{"containers":{}}}}"""), "request.object.spec.template.spec.containers must be a list, not an object" },
        { Reviews.Text(spec: """{"template":{"spec":{"containers":[{"name":"a"},7]}}}"""), "request.object.spec.template.spec.containers[1] must be an object, not a number" },
        { Reviews.Text(spec: """{"selector":{"matchLabels":{"a":1}}}"""), "request.object.spec.selector.matchLabels.a must be a string, not a number" },
        { Reviews.Text(spec: """{"template":{"metadata":{"labels":{"a":"\ud800"}}}}"""), "request.object.spec.template.metadata.labels.a is not valid Unicode" },
        { Reviews.Text() + "x", "there are bytes after the end of the JSON document" },
        { Reviews.Text() + Reviews.Text(), "there are bytes after the end of the JSON document" },
        { Reviews.Text()[..^5], "the body is not valid JSON (byte 379 of 380)" },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task A_body_that_is_no_review_is_refused_with_one_line(string body, string expected)
    {
        foreach (var path in new[] { "/validate", "/mutate" })
        {
            using var response = await _server.PostAsync(path, Encoding.UTF8.GetBytes(body));
            Assert.Equal((HttpStatusCode.BadRequest, expected + "\n"), (response.StatusCode, await TextOf(response)));
        }
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/yaml")]
    [InlineData("application/jsonx")]
    public async Task Another_content_type_is_refused(string contentType)
    {
        using var response = await _server.PostAsync("/validate", Encoding.UTF8.GetBytes(Reviews.Text()), contentType);
        Assert.Equal((HttpStatusCode.UnsupportedMediaType, "the Content-Type must be application/json\n"), (response.StatusCode, await TextOf(response)));
    }

    [Theory]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("Application/JSON")]
    public async Task A_content_type_that_means_JSON_is_accepted(string contentType)
    {
        using var response = await _server.PostAsync("/validate", Encoding.UTF8.GetBytes(Reviews.Text()), contentType);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Another_method_is_refused()
    {
        using var response = await _server.Client.GetAsync(new Uri("/validate", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.MethodNotAllowed, "reviews are sent by POST\n"), (response.StatusCode, await TextOf(response)));
        Assert.Equal("POST", Assert.Single(response.Content.Headers.Allow));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/validate/")]
    [InlineData("/Validate")]
    public async Task Another_path_is_refused(string path)
    {
        using var response = await _server.PostAsync(path, Encoding.UTF8.GetBytes(Reviews.Text()));
        Assert.Equal((HttpStatusCode.NotFound, "no such path; reviews go to /validate and /mutate over TLS\n"), (response.StatusCode, await TextOf(response)));
    }

    [Fact]
    public async Task Reviews_without_TLS_are_refused()
    {
        using var client = new HttpClient { BaseAddress = _server.Health };
        using var content = new StringContent(Reviews.Text(), Encoding.UTF8, "application/json");
        using var response = await client.PostAsync(new Uri("/validate", UriKind.Relative), content, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task A_body_over_the_limit_is_refused()
    {
        using var content = new ByteArrayContent(new byte[48 << 20 | 1]);
        content.Headers.ContentType = new("application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/validate", UriKind.Relative)) { Content = content };

        // Waits for the server's word before it sends the body, so that the refusal is read and not lost to a broken connection.
        request.Headers.ExpectContinue = true;
        using var response = await _server.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "the body is larger than 50331648 bytes\n"), (response.StatusCode, await TextOf(response)));
    }

    [Fact]
    public async Task A_large_body_below_the_limit_is_decided()
    {
        var padded = Reviews.Text(metadata: $$"""{"name":"web","managedFields":["{{new string('<', 17 << 20)}}"]}""");
        using var response = await _server.PostAsync("/validate", Encoding.UTF8.GetBytes(padded));
        Assert.False(AdmissionAnswer.Parse(await BytesOf(response)).IsAllowed);
    }

    [Theory]
    [InlineData(10_000)]
    [InlineData(2_000_000)]
    public async Task Nesting_in_what_no_rule_reads_is_passed_over(int depth)
    {
        var nested = string.Concat(Enumerable.Repeat("[", depth)) + string.Concat(Enumerable.Repeat("]", depth));
        using var response = await _server.PostAsync("/validate", Encoding.UTF8.GetBytes(Reviews.Text(metadata: $$"""{"name":"web","x":{{nested}}}""")));
        Assert.False(AdmissionAnswer.Parse(await BytesOf(response)).IsAllowed);
    }

    [Fact]
    public async Task Two_hundred_thousand_containers_are_decided()
    {
        var containers = string.Join(",", Enumerable.Range(0, 200_000).Select(i => $$$"""{"name":"c{{{i}}}","ports":[{"containerPort":80}]}"""));
        var body = Encoding.UTF8.GetBytes(Reviews.Text(spec: $$$$"""{"replicas":1,"template":{"spec":{"containers":[{{{{containers}}}}]}}}"""));

        using var validated = await _server.PostAsync("/validate", body);
        var answer = AdmissionAnswer.Parse(await BytesOf(validated));
        Assert.False(answer.IsAllowed);
        Assert.Equal(21, answer.Warnings.Count);
        Assert.Equal("and 399980 more warnings of ha-webhook", answer.Warnings[^1]);

        using var mutated = await _server.PostAsync("/mutate", body);
        Assert.NotNull(AdmissionAnswer.Parse(await BytesOf(mutated)).Patch);
    }

    [Theory]
    [InlineData("""{"group":"","version":"v1","kind":"ConfigMap"}""")]
    [InlineData("""{"group":"example.com","version":"v9","kind":"Deployment"}""")]
    [InlineData("""{"kind":"X"}""")]
    public async Task An_unknown_kind_is_allowed_without_a_patch(string kind)
    {
        foreach (var path in new[] { "/validate", "/mutate" })
        {
            using var response = await _server.PostAsync(path, Encoding.UTF8.GetBytes(Reviews.Text(kind: kind, spec: """{"replicas":"odd"}""")));
            var answer = AdmissionAnswer.Parse(await BytesOf(response));
            Assert.True(answer.IsAllowed);
            Assert.Null(answer.Patch);
            Assert.Empty(answer.Warnings);
        }
    }

    /// <summary>Found by fuzzing: names have no end where no API server sent them.</summary>
    [Fact]
    public async Task A_name_without_end_fills_no_log()
    {
        var metadata = $$"""{"name":"{{new string('n', 100_000)}}"}""";
        using var response = await _server.PostAsync("/validate", Encoding.UTF8.GetBytes(Reviews.Text(uid: new string('u', 256), metadata: metadata, user: new string('j', 100_000))));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains(_server.Log.All, line => line.Contains("deny minimum-replicas", StringComparison.Ordinal));
        Assert.All(_server.Log.All, line => Assert.InRange(line.Length, 1, 1_500));
    }

    [Fact]
    public async Task An_answer_carries_the_uid_back_whatever_it_is()
    {
        const string uid = "a\"b\\c\u00e9\u0001d";
        using var response = await _server.PostAsync("/validate", Encoding.UTF8.GetBytes(Reviews.Text(uid: uid)));
        Assert.Equal(uid, AdmissionAnswer.Parse(await BytesOf(response)).Uid);
    }

    [Fact]
    public async Task A_connection_that_breaks_off_leaves_the_server_well()
    {
        for (var i = 0; i < 20; i++)
        {
            await using var tls = await _server.ConnectAsync();
            await tls.WriteAsync(Encoding.ASCII.GetBytes("POST /validate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 4000\r\n\r\n{\"kind\":"), TestContext.Current.CancellationToken);
        }

        using var response = await _server.PostAsync("/validate", Encoding.UTF8.GetBytes(Reviews.Text()));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.DoesNotContain(_server.Log.All, line => line.Contains("Error", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_connection_that_is_reset_within_a_body_is_no_fault_of_the_server()
    {
        for (var i = 0; i < 30; i++)
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { LingerState = new(true, 0) };
            await socket.ConnectAsync(IPAddress.Loopback, _server.Admission.Port, TestContext.Current.CancellationToken);
            await using var stream = new NetworkStream(socket);
            await using var tls = new SslStream(stream, leaveInnerStreamOpen: true, (_, certificate, _, _) => certificate is not null);
            await tls.AuthenticateAsClientAsync("localhost");
            await tls.WriteAsync(Encoding.ASCII.GetBytes("POST /validate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 4000\r\n\r\n{\"kind\":"), TestContext.Current.CancellationToken);

            // With this linger state, closing resets.
            socket.Close();
        }

        using var response = await _server.PostAsync("/validate", Encoding.UTF8.GetBytes(Reviews.Text()));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var metrics = await Exposition.OfAsync(_server);
        Assert.Equal(0, metrics["ha_webhook_refused_requests_total{reason=\"failed\"}"]);
        Assert.DoesNotContain(_server.Log.All, line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nothing_of_an_object_is_logged_or_sent_back()
    {
        string[] bodies =
        [
            Reviews.Text(spec: $$"""{"replicas":"{{Secret}}"}"""),
            Reviews.Text(spec: $$$$"""{"replicas":1,"template":{"spec":{"containers":[{"name":"a","image":"web:1","args":["{{{{Secret}}}}"],"livenessProbe":{"exec":{"command":["{{{{Secret}}}}"]},"failureThreshold":1},"env":[{"name":"P","value":"{{{{Secret}}}}"}]}]}}}"""),
            Reviews.Text(metadata: $$$"""{"name":"web","annotations":{"x":"{{{Secret}}}"}}"""),
            $"{{\"{Secret}",
            $"{{\"kind\":\"{Secret}\"}}",
        ];
        foreach (var body in bodies)
        {
            using var response = await _server.PostAsync("/validate", Encoding.UTF8.GetBytes(body));
            Assert.DoesNotContain(Secret, await TextOf(response), StringComparison.Ordinal);
        }

        Assert.NotEmpty(_server.Log.All);
        Assert.DoesNotContain(_server.Log.All, line => line.Contains(Secret, StringComparison.Ordinal));
    }

    private static Task<string> TextOf(HttpResponseMessage response) => response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

    private static Task<byte[]> BytesOf(HttpResponseMessage response) => response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
}
