using HaWebhook.Cluster;
using HaWebhook.Kubernetes.Tests;

namespace HaWebhook.Tests.Cluster;

/// <summary>When an API server that did not answer is asked again.</summary>
public sealed class LookPauseTests
{
    private readonly ManualClock _clock = new();

    [Fact]
    public void After_a_look_in_vain_there_is_none_for_a_while_and_then_one_to_try()
    {
        var pause = new LookPause(_clock);
        Assert.True(pause.TryPass());
        Assert.True(pause.TryPass());
        pause.Begin();
        Assert.False(pause.TryPass());
        _clock.Advance(LookPause.Length - TimeSpan.FromMilliseconds(1));
        Assert.False(pause.TryPass());

        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(pause.TryPass());
        Assert.False(pause.TryPass());
        pause.End();
        Assert.True(pause.TryPass());
        Assert.True(pause.TryPass());
    }

    [Fact]
    public void A_try_of_which_nothing_is_heard_is_followed_by_another()
    {
        var pause = new LookPause(_clock);
        pause.Begin();
        for (var i = 0; i < 3; i++)
        {
            _clock.Advance(LookPause.Length);
            Assert.True(pause.TryPass());
            Assert.False(pause.TryPass());
        }
    }
}
