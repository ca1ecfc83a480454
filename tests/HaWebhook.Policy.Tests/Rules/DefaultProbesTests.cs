using System.Text.Json.Nodes;
using HaWebhook.Policy.Objects;
using HaWebhook.Policy.Tests.Evaluation;

namespace HaWebhook.Policy.Tests.Rules;

/// <summary>What becomes of probes that were filled in when an update changes the port that they ask.</summary>
public class DefaultProbesTests
{
    private const string Readiness = """{"tcpSocket":{"port":8080},"periodSeconds":5,"timeoutSeconds":5,"failureThreshold":2}""";
    private const string Written = """{"tcpSocket":{"port":8080}}""";
    private const string Liveness = """{"tcpSocket":{"port":8080},"periodSeconds":5,"timeoutSeconds":5,"failureThreshold":4}""";
    private const string Startup = """{"tcpSocket":{"port":8080},"periodSeconds":5,"timeoutSeconds":5,"failureThreshold":60}""";

    [Theory]
    [InlineData("the port moves", Readiness, Readiness, Liveness, "", "readinessProbe", "livenessProbe", "startupProbe")]
    [InlineData("the port stays beside another", Readiness, Readiness, Liveness, """,{"containerPort":8080,"protocol":"TCP"}""")]
    [InlineData("the author wrote readiness", Written, Written, Liveness, "", "livenessProbe", "startupProbe")]
    [InlineData("the author writes it in this update", Readiness, """{"tcpSocket":{"port":8081}}""", Liveness, "", "livenessProbe", "startupProbe")]
    [InlineData("the author wrote liveness", Readiness, Readiness, """{"tcpSocket":{"port":8080},"failureThreshold":9}""", "", "readinessProbe")]
    [InlineData(
        "with a path",
        """{"httpGet":{"path":"/h","port":8080,"scheme":"HTTP"},"periodSeconds":5,"timeoutSeconds":5,"failureThreshold":2}""",
        """{"httpGet":{"path":"/h","port":8080,"scheme":"HTTP"},"periodSeconds":5,"timeoutSeconds":5,"failureThreshold":2}""",
        """{"exec":{"command":["/check"]}}""",
        "",
        "readinessProbe")]
    public void ProbesThatWereFilledIn_FollowTheirPort(string _, string before, string after, string liveness, string otherPort, params string[] moved)
    {
        var review = ReviewJson.OfUpdate(Deployment(8080, before, liveness, ""), Deployment(8081, after, liveness, otherPort)).Read();
        var changes = PolicyText.Evaluator("").Mutate(review, RelatedObjects.None).Changes.Select(change => change.Change).ToList();

        Assert.Equal(moved.Select(probe => "/spec/template/spec/containers/0/" + probe), changes.Select(change => change.Path));
        Assert.All(changes, change => Assert.Equal(8081, (int)JsonNode.Parse(change.Value.Span)!["tcpSocket"]!["port"]!));
    }

    [Fact]
    public void WherePolicyOnlyKeeps_NothingMoves() => Assert.Empty(
        PolicyText.Evaluator("rules: {default-probes: {onUpdate: Keep}}")
            .Mutate(ReviewJson.OfUpdate(Deployment(8080, Readiness, Liveness, ""), Deployment(8081, Readiness, Liveness, "")).Read(), RelatedObjects.None)
            .Changes);

    private static JsonNode Deployment(int port, string readiness, string liveness, string otherPort)
    {
        var deployment = ObjectJson.Deployment();
        var container = deployment["spec"]!["template"]!["spec"]!["containers"]![0]!;
        container["ports"] = JsonNode.Parse($$"""[{"containerPort":{{port}},"protocol":"TCP"}{{otherPort}}]""");
        container["readinessProbe"] = JsonNode.Parse(readiness);
        container["livenessProbe"] = JsonNode.Parse(liveness);
        container["startupProbe"] = JsonNode.Parse(Startup);
        return deployment;
    }
}
