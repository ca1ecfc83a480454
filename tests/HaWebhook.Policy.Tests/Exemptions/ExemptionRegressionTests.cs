using System.Globalization;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Tests.Exemptions;

public class ExemptionRegressionTests
{
    [Theory]
    [InlineData("exempt=all; exempt-reason=batch")]
    [InlineData("exempt=all; exempt-reason=batch; exempt-until=soon")]
    public void ExampleOfADate_IsOneThatThePolicyAllows(string annotations)
    {
        var fix = Assert.Single(Problems(annotations, "annotationExemptions: {maximumDays: 30, untilRequired: true}")).Fix;
        var date = DateOnly.ParseExact(fix[(fix.LastIndexOf(' ') + 1)..].TrimEnd('.'), "yyyy-MM-dd", CultureInfo.InvariantCulture);

        Assert.InRange(date, new DateOnly(2026, 11, 20), new DateOnly(2026, 12, 20));
    }

    [Theory]
    [InlineData("banana")]
    [InlineData("team")]
    [InlineData("mode")]
    public void UnlikeAnnotation_GetsNoHint(string name)
    {
        var problem = Assert.Single(Problems($"{name}=x", ""));

        Assert.Equal("is not an annotation of HaWebhook", problem.Message);
    }

    private static List<Finding> Problems(string annotations, string policy)
    {
        var options = policy.Length == 0 ? PolicyOptions.Default : PolicyFile.Read(policy, out _)!;
        var review = ReviewJson.OfCreate(ObjectJson.Deployment().WithAnnotations("metadata.annotations", annotations)).Read();
        return [.. new PolicyEvaluator(options, FixedClock.Default).Validate(review, RelatedObjects.None).Findings.Where(finding => finding.Rule == Verdict.Exemptions)];
    }
}
