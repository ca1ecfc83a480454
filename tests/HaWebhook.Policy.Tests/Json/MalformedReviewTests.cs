using System.Text;
using System.Text.Json.Nodes;
using HaWebhook.Policy.Json;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Tests.Json;

public class MalformedReviewTests
{
    private const string Secret = "SECRET-VALUE";

    [Theory]
    [InlineData("", "the body is empty")]
    [InlineData("   ", "the body is not valid JSON (byte 3 of 3)")]
    [InlineData("null", "the body is null, not an AdmissionReview")]
    [InlineData("[]", "the document must be an object, not a list")]
    [InlineData("\"SECRET-VALUE\"", "the document must be an object, not a string")]
    [InlineData("true", "the document must be an object, not true or false")]
    [InlineData("{}", "the body must be an AdmissionReview of admission.k8s.io/v1 (kind and apiVersion say otherwise)")]
    [InlineData("{SECRET-VALUE", "the body is not valid JSON (byte 2 of 13)")]
    [InlineData("kind: AdmissionReview", "the body is not valid JSON (byte 1 of 21)")]
    public void Body_MustBeAnAdmissionReview(string body, string message) => Assert.Equal(message, MessageOf(Encoding.UTF8.GetBytes(body)));

    [Theory]
    [InlineData(" \n\t")]
    [InlineData("{")]
    [InlineData("\uFEFF{}")]
    [InlineData("// comment\n{}")]
    [InlineData("{\"kind\":\"AdmissionReview\",}")]
    [InlineData("{'kind':'AdmissionReview'}")]
    public void Body_MustBeJson(string body) =>
        Assert.Matches(@"^the body is not valid JSON \(byte \d+ of \d+\)$", MessageOf(Encoding.UTF8.GetBytes(body)));

    [Theory]
    [InlineData("kind", "\"SECRET-VALUE\"")]
    [InlineData("kind", "null")]
    [InlineData("apiVersion", "\"admission.k8s.io/v1beta1\"")]
    [InlineData("apiVersion", "\"SECRET-VALUE\"")]
    public void OtherKindOrVersion_IsRefused(string field, string json) =>
        Assert.Equal(
            "the body must be an AdmissionReview of admission.k8s.io/v1 (kind and apiVersion say otherwise)",
            MessageOf(ReadFields.Deployment().WithJson(field, json)));

    [Theory]
    [InlineData("request", "request is missing")]
    [InlineData("request.uid", "request.uid is missing")]
    [InlineData("request.kind", "request.kind is missing")]
    [InlineData("request.kind.kind", "request.kind is missing")]
    [InlineData("request.operation", "request.operation is missing")]
    [InlineData("request.object", "request.object is missing")]
    public void RequiredField_IsMissed(string field, string message)
    {
        Assert.Equal(message, MessageOf(ReadFields.Deployment().Without(field)));
        Assert.Equal(message, MessageOf(ReadFields.Deployment().With(field, null)));
    }

    [Theory]
    [InlineData("request.uid", "[]", "request.uid must be a string, not a list")]
    [InlineData("request.kind", "\"SECRET-VALUE\"", "request.kind must be an object, not a string")]
    [InlineData("request.operation", "\"SECRET-VALUE\"", "request.operation must be CREATE, UPDATE, DELETE or CONNECT")]
    [InlineData("request.operation", "\"create\"", "request.operation must be CREATE, UPDATE, DELETE or CONNECT")]
    [InlineData("request.dryRun", "\"false\"", "request.dryRun must be true or false, not a string")]
    [InlineData("request.userInfo.groups", "{}", "request.userInfo.groups must be a list, not an object")]
    [InlineData("request.userInfo.groups[0]", "{}", "request.userInfo.groups[0] must be a string, not an object")]
    [InlineData("request.object", "[]", "request.object must be an object, not a list")]
    [InlineData("request.object.spec.replicas", "\"2\"", "request.object.spec.replicas must be a whole number, not a string")]
    [InlineData("request.object.spec.replicas", "true", "request.object.spec.replicas must be a whole number, not true or false")]
    [InlineData(
        "request.object.metadata.ownerReferences[0].controller",
        "\"true\"",
        "request.object.metadata.ownerReferences[0].controller must be true or false, not a string")]
    [InlineData(
        "request.object.spec.selector.matchExpressions[0].values",
        "\"web\"",
        "request.object.spec.selector.matchExpressions[0].values must be a list, not a string")]
    [InlineData(
        "request.object.spec.template.spec.containers[0].ports[0].containerPort",
        "\"8080\"",
        "request.object.spec.template.spec.containers[0].ports[0].containerPort must be a whole number, not a string")]
    [InlineData(
        "request.object.spec.template.spec.topologySpreadConstraints[0].labelSelector",
        "\"app=web\"",
        "request.object.spec.template.spec.topologySpreadConstraints[0].labelSelector must be an object, not a string")]
    public void WrongValue_IsToldWithItsField(string field, string json, string message) =>
        Assert.Equal(message, MessageOf(ReadFields.Deployment().WithJson(field, json)));

    [Fact]
    public void SecondItemOfAList_IsNamedByItsIndex()
    {
        var review = ReadFields.Deployment().WithJson(
            "request.object.spec.template.spec.containers", """[{"name":"a","env":[{"a":[]},2]},null,{"name":"b","ports":[{},{"name":[]}]}]""");

        Assert.Equal("request.object.spec.template.spec.containers[2].ports[1].name must be a string, not a list", MessageOf(review));
    }

    [Fact]
    public void StoredObject_IsCheckedAsWell()
    {
        var review = ReviewJson.OfUpdate(ObjectJson.Deployment().WithJson("spec.replicas", "[]"), ObjectJson.Deployment(3)).ToNode();

        Assert.Equal("request.oldObject.spec.replicas must be a whole number, not a list", MessageOf(review));
    }

    [Fact]
    public void ObjectBeforeItsKind_IsToldInTheSameWords()
    {
        var review = ReadFields.Deployment().WithJson("request.object.spec.replicas", "[]");
        var request = review["request"]!.AsObject();
        var kind = request["kind"];
        request.Remove("kind");
        request["kind"] = kind;

        Assert.Equal("request.object.spec.replicas must be a whole number, not a list", MessageOf(review));
    }

    [Fact]
    public void ManagedFields_AreSkippedWhateverTheyHold()
    {
        var deployment = ObjectJson.Deployment().WithJson("metadata.managedFields", "[[1,{\"a\":null}]]");

        Assert.True(VerdictText.Evaluator.Validate(ReviewJson.OfCreate(deployment).Read(), RelatedObjects.None).IsAllowed);
    }

    [Fact]
    public void LongPath_IsCut()
    {
        var review = ReadFields.Deployment();
        review["request"]!["object"]!["spec"]!["selector"]!["matchLabels"]![new string('x', 300)] = 1.5;
        var message = MessageOf(review);

        Assert.StartsWith("request.object.spec.selector.matchLabels." + new string('x', 150), message, StringComparison.Ordinal);
        Assert.EndsWith(" must be a string, not a number", message, StringComparison.Ordinal);
        Assert.InRange(message.Length, 200, 240);
    }

    [Theory]
    [InlineData(" \n\t\r ", null)]
    [InlineData("null", "there are bytes after the end of the JSON document")]
    [InlineData("\n{}", "there are bytes after the end of the JSON document")]
    [InlineData("}", "there are bytes after the end of the JSON document")]
    [InlineData("\0", "there are bytes after the end of the JSON document")]
    [InlineData("SECRET-VALUE", "there are bytes after the end of the JSON document")]
    public void OnlyWhiteSpace_MayFollow(string rest, string? message)
    {
        byte[] body = [.. Bytes(ReadFields.Deployment()), .. Encoding.UTF8.GetBytes(rest)];

        if (message is null)
        {
            Assert.NotEmpty(VerdictText.Of(body));
        }
        else
        {
            Assert.Equal(message, MessageOf(body));
        }
    }

    [Fact]
    public void ReviewCutOffAnywhere_IsRefused()
    {
        var text = Encoding.UTF8.GetString(RepositoryFile.ReadBytes(RepositoryFile.CapturedReview)).TrimEnd();
        var review = Encoding.UTF8.GetBytes(text.Replace("api-gateway", Secret, StringComparison.Ordinal));
        Assert.NotEmpty(VerdictText.Of(review));

        for (var length = 1; length < review.Length; length++)
        {
            var message = MessageOf(review.AsMemory(0, length));

            Assert.Matches($@"^the body is not valid JSON \(byte \d+ of {length}\)$", message);
        }
    }

    private static string MessageOf(JsonNode review) => MessageOf(Bytes(review));

    private static string MessageOf(ReadOnlyMemory<byte> review)
    {
        var exception = Assert.Throws<MalformedJsonException>(() => VerdictText.Evaluator.Reader.ReadReview(review));
        Assert.DoesNotContain(Secret, exception.Message, StringComparison.Ordinal);
        return exception.Message;
    }

    private static byte[] Bytes(JsonNode review) => Encoding.UTF8.GetBytes(review.ToJsonString());
}
