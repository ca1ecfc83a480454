using System.Text;
using System.Text.Json.Nodes;
using HaWebhook.Policy.Json;

namespace HaWebhook.Policy.Tests.Json;

public class FieldTypeTests
{
    private const string Secret = "SECRET-VALUE";

    /// <summary>A value of each type, with the words for it.</summary>
    private static readonly (string Found, string Json)[] _values =
    [
        ("a number", "4711"),
        (ReadFields.Text, $"\"{Secret}\""),
        (ReadFields.Boolean, "true"),
        (ReadFields.Object, $$"""{"{{Secret}}":"{{Secret}}"}"""),
        (ReadFields.List, $"[\"{Secret}\"]"),
    ];

    [Theory]
    [MemberData(nameof(ReadFields.OfDeployment), MemberType = typeof(ReadFields))]
    public void WrongType_IsRefusedWithFieldAndExpectation(string field, string expectation)
    {
        var expected = expectation == ReadFields.Number ? "a number" : expectation;
        foreach (var (found, json) in _values.Where(value => value.Found != expected))
        {
            var exception = Refused(ReadFields.Deployment().WithJson(field, json));

            Assert.Equal($"{field} must be {expectation}, not {found}", exception.Message);
            Assert.Equal(field, exception.Field);
        }
    }

    [Theory]
    [InlineData("request.object.spec.template.spec.containers[0].readinessProbe.httpGet.port")]
    [InlineData("request.object.spec.template.spec.containers[0].startupProbe.tcpSocket.port")]
    public void ProbePort_IsANumberOrAString(string field)
    {
        foreach (var json in new[] { "8080", "\"http\"", "null" })
        {
            Assert.NotEmpty(VerdictText.Of(Bytes(ReadFields.Deployment().WithJson(field, json))));
        }

        Assert.Equal($"{field} must be a string, not a list", Refused(ReadFields.Deployment().WithJson(field, "[]")).Message);
        Assert.Equal(
            $"{field} must be a whole number of 32 bits",
            Refused(ReadFields.Deployment().WithJson(field, "80.5")).Message);
    }

    [Theory]
    [InlineData("ha-webhook.io/exempt")]
    [InlineData("kubernetes.io/config.mirror")]
    public void AnnotationThatIsRead_MustBeAString(string name)
    {
        var review = ReadFields.Deployment();
        review["request"]!["object"]!["metadata"]!["annotations"]![name] = new JsonArray();

        Assert.Equal($"request.object.metadata.annotations.{name} must be a string, not a list", Refused(review).Message);
    }

    [Fact]
    public void AnnotationThatIsNotRead_MayBeAnything() =>
        Assert.NotEmpty(VerdictText.Of(Bytes(ReadFields.Deployment().WithJson("request.object.metadata.annotations.team", "[1]"))));

    [Theory]
    [InlineData("1.0")]
    [InlineData("1e0")]
    [InlineData("1E2")]
    [InlineData("0.5")]
    [InlineData("99999999999")]
    [InlineData("2147483648")]
    [InlineData("-2147483649")]
    [InlineData("1e999")]
    public void NumberThatIsNotWholeOrTooLarge_IsRefused(string number)
    {
        const string expected = "request.object.spec.replicas must be a whole number of 32 bits";

        Assert.Equal(expected, Refused(WithReplicas(number)).Message);
    }

    [Theory]
    [InlineData("01")]
    [InlineData("+1")]
    [InlineData(".5")]
    [InlineData("1.")]
    [InlineData("0x1")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("1_000")]
    public void NumberThatJsonDoesNotKnow_IsRefused(string number)
    {
        var exception = Refused(WithReplicas(number));

        Assert.Matches(@"^the body is not valid JSON \(byte \d+ of \d+\)$", exception.Message);
        Assert.Equal("", exception.Field);
    }

    [Theory]
    [InlineData("-1", "spec.replicas is -1; must be at least 2.")]
    [InlineData("-2147483648", "spec.replicas is -2147483648; must be at least 2.")]
    [InlineData("1", "spec.replicas is 1; must be at least 2.")]
    public void WholeNumber_IsJudged(string number, string message) =>
        Assert.Contains(message, VerdictText.Of(WithReplicas(number)), StringComparison.Ordinal);

    [Theory]
    [InlineData("2147483647")]
    [InlineData("-0")]
    public void WholeNumberThatIsEnough_IsAllowed(string number) =>
        Assert.DoesNotContain("minimum-replicas", VerdictText.Of(WithReplicas(number)), StringComparison.Ordinal);

    private static byte[] WithReplicas(string number)
    {
        var text = ReviewJson.OfCreate(ObjectJson.Deployment(4711)).ToNode().ToJsonString();
        return Encoding.UTF8.GetBytes(text.Replace("4711", number, StringComparison.Ordinal));
    }

    private static MalformedJsonException Refused(JsonNode review) => Refused(Bytes(review));

    private static MalformedJsonException Refused(byte[] review)
    {
        var exception = Assert.Throws<MalformedJsonException>(() => VerdictText.Evaluator.Reader.ReadReview(review));
        Assert.DoesNotContain(Secret, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("4711", exception.Message, StringComparison.Ordinal);
        return exception;
    }

    private static byte[] Bytes(JsonNode review) => Encoding.UTF8.GetBytes(review.ToJsonString());
}
