using HaWebhook.Cluster;
using HaWebhook.Kubernetes.Tests;

namespace HaWebhook.Tests.Cluster;

/// <summary>How long namespaces may be previewed.</summary>
public sealed class PreviewBudgetTests
{
    [Fact]
    public void What_is_spent_is_saved_up_in_a_twentieth_of_the_time()
    {
        var clock = new ManualClock();
        var budget = new PreviewBudget(clock);
        Assert.Equal(PreviewBudget.Most, budget.Left);
        budget.Spend(TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.FromSeconds(0.5), budget.Left);

        // One that took longer than it should.
        budget.Spend(TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.Zero, budget.Left);
        clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(TimeSpan.Zero, budget.Left);
        clock.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(TimeSpan.FromSeconds(1), budget.Left);
        clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(PreviewBudget.Most, budget.Left);
    }
}
