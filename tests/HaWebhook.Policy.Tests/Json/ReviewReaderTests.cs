using System.Text;
using System.Text.Json.Nodes;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Json;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Tests.Json;

public class ReviewReaderTests
{
    [Fact]
    public void CapturedReview_IsReadWhole()
    {
        var review = VerdictText.Evaluator.Reader.ReadReview(RepositoryFile.ReadBytes(RepositoryFile.CapturedReview));

        Assert.Equal("af33d428-8633-499d-bb28-4482d4bf55e3", review.Uid);
        Assert.Equal(Operation.Create, review.Operation);
        Assert.Equal("Deployment", review.Kind);
        Assert.Equal("apps", review.Group);
        Assert.Equal("deployments", review.Resource);
        Assert.Equal("", review.Subresource);
        Assert.Equal("api-gateway", review.Name);
        Assert.Equal("lab", review.Namespace);
        Assert.Equal("admin", review.User?.Name);
        Assert.Equal(["system:masters", "system:authenticated"], review.User!.Groups);
        Assert.False(review.DryRun);
        Assert.Null(review.OldSubject);
        Assert.Equal("Deployment lab/api-gateway", review.Title);
        var workload = Assert.IsType<Workload>(review.Subject);
        Assert.Equal(("apps/v1", "Deployment", 3), (workload.ApiVersion, workload.Kind, workload.Replicas));
        Assert.Equal("app=api-gateway", workload.Selector?.ToString());
        var container = Assert.Single(workload.Template.Spec.Containers);
        Assert.Equal(new ContainerPort("", 3001, "TCP"), Assert.Single(container.Ports));
        Assert.Equal(new HttpGetAction("/ready", new(3001), "HTTP"), container.ReadinessProbe?.HttpGet);
        var liveness = container.LivenessProbe!;
        Assert.Equal((10, 1, 3), (liveness.PeriodSeconds, liveness.TimeoutSeconds, liveness.FailureThreshold));
        Assert.Null(container.StartupProbe);
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    [InlineData("null", false)]
    public void DryRun_IsRead(string json, bool isDryRun)
    {
        var review = ReviewJson.OfCreate(ObjectJson.Deployment()).ToNode().WithJson("request.dryRun", json);

        Assert.Equal(isDryRun, VerdictText.Evaluator.Reader.ReadReview(Bytes(review)).DryRun);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void PropertiesInAnyOrder_GetTheSameVerdict(int seed)
    {
        var random = new Random(seed);
        var review = Violating();

        Assert.Equal(VerdictText.Of(Bytes(review)), VerdictText.Of(Bytes(Shuffled(review, random)!)));
    }

    [Fact]
    public void ObjectsBeforeWhatTheyAre_AreReadAllTheSame()
    {
        var update = ReviewJson.OfUpdate(ObjectJson.Deployment(3), ObjectJson.Deployment(1)).ToNode();
        var expected = VerdictText.Of(Bytes(update));
        string[] last = ["subResource", "name", "namespace", "userInfo", "resource", "operation", "kind", "uid"];
        foreach (var name in last)
        {
            var request = update["request"]!.AsObject();
            var value = request[name];
            request.Remove(name);
            request[name] = value;
        }

        Assert.Equal("object", update["request"]!.AsObject().First().Key);
        Assert.Contains("spec.replicas is 1; must be at least 2", expected, StringComparison.Ordinal);
        Assert.Equal(expected, VerdictText.Of(Bytes(update)));
    }

    [Fact]
    public void ScaleBeforeItsResource_KnowsItsWorkload()
    {
        var scale = ReviewJson.OfScale(2, 1).ToNode();
        var expected = VerdictText.Of(Bytes(scale));
        var request = scale["request"]!.AsObject();
        var moved = request.Where(property => property.Key is "resource" or "kind" or "subResource").ToList();
        foreach (var (name, value) in moved)
        {
            request.Remove(name);
            request[name] = value;
        }

        Assert.StartsWith("Deployment shop/web", expected, StringComparison.Ordinal);
        Assert.Equal(expected, VerdictText.Of(Bytes(scale)));
    }

    [Theory]
    [InlineData("\"replicas\"", "\"replic\\u0061s\"")]
    [InlineData("\"spec\"", "\"\\u0073p\\u0065c\"")]
    [InlineData("\"request\"", "\"\\u0072equest\"")]
    [InlineData("\"containers\"", "\"contain\\u0065rs\"")]
    [InlineData("\"operation\"", "\"\\u006fperation\"")]
    [InlineData("\"CREATE\"", "\"CRE\\u0041TE\"")]
    [InlineData("\"Deployment\"", "\"Deplo\\u0079ment\"")]
    [InlineData("\"TCP\"", "\"\\u0054CP\"")]
    [InlineData("\"app\"", "\"\\u0061pp\"")]
    [InlineData("\"web\"", "\"w\\u0065b\"")]
    public void EscapedText_MeansWhatItSays(string plain, string escaped)
    {
        var text = Violating().ToJsonString();

        Assert.Contains(plain, text, StringComparison.Ordinal);
        var replaced = text.Replace(plain, escaped, StringComparison.Ordinal);
        Assert.Equal(VerdictText.Of(Encoding.UTF8.GetBytes(text)), VerdictText.Of(Encoding.UTF8.GetBytes(replaced)));
    }

    [Theory]
    [MemberData(nameof(ReadFields.PropertiesOfDeployment), MemberType = typeof(ReadFields))]
    public void Null_IsTheSameAsAbsent(string field)
    {
        Assert.Equal(Outcome(ReadFields.Deployment().Without(field)), Outcome(ReadFields.Deployment().With(field, null)));
    }

    [Theory]
    [InlineData("request.userInfo.groups", "[null]")]
    [InlineData("request.object.metadata.ownerReferences", "[null]")]
    [InlineData("request.object.spec.selector.matchExpressions", "[null]")]
    [InlineData("request.object.spec.template.spec.topologySpreadConstraints", "[null]")]
    [InlineData("request.object.spec.template.spec.containers[0].ports", "[null]")]
    [InlineData("request.object.spec.template.spec.volumes", "[null]")]
    public void NullInAList_IsAsIfTheListWereEmpty(string field, string list)
    {
        Assert.Equal(Outcome(ReadFields.Deployment().WithJson(field, "[]")), Outcome(ReadFields.Deployment().WithJson(field, list)));
    }

    [Theory]
    [InlineData("request.uid")]
    [InlineData("request.kind.kind")]
    [InlineData("request.operation")]
    [InlineData("request.object")]
    [InlineData("request.object.metadata")]
    [InlineData("request.object.metadata.labels.app")]
    [InlineData("request.object.spec")]
    [InlineData("request.object.spec.replicas")]
    [InlineData("request.object.spec.template.spec.containers[0].name")]
    [InlineData("request.object.spec.template.spec.containers[0].ports[0].containerPort")]
    [InlineData("request.object.spec.template.spec.containers[0].readinessProbe.httpGet")]
    [InlineData("request.object.spec.template.spec.topologySpreadConstraints[0].topologyKey")]
    [InlineData("request.object.spec.template.spec.volumes[0].persistentVolumeClaim")]
    [InlineData("request.object.metadata.ownerReferences[0].controller")]
    [InlineData("request.userInfo.groups")]
    public void NameThatIsRead_MayComeOnlyOnce(string field)
    {
        var name = field[(field.LastIndexOf('.') + 1)..];
        var parent = field[..field.LastIndexOf('.')];
        foreach (var again in new[] { $"\"{name}\":null", $"\"\\u{(int)name[0]:x4}{name[1..]}\":null" })
        {
            var text = ReadFields.Deployment().With($"{parent}.MARKER", 1).ToJsonString().Replace("\"MARKER\":1", again, StringComparison.Ordinal);
            var exception = Assert.Throws<MalformedJsonException>(() => VerdictText.Evaluator.Reader.ReadReview(Encoding.UTF8.GetBytes(text)));

            Assert.EndsWith(" is given twice", exception.Message, StringComparison.Ordinal);
            Assert.StartsWith(parent + ".", exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void NameGivenTwice_IsNamed()
    {
        var text = ReadFields.Deployment().ToJsonString().Replace("\"replicas\":1", "\"replicas\":3,\"replicas\":1", StringComparison.Ordinal);
        var exception = Assert.Throws<MalformedJsonException>(() => VerdictText.Evaluator.Reader.ReadReview(Encoding.UTF8.GetBytes(text)));

        Assert.Equal("request.object.spec.replicas is given twice", exception.Message);
        Assert.Equal("request.object.spec.replicas", exception.Field);
    }

    [Theory]
    [InlineData("request")]
    [InlineData("request.object")]
    [InlineData("request.object.metadata")]
    [InlineData("request.object.metadata.annotations")]
    [InlineData("request.object.spec")]
    [InlineData("request.object.spec.template.spec")]
    [InlineData("request.object.spec.template.spec.containers[0]")]
    [InlineData("request.userInfo")]
    public void UnknownFields_AreSkippedEvenTwice(string parent)
    {
        var known = ReadFields.Deployment();
        var unknown = ReadFields.Deployment().With(parent + ".MARKER", 1).ToJsonString()
            .Replace("\"MARKER\":1", "\"other\":{\"spec\":[1,{\"replicas\":true}]},\"other\":1e400,\"Replicas\":[]", StringComparison.Ordinal);

        Assert.Equal(VerdictText.Of(Bytes(known)), VerdictText.Of(Encoding.UTF8.GetBytes(unknown)));
    }

    [Theory]
    [InlineData("v1", "ConfigMap")]
    [InlineData("extensions/v1beta1", "Deployment")]
    [InlineData("v1", "Deployment")]
    [InlineData("apps/v1", "deployment")]
    [InlineData("shop.example/v1", "Deployment")]
    public void UnknownKind_IsReadWithoutItsObject(string apiVersion, string kind)
    {
        var @object = JsonNode.Parse("""{"metadata":{"labels":[]},"spec":{"replicas":"many","template":7}}""")!;
        var review = ReviewJson.OfCreate(@object.With("apiVersion", apiVersion).With("kind", kind)).Read();

        Assert.Equal(kind, review.Kind);
        Assert.Null(review.Subject);
        Assert.Same(Verdict.NotJudged, VerdictText.Evaluator.Validate(review, RelatedObjects.None));
        Assert.Same(Verdict.NotJudged, VerdictText.Evaluator.Mutate(review, RelatedObjects.None));
    }

    private static JsonNode Violating() => ReviewJson
        .OfCreate(ObjectJson.Deployment(1)
            .Without("spec.template.spec.containers[0].livenessProbe")
            .Without("spec.template.spec.topologySpreadConstraints")
            .WithJson("metadata.ownerReferences", """[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"a","uid":"1","controller":false}]"""))
        .ToNode();

    private static JsonNode? Shuffled(JsonNode? node, Random random)
    {
        switch (node)
        {
            case JsonObject @object:
                var properties = @object.ToArray();
                random.Shuffle(properties);
                return new JsonObject(properties.Select(property => KeyValuePair.Create(property.Key, Shuffled(property.Value, random))));
            case JsonArray array:
                return new JsonArray([.. array.Select(item => Shuffled(item, random))]);
            default:
                return node?.DeepClone();
        }
    }

    private static string Outcome(JsonNode review)
    {
        try
        {
            return VerdictText.Of(Bytes(review));
        }
        catch (MalformedJsonException exception)
        {
            return exception.Message;
        }
    }

    private static byte[] Bytes(JsonNode review) => Encoding.UTF8.GetBytes(review.ToJsonString());
}
