using System.Text;
using HaWebhook.Policy.Objects;
using HaWebhook.Policy.Tests.Evaluation;

namespace HaWebhook.Policy.Tests.Rules;

/// <summary>What the version of the API server makes of the spread that is filled in.</summary>
public class DefaultTopologySpreadTests
{
    [Theory]
    [InlineData(null, true)]
    [InlineData(25, false)]
    [InlineData(26, false)]
    [InlineData(27, true)]
    [InlineData(36, true)]
    public void MatchLabelKeys_AreAddedWhereTheServerKnowsThem(int? minor, bool isAdded)
    {
        var review = ReviewJson.OfCreate(ObjectJson.Deployment().Without("spec.template.spec.topologySpreadConstraints")).Read();
        var related = new RelatedObjects { Version = minor is { } given ? new KubernetesVersion(1, given) : null };
        var change = Assert.Single(PolicyText.Evaluator("").Mutate(review, related).Changes).Change;

        var added = Encoding.UTF8.GetString(change.Value.Span);
        Assert.Equal(isAdded, added.Contains("\"matchLabelKeys\":[\"pod-template-hash\"]", StringComparison.Ordinal));
        Assert.Contains("\"labelSelector\":{\"matchLabels\":{\"app\":\"web\"}}", added, StringComparison.Ordinal);
    }
}
