using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Tests.DefaultBudgets;

public class DefaultBudgetTests
{
    [Theory]
    [InlineData("web", "web-ha-webhook-a24a7f55f2")]
    [InlineData("a-name-that-is-so-long-that-it-is-cut-at-a.dot-or-a-dash", "a-name-that-is-so-long-that-it-is-cut-at-ha-webhook-a24a7f55f2")]
    public void Name_BeginsWithTheWorkloads_AndEndsWithItsUid(string name, string budget) => Assert.Equal(budget, NameOf(name, "u-1"));

    [Fact]
    public void Name_IsNoOthers()
    {
        string[] names = [NameOf("web", "u-1"), NameOf("web", "u-2"), NameOf(new string('a', 253), "u-3"), NameOf(new string('a', 253), "u-4")];

        Assert.Distinct(names);
        Assert.All(names, name => Assert.True(name.Length <= 63));
    }

    [Theory]
    [InlineData("", "web")]
    [InlineData("metadata.name=copy", "")]
    [InlineData("managed-by=Helm", "")]
    [InlineData("of=", "")]
    public void ItIsKnownByItsLabelsAndItsName(string change, string of)
    {
        var json = BudgetTown.Default();
        var labels = json["metadata"]!["labels"]!;
        switch (change.Split('=')[0])
        {
            case "metadata.name": json.With("metadata.name", "copy"); break;
            case "managed-by": labels["app.kubernetes.io/managed-by"] = "Helm"; break;
            case "of": labels["ha-webhook.io/default-budget-of"] = ""; break;
        }

        var whole = (PodDisruptionBudget)RelatedJson.Read(json);
        var kept = (PodDisruptionBudget)Policy.Rules.ReducedObject.Of(whole, new SharedStrings());
        Assert.Equal((of, of), (whole.DefaultOf, kept.DefaultOf));
    }

    private static string NameOf(string name, string uid) =>
        DefaultBudget.NameOf((Workload)RelatedJson.Read(ObjectJson.Deployment().With("metadata.name", name).With("metadata.uid", uid)));
}
