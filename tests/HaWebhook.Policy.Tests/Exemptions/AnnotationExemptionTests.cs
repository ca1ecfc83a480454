using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Exemptions;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Tests.Exemptions;

public class AnnotationExemptionTests
{
    private const string Own = "metadata.annotations[ha-webhook.io/";
    private const string Granted = "minimum-replicas: batch (annotation)";

    private static readonly string _ruleIds = string.Join(", ", Exemption.Names.SkipLast(1));

    /// <summary>The annotations, the policy (or nothing), the exemption as the audit log has it (or nothing), and what is wrong.</summary>
    public static TheoryData<string, string, string?, string[]> Cases => new()
    {
        { "exempt=minimum-replicas; exempt-reason=batch", "", Granted, [] },
        { "exempt= minimum-replicas ,; exempt-reason=  batch ", "", Granted, [] },
        { "exempt=readiness-probe,minimum-replicas; exempt-reason=batch", "", Granted, [] },
        { "exempt=readiness-probe; exempt-reason=batch", "", null, [] },
        { "exempt=default-probes; exempt-reason=batch", "", null, [] },
        { "exempt=all; exempt-reason=batch", "", Granted, [] },
        { "exempt=all; exempt-reason=batch; exempt-until=2026-11-20", "", "minimum-replicas: batch (annotation, until 2026-11-20)", [] },
        { "exempt=all; exempt-reason=batch; exempt-until= 2026-11-21 ", "", "minimum-replicas: batch (annotation, until 2026-11-21)", [] },
        { "exempt=all; exempt-reason=batch; exempt-until=2027-05-19", "", "minimum-replicas: batch (annotation, until 2027-05-19)", [] },
        {
            "exempt=all; exempt-reason=batch; exempt-until=2026-11-19", "", null,
            [Own + "exempt-until] is 2026-11-19, which has passed. Mend the workload, or extend the exemption."]
        },
        {
            "exempt=all; exempt-reason=batch; exempt-until=2027-05-20", "", null,
            [Own + "exempt-until] is 2027-05-20; must be at most 180 days ahead (2027-05-19). Set it to 2027-05-19 or earlier."]
        },
        {
            "exempt=all; exempt-reason=batch; exempt-until=2026-11-28", "maximumDays: 7", null,
            [Own + "exempt-until] is 2026-11-28; must be at most 7 days ahead (2026-11-27). Set it to 2026-11-27 or earlier."]
        },
        {
            "exempt=all; exempt-reason=batch; exempt-until=2026-11-27", "maximumDays: 7",
            "minimum-replicas: batch (annotation, until 2026-11-27)", []
        },
        {
            "exempt=all; exempt-reason=batch; exempt-until=20.11.2026", "", null,
            [Own + "exempt-until] is 20.11.2026, which is no date. Write it as 2027-02-18."]
        },
        {
            "exempt=all; exempt-reason=batch; exempt-until=2027-02-29", "", null,
            [Own + "exempt-until] is 2027-02-29, which is no date. Write it as 2027-02-18."]
        },
        {
            "exempt=all; exempt-reason=batch; exempt-until=", "", null,
            [Own + "exempt-until] is , which is no date. Write it as 2027-02-18."]
        },
        {
            "exempt=all; exempt-reason=batch", "untilRequired: true", null,
            [Own + "exempt-until] is missing; an exemption must say when it ends. Add a date at most 180 days ahead, such as 2027-02-18."]
        },
        {
            "exempt=all; exempt-reason=batch; exempt-until=2026-12-24", "untilRequired: true",
            "minimum-replicas: batch (annotation, until 2026-12-24)", []
        },
        { "exempt=all", "", null, [Own + "exempt-reason] is missing; an exemption must say why. Add the reason."] },
        { "exempt=all; exempt-reason=", "", null, [Own + "exempt-reason] is missing; an exemption must say why. Add the reason."] },
        { "exempt=all; exempt-reason= \t ", "", null, [Own + "exempt-reason] is missing; an exemption must say why. Add the reason."] },
        {
            "exempt=all; exempt-until=2026-11-19", "", null,
            [
                Own + "exempt-reason] is missing; an exemption must say why. Add the reason.",
                Own + "exempt-until] is 2026-11-19, which has passed. Mend the workload, or extend the exemption.",
            ]
        },
        {
            "exempt=all; exempt-reason=batch", "allowed: false", null,
            [Own + "exempt] does not exempt: the policy does not allow it. Ask your platform team for an exemption in the policy."]
        },
        {
            "exempt=minimum-replica; exempt-reason=batch", "", null,
            [Own + "exempt] names minimum-replica, which is no rule; did you mean minimum-replicas?. Name one of RULES, all."]
        },
        {
            "exempt=Minimum-Replicas; exempt-reason=batch", "", null,
            [Own + "exempt] names Minimum-Replicas, which is no rule; did you mean minimum-replicas?. Name one of RULES, all."]
        },
        {
            "exempt=everything,minimum-replicas; exempt-reason=batch", "", Granted,
            [Own + "exempt] names everything, which is no rule. Name one of RULES, all."]
        },
        {
            "exempt=all,everything; exempt-reason=batch", "", Granted,
            [Own + "exempt] names everything, which is no rule. Name one of RULES, all."]
        },
        { "exempt=; exempt-reason=batch", "", null, [Own + "exempt] names no rule. Name the rules, separated by commas, or all."] },
        { "exempt= , ; exempt-reason=batch", "", null, [Own + "exempt] names no rule. Name the rules, separated by commas, or all."] },
        {
            "exmpt=all; exempt-reason=batch", "", null,
            [Own + "exmpt] is not an annotation of HaWebhook; did you mean ha-webhook.io/exempt?. Correct or remove it."]
        },
        {
            "exempt=all; exempt-raeson=batch", "", null,
            [
                Own + "exempt-raeson] is not an annotation of HaWebhook; did you mean ha-webhook.io/exempt-reason?. Correct or remove it.",
                Own + "exempt-reason] is missing; an exemption must say why. Add the reason.",
            ]
        },
        { "exempt-reason=batch; exempt-until=2026-11-19", "", null, [] },
        { "autoscaled=false; health-path=/health; ready-path=/ready; quorum=none", "", null, [] },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void AnnotationsOfTheWorkload_ExemptOrSayWhyNot(string annotations, string policy, string? exempt, string[] problems)
    {
        var review = ReviewJson.OfCreate(ObjectJson.Deployment(1).WithAnnotations("metadata.annotations", annotations)).Read();

        Check(review, policy, exempt, problems);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void AnnotationsOfThePodTemplate_DoTheSame(string annotations, string policy, string? exempt, string[] problems)
    {
        var review = ReviewJson.OfCreate(ObjectJson.Deployment(1).WithAnnotations("spec.template.metadata.annotations", annotations)).Read();

        Check(review, policy, exempt, [.. problems.Select(problem => "spec.template." + problem)]);
    }

    [Fact]
    public void BothPlaces_AreReadOnTheirOwn()
    {
        var deployment = ObjectJson.Deployment(1)
            .WithAnnotations("metadata.annotations", "exempt=minimum-replicas")
            .WithAnnotations("spec.template.metadata.annotations", "exempt=minimum-replicas; exempt-reason=batch");

        Check(ReviewJson.OfCreate(deployment).Read(), "", Granted, [Own + "exempt-reason] is missing; an exemption must say why. Add the reason."]);
    }

    [Fact]
    public void ExemptionOfAMutatingRule_KeepsItFromFillingIn()
    {
        var deployment = ObjectJson.Deployment().Without("spec.template.spec.containers[0].readinessProbe");
        var exempted = deployment.DeepClone().WithAnnotations("metadata.annotations", "exempt=default-probes; exempt-reason=slow start");
        var evaluator = EvaluatorOf("");

        var unexempted = evaluator.Mutate(ReviewJson.OfCreate(deployment).Read(), RelatedObjects.None);
        Assert.Equal(["default-probes"], unexempted.Changes.Select(change => change.Rule));
        var verdict = evaluator.Mutate(ReviewJson.OfCreate(exempted).Read(), RelatedObjects.None);
        Assert.Empty(verdict.Changes);
        Assert.Equal(["default-probes: slow start (annotation)"], verdict.Exempt.Select(exempt => $"{exempt.Rule}: {exempt.Exemption}"));
    }

    [Fact]
    public void ExemptionThatMakesNoDifference_IsNotTold()
    {
        var deployment = ObjectJson.Deployment(2).WithAnnotations("metadata.annotations", "exempt=all; exempt-reason=batch");

        Check(ReviewJson.OfCreate(deployment).Read(), "", null, []);
    }

    [Fact]
    public void PodsOwnAnnotations_AreReadOnce()
    {
        var pod = ObjectJson.Pod().WithAnnotations("metadata.annotations", "exempt=managed-pods; exempt-until=2026-11-19; exempt-reason=debug");
        var verdict = EvaluatorOf("").Validate(ReviewJson.OfPod(pod).Read(), RelatedObjects.None);

        Assert.Equal(
            ["exemptions: metadata.annotations[ha-webhook.io/exempt-until]", "managed-pods: metadata.ownerReferences"],
            verdict.Findings.Select(finding => $"{finding.Rule}: {finding.Field}"));
    }

    private static void Check(Review review, string policy, string? exempt, string[] problems)
    {
        var evaluator = EvaluatorOf(policy);
        var verdict = evaluator.Validate(review, RelatedObjects.None);
        var annotations = Answer.Of(review, verdict, evaluator.Options).AuditAnnotations.ToDictionary();
        var told = verdict.Findings.Where(finding => finding.Rule == Verdict.Exemptions).ToList();

        Assert.Equal(exempt, annotations.GetValueOrDefault("exempt"));
        Assert.Equal(
            problems.Select(problem => problem.Replace("RULES", _ruleIds, StringComparison.Ordinal)),
            told.Select(problem => $"{problem.Field} {problem.Message}. {problem.Fix}"));
        Assert.All(told, problem => Assert.Equal(ValidationAction.Warn, problem.Action));
        Assert.Equal(exempt is not null || ((Workload)review.Subject!).Replicas > 1, verdict.IsAllowed);
    }

    private static PolicyEvaluator EvaluatorOf(string annotationExemptions)
    {
        var options = PolicyFile.Read($"annotationExemptions: {{{annotationExemptions}}}", out var errors);
        Assert.Empty(errors);
        return new PolicyEvaluator(options!, FixedClock.Default);
    }
}
