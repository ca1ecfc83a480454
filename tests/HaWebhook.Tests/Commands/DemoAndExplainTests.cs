using HaWebhook.Policy.Rules;

namespace HaWebhook.Tests.Commands;

public sealed class DemoAndExplainTests
{
    [Fact]
    public async Task The_demo_sends_the_samples_through_the_real_server()
    {
        var result = await Cli.RunAsync("demo");
        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        Assert.Contains("$ kubectl apply -f samples/aidbox.yaml\ndeployment.apps/aidbox created", result.Output, StringComparison.Ordinal);
        Assert.Contains("deployment.apps/api-gateway created", result.Output, StringComparison.Ordinal);
        Assert.Contains("    + topologySpreadConstraints:", result.Output, StringComparison.Ordinal);
        Assert.Contains(
            "denied the request: StatefulSet default/one-replica is not highly available:\n- minimum-replicas: spec.replicas is 1; must be at least 2.",
            result.Output,
            StringComparison.Ordinal);
        Assert.Contains(
            "$ kubectl scale deployment api-gateway --replicas=1\nError from server (Forbidden): admission webhook \"validate.ha-webhook.io\" denied the request: Deployment default/api-gateway",
            result.Output,
            StringComparison.Ordinal);
        Assert.Contains("3 denied, 0 failed; ", result.Output, StringComparison.Ordinal);
        Assert.EndsWith(
            "\nWithout a cluster the server knows of no other objects. Rules that were silent where they need them: autoscaler-bounds, "
                + "disruption-budget-settings, pod-disruption-budget, quorum, shared-volumes. ha-webhook check looks at all files together.\n",
            result.Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_demo_tells_of_no_silence_where_no_rule_was_silent()
    {
        const string job = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\nspec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: a:1}]}}}\n";
        var result = await Cli.RunWithInputAsync(job, "demo", "-");
        Assert.Equal(0, result.ExitCode);
        Assert.EndsWith("to warm up)\n", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_demo_of_nothing_says_so()
    {
        var result = await Cli.RunWithInputAsync("", "demo", "-");
        Assert.Equal(
            (0, "nothing to send: the input holds no documents with apiVersion and kind\n", ""),
            (result.ExitCode, result.Output, result.Errors));
    }

    [Fact]
    public async Task The_demo_takes_files_and_tells_what_it_could_not_send()
    {
        var result = await Cli.RunWithInputAsync("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {replicas: x}\n", "demo", "-");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("1 failed", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Output + result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_lists_every_rule()
    {
        var result = await Cli.RunAsync("explain");
        Assert.Equal(0, result.ExitCode);
        Assert.All(BuiltInRules.All, rule => Assert.Contains($"  {rule.Id} ", result.Output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Explain_tells_of_exemptions() =>
        Assert.Contains("ha-webhook.io/exempt-reason", (await Cli.RunAsync("explain", "exemptions")).Output, StringComparison.Ordinal);

    [Fact]
    public async Task Options_can_be_given_by_the_environment()
    {
        var start = new System.Diagnostics.ProcessStartInfo("dotnet", [typeof(Program).Assembly.Location, "serve"]) { RedirectStandardError = true };
        start.Environment["HAWEBHOOK_PORT"] = "many";
        using var process = System.Diagnostics.Process.Start(start)!;
        var errors = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(2, process.ExitCode);
        Assert.Contains("HAWEBHOOK_PORT must be a port from 0 to 65535, not 'many'", errors, StringComparison.Ordinal);
    }
}
