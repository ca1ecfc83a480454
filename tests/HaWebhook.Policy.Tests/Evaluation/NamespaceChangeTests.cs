using System.Text.Json.Nodes;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Json;
using HaWebhook.Policy.Objects;
using HaWebhook.Policy.Tests.Configuration;

namespace HaWebhook.Policy.Tests.Evaluation;

/// <summary>What whoever labels a namespace is told.</summary>
public class NamespaceChangeTests
{
    private const string One = "Deployment web: minimum-replicas: spec.replicas is 1; must be at least 2";

    private static readonly string _policy = """
        mode: Audit
        namespaceModes: Any
        rules: {pod-disruption-budget: {action: Off}}
        overrides:
        - {namespaceSelector: {matchLabels: {env: prod}}, mode: Enforce}
        - {namespaceSelector: {matchLabels: {tier: gold}}, rules: {minimum-replicas: {minimum: 3}}}
        """;

    [Theory]
    [InlineData("", "mode=Enforce", true)]
    [InlineData("", "mode=enforce", true)]
    [InlineData("mode=Warn", "mode=Enforce", true)]
    [InlineData("mode=Enforce", "mode=Enforce,team=a", false)]
    [InlineData("mode=Enforce", "mode=Warn", false)]
    [InlineData("mode=Enforce", "", false)]
    [InlineData("", "mode=Warn", false)]
    [InlineData("", "env=prod", true)]
    [InlineData("env=prod", "env=prod,mode=Warn", false)]
    [InlineData("env=prod,mode=Warn", "env=prod", true)]
    [InlineData("env=prod", "env=prod,tier=gold", true)]
    [InlineData("", "tier=gold", false)]
    [InlineData(null, "env=prod", false)]
    public void Change_IsTightWhereSomethingMayBeRefusedFromNowOn(string? old, string @new, bool isTightened) =>
        Assert.Equal(isTightened, Change(old, @new).IsTightened);

    [Fact]
    public void OtherReviews_AreNoChange()
    {
        Assert.Null(NamespaceChange.Of(ReviewJson.OfCreate(ObjectJson.Deployment()).Read(), Evaluators(_policy)));
        Assert.Null(NamespaceChange.Of((Review("a=b", "a=c") with { Subresource = "status" }).Read() with { Subresource = "finalize" }, Evaluators(_policy)));
        Assert.Null(NamespaceChange.Of(new() { Operation = Operation.Delete, OldSubject = RelatedJson.Read(Namespace("")) }, Evaluators(_policy)));
    }

    [Fact]
    public void Preview_ListsWhatWouldBeRefused()
    {
        JsonNode[] objects =
        [
            ObjectJson.Deployment(1).With("metadata.name", "zebra"),
            ObjectJson.Deployment(2).With("metadata.name", "fine"),
            ObjectJson.Deployment(0).With("metadata.name", "off"),
            ObjectJson.Deployment(1),
            ObjectJson.Deployment(1).With("metadata.name", "exempt").WithAnnotations("metadata.annotations", "exempt=all; exempt-reason=tests"),
            ObjectJson.ReplicaSet(1).With("metadata.ownerReferences", ObjectJson.Owner("apps/v1", "Deployment", "1")),
            ObjectJson.Pod(),
        ];

        Assert.Equal(
            [
                "namespace shop: 3 of 6 objects would be refused if created anew, restored or recreated",
                One,
                "Deployment zebra: minimum-replicas: spec.replicas is 1; must be at least 2",
                "Pod web-0: managed-pods: metadata.ownerReferences names no controller; a Pod with restartPolicy Always must have one",
            ],
            Preview("", "mode=Enforce", objects));
    }

    [Fact]
    public void Preview_IsEmptyWhereNothingWouldBe() => Assert.Empty(Preview("", "mode=Enforce", ObjectJson.Deployment(2)));

    /// <summary>An autoscaler lifts what it scales; what admission fills in is not missed.</summary>
    [Fact]
    public void Preview_JudgesAsAdmissionWould()
    {
        const string policy = "mode: Warn\nnamespaceModes: Any\nrules: {readiness-probe: {action: Deny}}";
        var bare = ObjectJson.Deployment(1).Without("spec.template.spec.containers[0].readinessProbe");

        Assert.Empty(Preview(policy, "", "mode=Enforce", RelatedJson.Of(RelatedJson.Autoscaler(2)), bare));
        Assert.Equal(2, Preview(policy, "", "mode=Enforce", RelatedObjects.None, bare).Count);
    }

    [Fact]
    public void Preview_LeavesOutWhatWasRefusedBefore()
    {
        JsonNode[] objects = [ObjectJson.Deployment(1), ObjectJson.Deployment(2).With("metadata.name", "two")];

        Assert.Equal(
            [
                "namespace shop: 1 of 2 objects would be refused if created anew, restored or recreated",
                "Deployment two: minimum-replicas: spec.replicas is 2; must be at least 3",
            ],
            Preview("env=prod", "env=prod,tier=gold", objects));
    }

    [Fact]
    public void Preview_CountsWhatItDoesNotTell()
    {
        var objects = Enumerable.Range(0, 25).Select(i => ObjectJson.Deployment(1).With("metadata.name", $"web-{i:00}")).Reverse().ToArray();
        var lines = Preview("", "mode=Enforce", objects);

        Assert.Equal(22, lines.Count);
        Assert.Equal("namespace shop: 25 of 25 objects would be refused if created anew, restored or recreated", lines[0]);
        Assert.StartsWith("Deployment web-00: ", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("Deployment web-19: ", lines[20], StringComparison.Ordinal);
        Assert.Equal("and 5 more of them", lines[21]);
    }

    [Fact]
    public void Preview_TellsHowManyAndNoNamesToWhomItDoesNotKnow()
    {
        var change = Change("", "mode=Enforce");
        IReadOnlyList<string> Lines(int replicas) => change.Preview(
            [ObjectJson.Deployment(replicas)], RelatedJson.Read, RelatedObjects.None, tellsNames: false, TestContext.Current.CancellationToken);

        Assert.Equal(
            [
                "namespace shop: 1 of 1 objects would be refused if created anew, restored or recreated",
                "ha-webhook audit --as-if Enforce lists them",
            ],
            Lines(1));
        Assert.Empty(Lines(2));
    }

    [Fact]
    public void Preview_EndsWhenItsTimeDoes()
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var read = 0;
        var objects = new int[400];
        var lines = Change("", "mode=Enforce").Preview(
            objects,
            _ =>
            {
                read++;
                if (read == 3)
                {
                    time.Cancel();
                }

                return read == 2 ? throw new MalformedJsonException("broken") : RelatedJson.Read(ObjectJson.Deployment(1));
            },
            RelatedObjects.None,
            tellsNames: true,
            time.Token);

        Assert.Equal(3, read);
        Assert.Equal(
            [
                "namespace shop: 2 of 2 objects would be refused if created anew, restored or recreated",
                One,
                One,
                "1 could not be read",
                "397 could not be looked at in time",
            ],
            lines);
    }

    [Fact]
    public void Lines_AreShortAndHaveNoControlCharacters()
    {
        var hostile = ObjectJson.Deployment(1).With("metadata.name", "a\n\u001b[31m" + new string('x', 300));
        var evaluators = Evaluators(_policy);
        var @namespace = Namespace("mode=Enforce").With("metadata.name", "n\u202e" + new string('y', 300));
        var review = (Review("", "") with { Object = @namespace }).Read();
        var lines = NamespaceChange.Of(review, evaluators)!.Preview([hostile], RelatedJson.Read, RelatedObjects.None, true, TestContext.Current.CancellationToken);

        Assert.Equal(2, lines.Count);
        Assert.All(lines, line => Assert.InRange(line.Length, 1, 120));
        Assert.All(lines, line => Assert.DoesNotContain(line, char.IsControl));
    }

    [Fact]
    public void SeveralViolations_AreOneLine()
    {
        const string policy = "mode: Warn\nnamespaceModes: Any\nrules: {priority-class: {action: Deny}, node-pinning: {action: Deny}}";
        var pinned = ObjectJson.Deployment(1).With("spec.template.spec.nodeName", "node-1");

        Assert.Equal([One + " (and 2 more)"], Preview(policy, "", "mode=Enforce", RelatedObjects.None, pinned).Skip(1));
    }

    [Theory]
    [InlineData("Any", "Enforce", "strict", "ha-webhook.io/mode is strict, which is no mode; must be Enforce, Warn or Audit")]
    [InlineData("Any", "Enforce", "enforced", "ha-webhook.io/mode is enforced, which is no mode; must be Enforce, Warn or Audit; did you mean Enforce?")]
    [InlineData("StricterOnly", "Audit", "", "ha-webhook.io/mode is empty, which is no mode; must be Enforce, Warn or Audit")]
    [InlineData("Ignore", "Audit", "strict", "ha-webhook.io/mode is strict, which is no mode; must be Enforce, Warn or Audit")]
    [InlineData("StricterOnly", "Enforce", "Warn", "ha-webhook.io/mode is Warn, which is laxer than the policy's mode Enforce and so counts for nothing")]
    [InlineData("StricterOnly", "Warn", "Enforce", null)]
    [InlineData("StricterOnly", "Warn", "warn", null)]
    [InlineData("Any", "Enforce", "Audit", null)]
    [InlineData("Ignore", "Audit", "Enforce", "ha-webhook.io/mode counts for nothing: the policy ignores it (namespaceModes: Ignore) and its mode is Audit")]
    [InlineData("Ignore", "Audit", "Audit", null)]
    public void LabelThatCountsForNothing_IsTold(string namespaceModes, string mode, string label, string? problem)
    {
        var evaluators = Evaluators($"mode: {mode}\nnamespaceModes: {namespaceModes}");
        string? Problem(string? old, string @new) => NamespaceChange.Of(Review(old, @new).Read(), evaluators)!.LabelProblem;

        Assert.Equal(problem, Problem("", $"mode={label}"));
        Assert.Equal(problem, Problem(null, $"mode={label}"));
        Assert.Null(Problem($"mode={label}", $"mode={label},team=a"));
        Assert.Null(Problem($"mode={label}", ""));
        Assert.True((problem ?? "").Length <= 120);
    }

    private static IReadOnlyList<string> Preview(string old, string @new, params JsonNode[] objects) =>
        Preview(_policy, old, @new, RelatedObjects.None, objects);

    private static IReadOnlyList<string> Preview(
        string policy, string old, string @new, RelatedObjects related, params JsonNode[] objects) =>
        NamespaceChange.Of(Review(old, @new).Read(), Evaluators(policy))!.Preview(objects, RelatedJson.Read, related, tellsNames: true, TestContext.Current.CancellationToken);

    private static NamespaceChange Change(string? old, string @new) => NamespaceChange.Of(Review(old, @new).Read(), Evaluators(_policy))!;

    private static ReviewJson Review(string? old, string @new)
    {
        var review = old is null ? ReviewJson.OfCreate(Namespace(@new)) : ReviewJson.OfUpdate(Namespace(old), Namespace(@new));
        return review with { Group = "", Resource = "namespaces" };
    }

    /// <summary>The namespace shop; <c>mode</c> stands for the label of HaWebhook.</summary>
    private static JsonNode Namespace(string labels) => JsonNode.Parse("""
        {"apiVersion":"v1","kind":"Namespace","metadata":{"name":"shop","labels":{"kubernetes.io/metadata.name":"shop"}},"spec":{"finalizers":["kubernetes"]}}
        """)!.WithLabels(labels);

    private static PolicyEvaluators Evaluators(string policy)
    {
        var options = PolicyReading.Read(policy, out var errors);
        Assert.Empty(errors);
        return new PolicyEvaluators(options!, FixedClock.Default);
    }
}
