using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Objects;
using HaWebhook.Policy.Rules;
using HaWebhook.Policy.Rules.Validating;

namespace HaWebhook.Policy.Tests.Rules;

/// <summary>The scheduler writes nodeName into every Pod; only in a Pod that is being created its author may have.</summary>
public class ScheduledPodTests
{
    private static readonly User _alice = new("alice", []);

    [Fact]
    public void PodThatIsCreatedOnANode_IsToldSo_AlsoOnceTheServerHasGivenItAUid()
    {
        Assert.Single(Judge(Pod(uid: ""), _alice, old: null));
        Assert.Single(Judge(Pod(uid: "a"), _alice, old: null));
        Assert.Single(Judge(Pod(uid: ""), user: null, old: null));
    }

    [Fact]
    public void PodThatExists_IsLeftAlone()
    {
        Assert.Empty(Judge(Pod(uid: "a"), _alice, old: Pod(uid: "a")));
        Assert.Empty(Judge(Pod(uid: "a"), user: null, old: null));
    }

    private static IEnumerable<RuleResult> Judge(Pod pod, User? user, Pod? old)
    {
        var rule = (IValidatingRule<Pod>)NodePinning.Definition.Create(RuleSettings.Defaults, PolicyOptions.Default);
        return rule.Validate(pod, new("default", RelatedObjects.None, user, old));
    }

    private static Pod Pod(string uid) => new()
    {
        ApiVersion = "v1",
        Kind = "Pod",
        Metadata = new() { Name = "web", Uid = uid },
        Template = new(Metadata.Empty, new() { NodeName = "node-1" }),
    };
}
