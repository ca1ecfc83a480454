using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Objects;
using HaWebhook.Policy.Tests.Evaluation;

namespace HaWebhook.Policy.Tests.Rules;

public partial class ProbeSettingsTests
{
    private const string Containers = "spec.template.spec.containers";
    private const int Required = 30;

    private static readonly Gen<JsonObject> _probes =
        from delay in Gen.Choose(0, 30)
        from period in Gen.Choose(0, 15)
        from timeout in Gen.Choose(0, 20)
        from failures in Gen.Choose(0, 8)
        select new JsonObject
        {
            ["httpGet"] = new JsonObject { ["path"] = "/health", ["port"] = 8080 },
            ["initialDelaySeconds"] = delay,
            ["periodSeconds"] = period,
            ["timeoutSeconds"] = timeout,
            ["failureThreshold"] = failures,
        };

    /// <summary>Compares with a watch that goes on second by second.</summary>
    [Fact]
    public void Findings_AreThoseOfAClock()
    {
        var property = Prop.ForAll(Arb.From(_probes), Arb.From(_probes), Arb.From(Gen.Elements(false, true)), (liveness, readiness, starts) =>
        {
            var startup = starts ? liveness.DeepClone() : null;
            var fields = Fields(Judge(readiness.DeepClone(), liveness.DeepClone(), startup));
            var first = starts ? "startupProbe.failureThreshold" : "startupProbe";
            return fields.Contains("livenessProbe.failureThreshold") == SecondsToFail(liveness) <= SecondsToFail(readiness)
                && fields.Contains(first) == Number(liveness, "initialDelaySeconds", 0) + SecondsToFail(liveness) < Required
                && fields.Contains("readinessProbe.timeoutSeconds") == IsOverlong(readiness)
                && !fields.Contains("startupProbe.timeoutSeconds");
        });

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1_000), property);
    }

    [Fact]
    public void Fixes_Help()
    {
        var property = Prop.ForAll(Arb.From(_probes), Arb.From(_probes), Arb.From(Gen.Elements(false, true)), (liveness, readiness, starts) =>
        {
            var startup = starts ? liveness.DeepClone() : null;
            foreach (var finding in Judge(readiness.DeepClone(), liveness.DeepClone(), startup?.DeepClone()))
            {
                var threshold = Threshold().Match(finding.Fix);
                if (finding.Field.EndsWith("livenessProbe.failureThreshold", StringComparison.Ordinal))
                {
                    liveness["failureThreshold"] = int.Parse(threshold.Groups[1].Value, CultureInfo.InvariantCulture);
                }
                else if (finding.Field.EndsWith("startupProbe.failureThreshold", StringComparison.Ordinal))
                {
                    startup!["failureThreshold"] = int.Parse(threshold.Groups[1].Value, CultureInfo.InvariantCulture);
                }
                else if (finding.Field.EndsWith("startupProbe", StringComparison.Ordinal))
                {
                    startup = JsonNode.Parse(finding.Fix["Add startupProbe: ".Length..finding.Fix.IndexOf(". If this is right", StringComparison.Ordinal)]);
                }
            }

            return Fields(Judge(readiness, liveness, startup)).All(field => field.EndsWith("timeoutSeconds", StringComparison.Ordinal));
        });

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1_000), property);
    }

    [Theory]
    [InlineData("""{"containerPort":8080}""", "")]
    [InlineData("""{"name":"https","containerPort":8443}""", "health-path=/health")]
    [InlineData("""{"name":"http","containerPort":80}""", "health-path=/health; ready-path=/ready")]
    [InlineData("""{"name":"grpc","containerPort":9000}""", "health-path=/health")]
    public void ProbesThatAreFilledIn_AreRight(string port, string annotations)
    {
        var bare = ObjectJson.Deployment()
            .WithJson(Containers, $$"""[{"name":"web","image":"web:1","ports":[{{port}}]}]""")
            .WithAnnotations("metadata.annotations", annotations);
        var verdict = PolicyText.Evaluator("mode: Audit").Validate(ReviewJson.OfCreate(bare).Read(), RelatedObjects.None);

        Assert.Equal(["readinessProbe", "livenessProbe", "startupProbe"], verdict.Changes.Select(change => change.Change.FieldName));
        Assert.DoesNotContain(verdict.Findings, finding => finding.Rule == "probe-settings");
    }

    private static IReadOnlyList<Finding> Judge(JsonNode readiness, JsonNode liveness, JsonNode? startup)
    {
        var container = new JsonObject { ["name"] = "web", ["readinessProbe"] = readiness, ["livenessProbe"] = liveness, ["startupProbe"] = startup };
        var review = ReviewJson.OfCreate(ObjectJson.Deployment().With(Containers, new JsonArray(container.DeepClone()))).Read();
        return PolicyText.Evaluator("").Validate(review, RelatedObjects.None).Findings;
    }

    private static string[] Fields(IEnumerable<Finding> findings) =>
    [
        .. from finding in findings
           where finding.Rule == "probe-settings"
           select finding.Field[(finding.Field.IndexOf("].", StringComparison.Ordinal) + 2)..],
    ];

    private static bool IsOverlong(JsonObject probe) => Number(probe, "timeoutSeconds", 1) > Number(probe, "periodSeconds", 10);

    private static int SecondsToFail(JsonObject probe)
    {
        var seconds = 0;
        for (var failures = 0; failures < Number(probe, "failureThreshold", 3); failures++)
        {
            for (var second = 0; second < Number(probe, "periodSeconds", 10); second++)
            {
                seconds++;
            }
        }

        return seconds;
    }

    private static int Number(JsonObject probe, string field, int absent) => (int)probe[field]! is > 0 and var number ? number : absent;

    [GeneratedRegex("^Set failureThreshold to ([0-9]+) ")]
    private static partial Regex Threshold();
}
