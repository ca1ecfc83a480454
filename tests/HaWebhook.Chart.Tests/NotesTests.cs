namespace HaWebhook.Chart.Tests;

/// <summary>What Helm prints after an installation.</summary>
public class NotesTests
{
    [Fact]
    public async Task In_Audit_they_say_how_to_read_and_how_to_go_on()
    {
        var notes = await NotesAsync("");

        Assert.Contains("Mode: Audit. Nothing is refused, warned about or patched; what would be is recorded.", notes, StringComparison.Ordinal);
        Assert.Contains("requests pass (failurePolicy Ignore)", notes, StringComparison.Ordinal);
        Assert.Contains("Never judged: guard, kube-system, kube-node-lease, kube-public.", notes, StringComparison.Ordinal);
        Assert.Contains("helm test blue --namespace guard", notes, StringComparison.Ordinal);
        Assert.Contains("grep would-deny", notes, StringComparison.Ordinal);
        Assert.Contains("helm upgrade blue CHART --namespace guard --reset-then-reuse-values --set policy.mode=Warn", notes, StringComparison.Ordinal);
        Assert.Contains("kubectl label namespace NAME ha-webhook.io/mode=Enforce", notes, StringComparison.Ordinal);
        Assert.Contains("kubectl delete validatingwebhookconfiguration,mutatingwebhookconfiguration blue-ha-webhook\n", notes, StringComparison.Ordinal);
        Assert.DoesNotContain("One replica", notes, StringComparison.Ordinal);
        Assert.DoesNotContain("runbook", notes, StringComparison.Ordinal);
        Assert.DoesNotContain("uninstallHook", notes, StringComparison.Ordinal);
    }

    [Fact]
    public async Task They_name_no_test_where_there_is_none()
    {
        Assert.DoesNotContain("helm test", await NotesAsync("tests: {enabled: false}"), StringComparison.Ordinal);
        Assert.DoesNotContain("helm test", await NotesAsync("rbac: {create: false}"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("policy: {mode: Warn}", "Mode: Warn. Nothing is refused; what would be is a warning")]
    [InlineData("policy: {mode: Enforce}", "Mode: Enforce. What breaks a rule whose action is Deny is refused.")]
    [InlineData("policy: {mode: null}", "Mode: Enforce.")]
    [InlineData("webhooks: {validating: {failurePolicy: Fail}}", "requests are refused (failurePolicy Fail)")]
    [InlineData("webhooks: {validating: {failurePolicy: Fail}}", "the network plugin's, the cloud's own.")]
    [InlineData("webhooks: {validating: {failurePolicy: Fail}}\ncertificates: {mode: certManager}", "the network plugin's, cert-manager's, the cloud's own.")]
    [InlineData("replicaCount: 1", "One replica cannot be updated or moved without leaving requests unjudged")]
    [InlineData("prometheusRule: {enabled: true}", "The alerts lead to no runbook: set prometheusRule.runbookUrl")]
    [InlineData("rbac: {create: false}", "rbac.create is false: delete both webhook configurations before `helm uninstall`")]
    [InlineData("uninstallHook: {enabled: false}", "uninstallHook.enabled is false: delete both webhook configurations before `helm uninstall`")]
    public async Task They_follow_the_values(string values, string told) => Assert.Contains(told, await NotesAsync(values), StringComparison.Ordinal);

    /// <summary>Helm renders notes only where it installs, which takes a cluster: here they are rendered as a value of an object.</summary>
    private static async Task<string> NotesAsync(string values)
    {
        var chart = Directory.CreateTempSubdirectory("ha-webhook-").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(chart, "templates"));
            foreach (var file in (string[])["Chart.yaml", "values.yaml", "values.schema.json", "templates/_helpers.tpl"])
            {
                File.Copy(Path.Combine(Repository.Chart, file), Path.Combine(chart, file));
            }

            var notes = File.ReadAllText(Path.Combine(Repository.Chart, "templates/NOTES.txt"));
            File.WriteAllText(Path.Combine(chart, "templates/_notes.tpl"), $"{{{{- define \"notes\" }}}}{notes}{{{{ end }}}}");
            File.WriteAllText(Path.Combine(chart, "templates/notes.yaml"), "kind: Notes\nmetadata: {name: notes}\ntext: {{ include \"notes\" . | toJson }}\n");
            File.WriteAllText(Path.Combine(chart, "given.yaml"), values);

            var result = await Tool.Helm.RunAsync(
                "template", "blue", chart, "--namespace", "guard", "--kube-version", "1.36.0", "--values", Path.Combine(chart, "given.yaml"));

            Assert.True(result.ExitCode == 0, result.Errors);
            return Yaml.Read(result.Output)["text"]!.ToString();
        }
        finally
        {
            Directory.Delete(chart, recursive: true);
        }
    }
}
