using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using HaWebhook.Admission;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Tests.Rules;

/// <summary>What holds of any object, with every rule on.</summary>
public class WorkloadPropertyTests
{
    private static readonly Config _config = Config.QuickThrowOnFailure.WithMaxTest(2_000);

    private readonly PolicyEvaluator _evaluator = new(
        PolicyFile.Read(File.ReadAllText(SourceTree.PathOf("samples", "policy.yaml")), out _)!, new FixedClock());

    [Fact]
    public void Mutation_is_idempotent() => Check(subject => Assert.Empty(_evaluator.Mutate(Review(Patched(subject)), RelatedObjects.None).Changes));

    [Fact]
    public void Mutation_never_changes_what_was_set()
    {
        var filledIn = 0;
        Check(subject =>
        {
            var patched = Patched(subject);
            AssertKept(subject, JsonNode.Parse(patched), "");
            filledIn += JsonNode.DeepEquals(subject, JsonNode.Parse(patched)) ? 0 : 1;
        });

        Assert.True(filledIn > 200, $"{filledIn} objects were filled in");
    }

    [Fact]
    public void Validation_is_stable_under_a_reordering_of_keys()
    {
        var findings = 0;
        Check(subject =>
        {
            var expected = Findings(subject);
            Assert.Equal(expected, Findings(Reversed(subject)!));
            findings += expected.Count;
        });

        Assert.True(findings > 2_000, $"there were {findings} findings");
    }

    private static void Check(Action<JsonObject> property) =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed => property(new RandomObject(seed).Make())).Check(_config);

    private byte[] Patched(JsonNode subject)
    {
        var changes = _evaluator.Mutate(Review(Bytes(subject)), RelatedObjects.None).Changes;
        return JsonPatch.Apply(Bytes(subject), JsonPatch.Write(changes.Select(change => change.Change)));
    }

    private List<string> Findings(JsonNode subject)
    {
        var verdict = _evaluator.Validate(Review(Bytes(subject)), RelatedObjects.None);
        Assert.Empty(verdict.Errors);
        return [.. verdict.Findings.Select(finding => $"{finding.Action} {finding.Rule}: {finding.Field} {finding.Message} {finding.Fix}")];
    }

    private Review Review(byte[] subject)
    {
        var node = JsonNode.Parse(subject)!;
        var (apiVersion, kind) = ((string)node["apiVersion"]!, (string)node["kind"]!);
        return new()
        {
            Operation = Operation.Create,
            Kind = kind,
            Name = "web",
            Namespace = "shop",
            Subject = _evaluator.Reader.ReadObject(subject, apiVersion, kind) ?? throw new InvalidOperationException($"{kind} is not read"),
        };
    }

    private static byte[] Bytes(JsonNode node) => Encoding.UTF8.GetBytes(node.ToJsonString());

    /// <summary>Everything that is set is still there, at the same place; null and an empty list are not set.</summary>
    private static void AssertKept(JsonNode? before, JsonNode? after, string path)
    {
        switch (before)
        {
            case null or JsonArray { Count: 0 }:
                break;
            case JsonObject members:
                foreach (var (name, value) in members)
                {
                    AssertKept(value, Assert.IsType<JsonObject>(after)[name], $"{path}/{name}");
                }

                break;
            case JsonArray items:
                Assert.Equal(items.Count, Assert.IsType<JsonArray>(after).Count);
                for (var i = 0; i < items.Count; i++)
                {
                    AssertKept(items[i], after[i], $"{path}/{i}");
                }

                break;
            default:
                Assert.True(JsonNode.DeepEquals(before, after), $"{path} was {before.ToJsonString()} and is {after?.ToJsonString() ?? "absent"}");
                break;
        }
    }

    private static JsonNode? Reversed(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.Reverse().Select(member => KeyValuePair.Create(member.Key, Reversed(member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Reversed)]),
        _ => node?.DeepClone(),
    };
}
