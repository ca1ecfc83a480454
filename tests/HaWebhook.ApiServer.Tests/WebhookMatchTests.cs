using Microsoft.AspNetCore.Http;

namespace HaWebhook.ApiServer.Tests;

/// <summary>Which requests webhooks are asked about, in which order, and on whose behalf.</summary>
public sealed class WebhookMatchTests : WebhookTest
{
    [Theory]
    [InlineData("", "r,a,b")]
    [InlineData("IfNeeded", "r,a,b,a,b")]
    public async Task AWebhookThatMayBe_IsReinvokedAfterAChange(string reinvocation, string expected)
    {
        var extra = reinvocation.Length == 0 ? "" : $"\"reinvocationPolicy\":\"{reinvocation}\"";
        Server.Seed(Webhook.Configuration(Mutating, "0", "/r", hook: "r.test.io"));
        Server.Seed(Webhook.Configuration(Mutating, "2", "/b", extra, hook: "b.test.io"));
        Server.Seed(Webhook.Configuration(Mutating, "1", "/a", extra, hook: "a.test.io"));
        var count = 0;
        Webhook.Respond(_ => SmallWebhook.Patch($$$"""[{"op":"add","path":"/metadata/annotations","value":{"count":"{{{++count}}}"}}]"""));
        await CreateAsync();
        Assert.Equal(expected, string.Join(',', Webhook.Seen.Select(seen => seen.Request.Line.Split(' ', '?')[1][1..])));
    }

    [Fact]
    public async Task ADryRun_ChangesNothing_AndSaysSo()
    {
        Server.Seed(Webhook.Configuration(Validating));
        var before = Server.ResourceVersion;
        Assert.Equal(201, (await CreateAsync("?dryRun=All")).Status);
        Assert.Equal(before, Server.ResourceVersion);
        var request = Assert.Single(Webhook.Seen).Review["request"]!;
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
        Server.Seed(Webhook.Configuration(Validating, resources: resources, extra: extra));
        var asked = new List<string>();
        async Task Step(string name, Func<Task> step)
        {
            var before = Webhook.Seen.Count;
            await step();
            if (Webhook.Seen.Count > before)
            {
                asked.Add(name);
            }
        }

        await Step("create", () => CreateAsync());
        await Step("update", () => Client.SendAsync("PATCH", $"{Deployments}/web", """{"metadata":{"labels":{"new":"yes"}}}""", "application/merge-patch+json"));
        await Step("status", () => Client.SendAsync("PATCH", $"{Deployments}/web/status", """{"status":{"replicas":1}}""", "application/merge-patch+json"));
        await Step("scale", () => Client.SendAsync("PATCH", $"{Deployments}/web/scale", """{"spec":{"replicas":5}}""", "application/merge-patch+json"));
        Assert.Equal(expected, string.Join(',', asked));
        Assert.Equal(5, Server.Find("apps/v1", "Deployment", "demo", "web")!["spec"]!["replicas"]!.GetValue<int>());
    }

    [Fact]
    public async Task ConfigurationsOfWebhooks_AreNeverAskedAbout()
    {
        Server.Seed(Webhook.Configuration(Validating, resources: "\"*/*\""));
        var answer = await Client.SendAsync("POST", "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations", Webhook.Configuration(Validating, "other"));
        Assert.Equal(201, answer.Status);
        Assert.Empty(Webhook.Seen);
    }

    [Fact]
    public async Task MatchConditions_AreRefused()
    {
        var answer = await Client.SendAsync("POST", "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations",
            Webhook.Configuration(Validating, extra: "\"matchConditions\":[{\"name\":\"a\",\"expression\":\"true\"}]"));
        Assert.Equal(422, answer.Status);
        Assert.Contains("webhooks[0].matchConditions: Forbidden", answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AMutatedScale_IsWritten()
    {
        Server.Seed(Manifests.Deployment("web"));
        Server.Seed(Webhook.Configuration(Mutating, resources: "\"deployments/scale\""));
        Webhook.Respond(_ => SmallWebhook.Patch("""[{"op":"replace","path":"/spec/replicas","value":4}]"""));
        var answer = await Client.SendAsync("PATCH", $"{Deployments}/web/scale", """{"spec":{"replicas":1}}""", "application/merge-patch+json");
        Assert.Equal("""{"replicas":4}""", answer.Json["spec"]!.ToJsonString());
        Assert.Equal(4, Server.Find("apps/v1", "Deployment", "demo", "web")!["spec"]!["replicas"]!.GetValue<int>());
    }

    [Fact]
    public async Task Validators_AreAskedAllAtOnce()
    {
        Server.Seed(Webhook.Configuration(Validating, "1", "/a"));
        Server.Seed(Webhook.Configuration(Validating, "2", "/b"));
        using var both = new CountdownEvent(2);
        Webhook.Answer = async (http, review) =>
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
        Server.AddToken("controller", User.ServiceAccount("kube-system", "deployment-controller") with { Uid = "42" });
        Server.Seed(Webhook.Configuration(Validating));
        using var controller = Server.CreateClient("controller");
        await controller.SendAsync("POST", Deployments, Manifests.Deployment("a"));
        await Client.SendAsync("POST", Deployments, Manifests.Deployment("b"), "application/json", ("Impersonate-User", "bob"), ("Impersonate-Group", "devs"));

        Assert.Equal(
            [
                """{"username":"system:serviceaccount:kube-system:deployment-controller","uid":"42","groups":["system:serviceaccounts","system:serviceaccounts:kube-system","system:authenticated"]}""",
                """{"username":"bob","groups":["devs","system:authenticated"]}""",
            ],
            Webhook.Seen.Select(seen => seen.Review["request"]!["userInfo"]!.ToJsonString()));
    }
}
