namespace HaWebhook.Chart.Tests;

/// <summary>Values that mean nothing, or trouble: one clear sentence each.</summary>
public class BadValuesTests
{
    [Theory]
    [InlineData("replicas: 3", "(root): Additional property replicas is not allowed")]
    [InlineData("image: {name: x}", "image: Additional property name is not allowed")]
    [InlineData("webhooks: {validating: {enabled: true}}", "webhooks.validating: Additional property enabled is not allowed")]
    [InlineData("policy: {rules: {minimum-replica: {minimum: 3}}}", "policy.rules: Additional property minimum-replica is not allowed")]
    [InlineData("replicaCount: three", "replicaCount: Invalid type. Expected: integer, given: string")]
    [InlineData("replicaCount: 0", "replicaCount: Must be greater than or equal to 1")]
    [InlineData("policy: {mode: Strict}", "policy.mode must be one of the following: \"Audit\", \"Warn\", \"Enforce\"")]
    [InlineData("webhooks: {validating: {failurePolicy: fail}}", "webhooks.validating.failurePolicy must be one of the following: \"Ignore\", \"Fail\"")]
    [InlineData("webhooks: {timeoutSeconds: 31}", "webhooks.timeoutSeconds: Must be less than or equal to 30")]
    [InlineData("certificates: {mode: none}", "certificates.mode must be one of the following: \"selfManaged\", \"certManager\", \"existingSecret\"")]
    [InlineData("audit: {interval: 5s}", "audit.interval: Does not match pattern")]
    [InlineData("audit: {interval: 600}", "audit.interval: Must be less than or equal to 0")]
    [InlineData("audit: {reports: openreports}", "audit.reports must be one of the following: \"auto\", \"none\"")]
    [InlineData("drainTime: 15", "drainTime: Invalid type. Expected: string, given: integer")]
    [InlineData("maxReviews: many", "maxReviews: Invalid type. Expected: [integer,null], given: string")]
    [InlineData("prometheusRule: {runbookUrl: docs/runbooks.md}", "prometheusRule.runbookUrl: Does not match pattern")]
    [InlineData("terminationGracePeriodSeconds: 10", "terminationGracePeriodSeconds: Must be greater than or equal to 30")]
    public async Task What_the_schema_does_not_know_is_refused(string values, string told) =>
        Assert.Contains(told, await Render.RefusalAsync(values), StringComparison.Ordinal);

    [Theory]
    [InlineData("replicaCount: 1\nwebhooks: {validating: {failurePolicy: Fail}}", "failurePolicy Fail with 1 replica would refuse every write while it restarts: set replicaCount (or autoscaling.minReplicas) to 2 or more")]
    [InlineData("replicaCount: 1\nwebhooks: {mutating: {failurePolicy: Fail}}", "failurePolicy Fail with 1 replica")]
    [InlineData("autoscaling: {enabled: true, minReplicas: 1}\nwebhooks: {validating: {failurePolicy: Fail}}", "failurePolicy Fail with 1 replica")]
    [InlineData("autoscaling: {enabled: true, minReplicas: 5, maxReplicas: 4}", "autoscaling.maxReplicas is 4; it must be at least autoscaling.minReplicas, which is 5")]
    [InlineData("certificates: {mode: existingSecret}", "certificates.mode existingSecret needs certificates.existingSecret.name")]
    [InlineData("certificates: {mode: existingSecret, existingSecret: {name: tls}}", "certificates.mode existingSecret needs certificates.existingSecret.caBundle (PEM)")]
    [InlineData("drainTime: 16s", "terminationGracePeriodSeconds is 70; it must be at least 71, which is drainTime and 55 s")]
    [InlineData("drainTime: 2m", "terminationGracePeriodSeconds is 70; it must be at least 175")]
    [InlineData("audit: {interval: \"0\", events: true}", "audit.events needs audit.interval, such as 10m")]
    [InlineData(
        "audit: {interval: \"0\"}\npolicy: {rules: {default-disruption-budget: {enabled: true}}}",
        "policy.rules.default-disruption-budget needs audit.interval, such as 10m")]
    [InlineData("port: 8080", "port and healthPort are both 8080; they must differ")]
    [InlineData("hostNetwork: true", "hostNetwork needs ports that are free on the nodes, and 10250 is kubelet's: set port and healthPort to others")]
    [InlineData("hostNetwork: true\nport: 10443\nhealthPort: 10250", "hostNetwork needs ports that are free on the nodes")]
    [InlineData("serviceAccount: {create: false}", "serviceAccount.name must name the account to run as")]
    [InlineData("tests: {namespace: kube-system}", "tests.namespace is kube-system, which is never judged")]
    [InlineData("fallbackPolicy: {enabled: true, action: Deny}\npolicy: {overrides: [{namespaceSelector: {matchLabels: {env: dev}}, mode: Warn}]}", "fallbackPolicy.action Deny cannot go with policy.overrides")]
    [InlineData("nameOverride: 1a", "is no name for a Service", "1b")]
    public async Task What_would_not_work_is_refused(string values, string told, string release = "ha-webhook")
    {
        var refusal = await Render.RefusalAsync(values, release: release);

        Assert.Contains(told, refusal, StringComparison.Ordinal);
        Assert.Single(refusal.Split('\n'), line => line.StartsWith("Error: ", StringComparison.Ordinal));
    }

    /// <summary>Helm reads numbers of <c>--set</c> as integers and those of files as floats, which templates cannot compare.</summary>
    [Theory]
    [InlineData("port=10443")]
    [InlineData("healthPort=9090")]
    [InlineData("hostNetwork=true,port=10443")]
    [InlineData("autoscaling.enabled=true,autoscaling.minReplicas=2")]
    [InlineData("terminationGracePeriodSeconds=90,replicaCount=5")]
    public async Task Numbers_may_be_set_on_the_command_line(string values)
    {
        var result = await Tool.Helm.RunAsync("template", "ha-webhook", ".", "--namespace", Render.Namespace, "--kube-version", "1.36.0", "--set", values);

        Assert.True(result.ExitCode == 0, result.Errors);
    }

    [Theory]
    [InlineData("kube-system")]
    [InlineData("kube-public")]
    [InlineData("kube-node-lease")]
    public async Task It_does_not_go_into_a_namespace_of_the_system(string namespaceName) =>
        Assert.Contains($"ha-webhook cannot be installed into {namespaceName}", await Render.RefusalAsync("", namespaceName), StringComparison.Ordinal);

    [Fact]
    public async Task It_says_which_Kubernetes_it_needs()
    {
        Assert.Contains(">=1.28.0-0", await Render.RefusalAsync("", kubernetes: "1.27.9"), StringComparison.Ordinal);
        Assert.Contains("fallbackPolicy needs Kubernetes 1.30", await Render.RefusalAsync("fallbackPolicy: {enabled: true}", kubernetes: "1.29.9"), StringComparison.Ordinal);
    }
}
