using HaWebhook.Policy.Configuration;

namespace HaWebhook.Chart.Tests;

/// <summary>The policy as values is the policy file.</summary>
public class PolicyTests
{
    [Fact]
    public async Task By_default_it_is_the_default_policy_in_audit_mode()
    {
        var options = PolicyOf(await Render.WithAsync());

        Assert.Equal(Mode.Audit, options.Mode);
        Assert.Equal(PolicyOptions.Default.Workloads, options.Workloads);
        Assert.Equal(PolicyOptions.Default.ReplicatedResources, options.ReplicatedResources);
        Assert.Empty(options.Rules);
        Assert.Empty(options.Overrides);
    }

    [Fact]
    public async Task What_samples_policy_says_can_be_said_in_values()
    {
        var sample = Repository.Read("samples/policy.yaml");
        var values = "policy:\n" + string.Join('\n', sample.Split('\n').Select(line => "  " + line));

        var options = PolicyOf(await Render.WithAsync(values));

        var expected = PolicyFile.Read(sample, out _)!;
        Assert.Equivalent(expected with { Hash = "" }, options with { Hash = "" }, strict: true);
    }

    [Fact]
    public async Task False_and_empty_values_stay()
    {
        var options = PolicyOf(await Render.WithAsync(
            "policy: {mode: Enforce, annotationExemptions: {allowed: false}, autoscalers: [], workloads: [], replicatedResources: null, rules: {minimum-replicas: {allowZero: false}}}"));

        Assert.Equal(Mode.Enforce, options.Mode);
        Assert.False(options.AnnotationExemptions.Allowed);
        Assert.Empty(options.Autoscalers);
        Assert.Empty(options.Workloads);

        // A table that is left out is empty, too: the ClusterRole and the webhooks know nothing of its default.
        Assert.Empty(options.ReplicatedResources);
        Assert.Single(options.Rules);
    }

    [Fact]
    public async Task A_change_of_the_policy_restarts_no_pod()
    {
        var (before, after) = (await Render.WithAsync(), await Render.WithAsync("policy: {mode: Enforce, rules: {minimum-replicas: {minimum: 3}}}"));

        Assert.Equal(before.Deployment.ToJsonString(), after.Deployment.ToJsonString());
        Assert.NotEqual(before.One("ConfigMap").ToJsonString(), after.One("ConfigMap").ToJsonString());
    }

    internal static PolicyOptions PolicyOf(Render render)
    {
        var options = PolicyFile.Read(TextOf(render), out var errors);
        Assert.Empty(errors);
        return options!;
    }

    internal static string TextOf(Render render) => render.One("ConfigMap", "ha-webhook-policy").At("data")!["policy.yaml"]!.ToString();
}
