using System.Collections;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Objects;
using HaWebhook.Policy.Rules;

namespace HaWebhook.Policy.Tests.Evaluation;

/// <summary>Rules that fail, because a list of what they look at does.</summary>
public class RuleErrorTests
{
    private const string Warning = "minimum-replicas: the rule failed and did not judge this object; tell your platform team";

    private static readonly string _onlyOne = Only("minimum-replicas");
    private static readonly RelatedObjects _failing = new() { Autoscalers = new(new FailingList<Autoscaler>()) };

    [Fact]
    public void FailedRule_LetsTheRequestPassWithAWarning()
    {
        var answer = Validate(_onlyOne, ReviewJson.OfCreate(ObjectJson.Deployment(1)).Read());

        Assert.True(answer.IsAllowed);
        Assert.Equal("", answer.Message);
        Assert.Equal([Warning], answer.Warnings);
        Assert.Equal("decision=allow\nmode=Enforce\nerror=minimum-replicas failed\npolicy=0123456789ab", answer.AuditText());
    }

    [Fact]
    public void FailedRule_DeniesWhereThePolicySaysSo()
    {
        var policy = Only("minimum-replicas", "topology-spread") + "onRuleError: Deny";
        var answer = Validate(policy, ReviewJson.OfCreate(ObjectJson.Deployment(1)).Read());

        Assert.False(answer.IsAllowed);
        Assert.Equal(
            "Deployment shop/web could not be judged: minimum-replicas, topology-spread failed, which is a fault of HaWebhook and not of the object. "
                + "The policy refuses such requests (onRuleError: Deny); ask your platform team.",
            answer.Message);
        Assert.Equal(
            "decision=deny\nmode=Enforce\nerror=minimum-replicas failed | topology-spread failed\npolicy=0123456789ab",
            answer.AuditText());
    }

    [Fact]
    public void OtherRules_JudgeAllTheSame()
    {
        var deployment = ObjectJson.Deployment(1).Without("spec.template.spec.containers[0].readinessProbe");
        var policy = "onRuleError: Deny\n" + _onlyOne.Replace("rules: {", "rules: {readiness-probe: {action: Deny}, ", StringComparison.Ordinal);
        var answer = Validate(policy, ReviewJson.OfCreate(deployment).Read());

        Assert.Equal(
            """
            Deployment shop/web is not highly available:
            - readiness-probe: spec.template.spec.containers[web].readinessProbe is missing; a container must say when it can serve.
              Add for instance readinessProbe: {tcpSocket: {port: 8080}}.
            """,
            answer.Message,
            ignoreLineEndingDifferences: true);
        Assert.Equal([Warning], answer.Warnings);
    }

    [Theory]
    [InlineData("Warn", Warning)]
    [InlineData("Audit", null)]
    public void FailedRule_DeniesInTheModeEnforceOnly(string mode, string? warning)
    {
        var answer = Validate($"{_onlyOne}onRuleError: Deny\nmode: {mode}", ReviewJson.OfCreate(ObjectJson.Deployment(1)).Read());

        Assert.True(answer.IsAllowed);
        Assert.Equal(warning is null ? [] : [warning], answer.Warnings);
        Assert.Equal($"decision=allow\nmode={mode}\nerror=minimum-replicas failed\npolicy=0123456789ab", answer.AuditText());
    }

    [Fact]
    public void ExemptRule_MayFail()
    {
        var deployment = ObjectJson.Deployment(1).WithAnnotations("metadata.annotations", "exempt=minimum-replicas; exempt-reason=batch");
        var answer = Validate(_onlyOne + "onRuleError: Deny", ReviewJson.OfCreate(deployment).Read());

        Assert.True(answer.IsAllowed);
        Assert.Empty(answer.Warnings);
        Assert.Equal("decision=allow\nmode=Enforce\nexempt=minimum-replicas: batch (annotation)\npolicy=0123456789ab", answer.AuditText());
    }

    [Theory]
    [InlineData("onRuleError: Allow", true, "")]
    [InlineData(
        "onRuleError: Deny",
        false,
        "Deployment shop/web could not be judged: default-probes failed, which is a fault of HaWebhook and not of the object. "
            + "The policy refuses such requests (onRuleError: Deny); ask your platform team.")]
    public void MutatingRuleThatFails_LeavesTheOthersTheirChanges(string policy, bool isAllowed, string message)
    {
        var review = ReviewJson.OfCreate(ObjectJson.Deployment().Without("spec.template.spec.topologySpreadConstraints")).Read();
        var workload = (Workload)review.Subject!;
        var failing = workload.WithPodSpec(workload.Template.Spec with { Containers = new FailingList<Container>() });
        var evaluator = PolicyText.Evaluator(policy);
        var verdict = evaluator.Mutate(review with { Subject = failing }, RelatedObjects.None);
        var answer = Answer.Of(review, verdict, evaluator.Options);

        Assert.Equal(["default-topology-spread"], verdict.Changes.Select(change => change.Rule));
        Assert.Equal(["default-probes"], verdict.Errors.Select(error => error.Rule));
        Assert.Equal(isAllowed, answer.IsAllowed);
        Assert.Equal(message, answer.Message);
        Assert.Contains("default-probes: the rule failed and did not judge this object; tell your platform team", answer.Warnings);
    }

    [Fact]
    public void RuleThatFailsOnTheStoredObjectOnly_FindsNothingThatExisted()
    {
        var review = ReviewJson.OfUpdate(ObjectJson.Deployment(1), ObjectJson.Deployment(1).With("spec.minReadySeconds", 5)).Read();
        var failing = review.OldSubject! with { Metadata = review.OldSubject.Metadata with { Annotations = new FailingMap() } };
        var verdict = PolicyText.Evaluator(_onlyOne).Validate(review with { OldSubject = failing }, RelatedObjects.None);

        Assert.Equal(["Deny minimum-replicas: spec.replicas is 1; must be at least 2"], verdict.Findings.Select(PolicyText.Line));
    }

    /// <summary>The policy in which, of the rules that look at autoscalers, these alone run.</summary>
    private static string Only(params string[] rules)
    {
        var others = BuiltInRules.Validating.Where(rule => rule.Uses.HasFlag(RelatedKinds.Autoscalers) && !rules.Contains(rule.Id));
        return $"rules: {{{string.Join(", ", others.Select(rule => $"{rule.Id}: {{action: Off}}"))}}}\n";
    }

    private static Answer Validate(string policy, Review review)
    {
        var evaluator = PolicyText.Evaluator(policy);
        return Answer.Of(review, evaluator.Validate(review, _failing), evaluator.Options);
    }

    /// <summary>Says that it has an item, and fails when it is asked for it.</summary>
    private sealed class FailingList<T> : IReadOnlyList<T>
    {
        public int Count => 1;

        public T this[int index] => throw new InvalidOperationException("failing on purpose");

        public IEnumerator<T> GetEnumerator() => throw new InvalidOperationException("failing on purpose");

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }

    /// <summary>Fails when it is asked for anything.</summary>
    private sealed class FailingMap : IReadOnlyDictionary<string, string>
    {
        public IEnumerable<string> Keys => throw new InvalidOperationException("failing on purpose");

        public IEnumerable<string> Values => throw new InvalidOperationException("failing on purpose");

        public int Count => 1;

        public string this[string key] => throw new InvalidOperationException("failing on purpose");

        public bool ContainsKey(string key) => throw new InvalidOperationException("failing on purpose");

        public bool TryGetValue(string key, [System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out string value) =>
            throw new InvalidOperationException("failing on purpose");

        public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => throw new InvalidOperationException("failing on purpose");

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
