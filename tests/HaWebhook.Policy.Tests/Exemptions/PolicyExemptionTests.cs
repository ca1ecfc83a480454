using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Tests.Exemptions;

public class PolicyExemptionTests
{
    private const string Velero = "system:serviceaccount:velero:velero";

    [Theory]
    [InlineData("namespaces: [shop]", true)]
    [InlineData("namespaces: [bank, shop]", true)]
    [InlineData("namespaces: [sho]", false)]
    [InlineData("namespaces: [Shop]", false)]
    [InlineData("namespaces: ['*']", false)]
    [InlineData($"usernames: ['{Velero}']", true)]
    [InlineData("usernames: [alice]", false)]
    [InlineData("groups: ['system:serviceaccounts']", true)]
    [InlineData("groups: [ops, 'system:authenticated']", true)]
    [InlineData("groups: ['system:service']", false)]
    [InlineData("serviceAccounts: [velero/velero]", true)]
    [InlineData("serviceAccounts: [a/b, velero/velero]", true)]
    [InlineData("serviceAccounts: [velero/vel]", false)]
    [InlineData("serviceAccounts: [shop/velero]", false)]
    [InlineData("namespaces: [shop], serviceAccounts: [velero/velero]", true)]
    [InlineData("namespaces: [bank], serviceAccounts: [velero/velero]", false)]
    [InlineData("namespaces: [shop], serviceAccounts: [a/b]", false)]
    [InlineData($"namespaces: [shop], usernames: ['{Velero}'], groups: ['system:authenticated'], serviceAccounts: [velero/velero]", true)]
    [InlineData($"namespaces: [shop], usernames: ['{Velero}'], groups: [ops], serviceAccounts: [velero/velero]", false)]
    public void Entry_ExemptsWhereAllThatIsGivenMatches(string selectors, bool isExempt)
    {
        var (verdict, exempt) = Judge($"- {{{selectors}, reason: restores}}", Velero);

        Assert.Equal(isExempt, verdict.IsAllowed);
        Assert.Equal(isExempt ? "minimum-replicas: restores (policy)" : null, exempt);
    }

    [Theory]
    [InlineData("rules: [all]", true)]
    [InlineData("rules: [minimum-replicas]", true)]
    [InlineData("rules: [managed-pods, minimum-replicas]", true)]
    [InlineData("rules: [managed-pods, all]", true)]
    [InlineData("rules: [managed-pods]", false)]
    public void Entry_ExemptsFromItsRules(string rules, bool isExempt) =>
        Assert.Equal(isExempt, Judge($"- {{namespaces: [shop], reason: restores, {rules}}}", "alice").Verdict.IsAllowed);

    [Theory]
    [InlineData("2026-11-20", "minimum-replicas: restores (policy, until 2026-11-20)")]
    [InlineData("2099-12-31", "minimum-replicas: restores (policy, until 2099-12-31)")]
    public void Entry_HoldsUntilItsDay(string until, string exempt) =>
        Assert.Equal(exempt, Judge($"- {{namespaces: [shop], reason: restores, until: {until}}}", "alice").Exempt);

    [Fact]
    public void EntryThatHasExpired_SaysSo()
    {
        var (verdict, exempt) = Judge(
            """
            - {namespaces: [bank], reason: other, until: 2026-11-19}
            - {namespaces: [shop], reason: restores, until: 2026-11-19}
            """,
            "alice");

        Assert.False(verdict.IsAllowed);
        Assert.Null(exempt);
        var problem = Assert.Single(verdict.Findings, finding => finding.Rule == Verdict.Exemptions);
        Assert.Equal("policy exemptions[1].until is 2026-11-19, which has passed", $"{problem.Field} {problem.Message}");
        Assert.Equal("Ask your platform team to extend or remove it.", problem.Fix);
        Assert.Equal(ValidationAction.Warn, problem.Action);
    }

    [Fact]
    public void FirstEntryThatCoversTheRule_IsTold() =>
        Assert.Equal(
            "minimum-replicas: second (policy)",
            Judge(
                """
                - {namespaces: [shop], reason: first, rules: [managed-pods]}
                - {namespaces: [shop], reason: second}
                - {namespaces: [shop], reason: third}
                """,
                "alice").Exempt);

    [Fact]
    public void Policy_GoesBeforeTheAnnotation()
    {
        var deployment = ObjectJson.Deployment(1).WithAnnotations("metadata.annotations", "exempt=all; exempt-reason=batch");

        var exempt = Judge("- {namespaces: [shop], reason: restores}", "alice", ReviewJson.OfCreate(deployment)).Exempt;

        Assert.Equal("minimum-replicas: restores (policy)", exempt);
    }

    [Fact]
    public void PolicyEntries_HoldWhereAnnotationsAreNotAllowed()
    {
        var verdict = Judge("- {namespaces: [shop], reason: restores}\nannotationExemptions: {allowed: false}", "alice").Verdict;

        Assert.True(verdict.IsAllowed);
    }

    [Fact]
    public void ManifestWithoutUser_MatchesNoEntryForUsers()
    {
        var review = ReviewJson.OfCreate(ObjectJson.Deployment(1)).Read() with { User = null };

        foreach (var selector in new[] { "usernames: [alice]", "groups: [ops]", "serviceAccounts: [a/b]" })
        {
            var options = PolicyFile.Read($"exemptions: [{{{selector}, reason: a}}]", out _)!;
            Assert.False(new PolicyEvaluator(options, FixedClock.Default).Validate(review, RelatedObjects.None).IsAllowed);
        }
    }

    private static (Verdict Verdict, string? Exempt) Judge(string entries, string user) =>
        Judge(entries, user, ReviewJson.OfCreate(ObjectJson.Deployment(1)));

    private static (Verdict Verdict, string? Exempt) Judge(string entries, string user, ReviewJson json)
    {
        var options = PolicyFile.Read("exemptions:\n" + entries, out var errors);
        Assert.Empty(errors);
        var review = (json with { User = user, Groups = ["system:serviceaccounts", "system:authenticated"] }).Read();
        var verdict = new PolicyEvaluator(options!, FixedClock.Default).Validate(review, RelatedObjects.None);
        return (verdict, Answer.Of(review, verdict, options!).AuditAnnotations.ToDictionary().GetValueOrDefault("exempt"));
    }
}
