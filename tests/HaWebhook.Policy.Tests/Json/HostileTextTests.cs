using System.Text;
using HaWebhook.Policy.Json;

namespace HaWebhook.Policy.Tests.Json;

public class HostileTextTests
{
    private const string Marker = "MARKER";

    /// <summary>Bytes that are no UTF-8: a lone continuation, an overlong slash, a UTF-8 surrogate, beyond U+10FFFF, a sequence cut short.</summary>
    public static TheoryData<string> BadUtf8 => ["80", "c0af", "eda080", "f4908080", "e282", "ff"];

    public static TheoryData<string> LoneSurrogates => [@"\ud800", @"\udc00", @"\ud800\ud800", @"\udbffx", @"x\udfff\ud83d"];

    /// <summary>Fields of which any text is read, and fields that are compared with well-known words first.</summary>
    private static readonly string[] _readFields =
    [
        "kind",
        "apiVersion",
        "request.uid",
        "request.operation",
        "request.name",
        "request.subResource",
        "request.kind.group",
        "request.kind.version",
        "request.kind.kind",
        "request.resource.group",
        "request.resource.resource",
        "request.userInfo.username",
        "request.userInfo.groups[0]",
        "request.object.metadata.name",
        "request.object.metadata.labels.app",
        "request.object.metadata.ownerReferences[0].apiVersion",
        "request.object.metadata.ownerReferences[0].kind",
        "request.object.spec.selector.matchExpressions[0].operator",
        "request.object.spec.template.spec.nodeName",
        "request.object.spec.template.spec.restartPolicy",
        "request.object.spec.template.spec.containers[0].name",
        "request.object.spec.template.spec.containers[0].ports[0].name",
        "request.object.spec.template.spec.containers[0].ports[0].protocol",
        "request.object.spec.template.spec.containers[0].readinessProbe.httpGet.scheme",
        "request.object.spec.template.spec.topologySpreadConstraints[0].topologyKey",
        "request.object.spec.template.spec.topologySpreadConstraints[0].whenUnsatisfiable",
        "request.object.spec.template.spec.volumes[0].persistentVolumeClaim.claimName",
    ];

    private static readonly string[] _skippedFields =
    [
        "other",
        "request.other",
        "request.object.metadata.annotations.team",
        "request.object.metadata.resourceVersion",
        "request.object.spec.template.spec.containers[0].imagePullPolicy",
    ];

    [Theory]
    [MemberData(nameof(BadUtf8))]
    public void BadUtf8InAFieldThatIsRead_IsRefused(string bytes)
    {
        foreach (var field in _readFields)
        {
            Assert.Equal($"{field} is not valid Unicode", Refused(With(field, Convert.FromHexString(bytes))));
        }
    }

    [Theory]
    [MemberData(nameof(LoneSurrogates))]
    public void LoneSurrogateInAFieldThatIsRead_IsRefused(string text)
    {
        foreach (var field in _readFields)
        {
            Assert.Equal($"{field} is not valid Unicode", Refused(With(field, Encoding.UTF8.GetBytes(text))));
        }
    }

    [Theory]
    [MemberData(nameof(BadUtf8))]
    public void BadUtf8InAFieldThatIsSkipped_IsSkipped(string bytes)
    {
        var expected = VerdictText.Of(Bytes(ReadFields.Deployment()));
        foreach (var field in _skippedFields)
        {
            Assert.Equal(expected, VerdictText.Of(With(field, Convert.FromHexString(bytes))));
        }
    }

    [Theory]
    [MemberData(nameof(LoneSurrogates))]
    public void LoneSurrogateInAFieldThatIsSkipped_IsSkipped(string text)
    {
        var expected = VerdictText.Of(Bytes(ReadFields.Deployment()));
        foreach (var field in _skippedFields)
        {
            Assert.Equal(expected, VerdictText.Of(With(field, Encoding.UTF8.GetBytes(text))));
        }
    }

    [Theory]
    [MemberData(nameof(LoneSurrogates))]
    public void LoneSurrogateInAName_IsRefused(string text)
    {
        var review = ReadFields.Deployment().With("request.object.spec.MARKER", 1).ToJsonString().Replace(Marker, text, StringComparison.Ordinal);

        Assert.Equal("request.object.spec has a name that is not valid Unicode", Refused(Encoding.UTF8.GetBytes(review)));
    }

    [Theory]
    [MemberData(nameof(BadUtf8))]
    public void BadUtf8InTheNameOfALabel_IsRefused(string bytes)
    {
        var review = Bytes(ReadFields.Deployment().WithJson("request.object.metadata.labels", """{"MARKER":"x"}""")).AsSpan();
        var position = review.IndexOf("MARKER"u8);
        byte[] damaged = [.. review[..position], .. Convert.FromHexString(bytes), .. review[(position + Marker.Length)..]];

        Assert.EndsWith(" has a name that is not valid Unicode", Refused(damaged), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(@"\n")]
    [InlineData(@"\u001b[31m")]
    [InlineData(@"\u2028")]
    [InlineData("\u2028")]
    [InlineData("\u0085")]
    [InlineData("\u202e")]
    public void NameInAMessage_IsFitForALine(string characters)
    {
        var review = ReadFields.Deployment().WithJson("request.object.metadata.labels", """{"MARKER":[]}""").ToJsonString();
        var message = Refused(Encoding.UTF8.GetBytes(review.Replace(Marker, characters, StringComparison.Ordinal)));

        Assert.StartsWith("request.object.metadata.labels.?", message, StringComparison.Ordinal);
        Assert.EndsWith(" must be a string, not a list", message, StringComparison.Ordinal);
    }

    [Fact]
    public void SurrogatePair_IsOneCharacter()
    {
        var review = VerdictText.Evaluator.Reader.ReadReview(With("request.userInfo.username", Encoding.UTF8.GetBytes(@"\ud83d\ude00é€")));

        Assert.Equal("😀é€", review.User?.Name);
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\u001b")]
    [InlineData("\0")]
    public void RawControlCharacter_IsNoJson(string character) =>
        Assert.StartsWith("the body is not valid JSON (byte ", Refused(With("other", Encoding.UTF8.GetBytes(character))), StringComparison.Ordinal);

    [Theory]
    [InlineData("request.object.spec.other", "[", "]")]
    [InlineData("request.object.spec.other", "{\"a\":", "}")]
    [InlineData("request.object.metadata.annotations.other", "[", "]")]
    [InlineData("request.options", "{\"a\":", "}")]
    public void DeepNestingInAnUnknownField_IsSkipped(string field, string open, string close) =>
        Assert.Equal(VerdictText.Of(Bytes(ReadFields.Deployment())), VerdictText.Of(WithNesting(field, open, close, 9_990)));

    [Theory]
    [InlineData("[", "]", 20_000)]
    [InlineData("{\"a\":", "}", 20_000)]
    [InlineData("[", "]", 1_000_000)]
    public void NestingBeyondWhatAnyServerSends_IsPassedOverToo(string open, string close, int depth) =>
        Assert.Equal(VerdictText.Of(Bytes(ReadFields.Deployment())), VerdictText.Of(WithNesting("request.object.spec.other", open, close, depth)));

    [Fact]
    public void NestingThatIsNeverClosed_IsRefused()
    {
        var review = Encoding.UTF8.GetString(WithNesting("request.object.spec.other", "[", "]", 100));

        Assert.StartsWith(
            "the body is not valid JSON (byte ",
            Refused(Encoding.UTF8.GetBytes(review.Replace(new string(']', 100), new string(']', 40), StringComparison.Ordinal))),
            StringComparison.Ordinal);
    }

    [Fact]
    public void DeepNestingBeforeAWrongType_IsPassedOver()
    {
        var review = Encoding.UTF8.GetString(WithNesting("request.object.spec.other", "[", "]", 9_990));

        Assert.Equal(
            "request.dryRun must be true or false, not a string",
            Refused(Encoding.UTF8.GetBytes(review.Replace("\"dryRun\":false", "\"dryRun\":\"\"", StringComparison.Ordinal))));
    }

    private static byte[] WithNesting(string field, string open, string close, int depth)
    {
        var nested = string.Concat(Enumerable.Repeat(open, depth)) + "1" + string.Concat(Enumerable.Repeat(close, depth));
        var review = ReadFields.Deployment().With(field, Marker).ToJsonString();
        return Encoding.UTF8.GetBytes(review.Replace($"\"{Marker}\"", nested, StringComparison.Ordinal));
    }

    /// <summary>The review with these bytes, as they are, in a string.</summary>
    private static byte[] With(string field, byte[] text)
    {
        var review = Bytes(ReadFields.Deployment().With(field, Marker)).AsSpan();
        var position = review.IndexOf("MARKER"u8);
        return [.. review[..position], .. text, .. review[(position + Marker.Length)..]];
    }

    private static string Refused(byte[] review) =>
        Assert.Throws<MalformedJsonException>(() => VerdictText.Evaluator.Reader.ReadReview(review)).Message;

    private static byte[] Bytes(System.Text.Json.Nodes.JsonNode review) => Encoding.UTF8.GetBytes(review.ToJsonString());
}
