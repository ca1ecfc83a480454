namespace HaWebhook.Policy.Tests.Configuration;

public class PolicyFileRegressionTests
{
    [Theory]
    [InlineData("spec.nodeSets[0].count")]
    [InlineData("spec]]")]
    [InlineData("spec.nodeSets[][].count")]
    [InlineData("spec.node sets")]
    [InlineData("status.size")]
    public void PathThatCannotBe_IsAnError(string path)
    {
        PolicyReading.Read($"replicatedResources: [{{group: a.b, kind: C, resource: cs, path: '{path}'}}]", out var errors);

        Assert.NotEmpty(errors);
    }

    [Fact]
    public void Hint_NamesNoKeyThatIsRefused() =>
        Assert.Equal(["rules.minimum-replicas.enable is not a key of the policy"], Errors("rules: {minimum-replicas: {enable: true}}"));

    [Fact]
    public void SelectorOfTheWrongType_IsOneError() =>
        Assert.Equal(["exemptions[0].groups must be a list of texts"], Errors("exemptions: [{reason: a, groups: ops}]"));

    [Theory]
    [InlineData("\"mo\\nde\": Warn")]
    [InlineData("exemptions: [{reason: a, serviceAccounts: [\"a\\nb\"]}]")]
    [InlineData("exemptions: [{reason: a, groups: [b], rules: [\"a\\e[31mb\"]}]")]
    [InlineData("replicatedResources: [{group: a.b, kind: C, resource: cs, path: \"a\\n..b\"}]")]
    public void Message_IsOneLine(string text) => Assert.All(Errors(text), error => Assert.DoesNotContain(error, char.IsControl));

    [Theory]
    [InlineData("workloads: [{group: apps, kind: DaemonSet, resource: daemonsets}]", "workloads has DaemonSet of apps, which is known already")]
    [InlineData("workloads: [{group: a.b, kind: C, resource: cs}, {group: a.b, kind: C, resource: cs}]", "workloads has C of a.b, which is known already")]
    [InlineData("replicatedResources: [{group: argoproj.io, kind: Rollout, resource: rollouts, path: spec.x}]", "replicatedResources has Rollout of argoproj.io, which is known already")]
    public void KindThatIsTaken_IsAnError(string text, string error) => Assert.Equal([error], Errors(text));

    [Fact]
    public void ExemptionOfNoRules_IsAnError()
    {
        PolicyReading.Read("exemptions: [{reason: a, groups: [ops], rules: []}]", out var errors);

        Assert.NotEmpty(errors);
    }

    private static IEnumerable<string> Errors(string text)
    {
        PolicyReading.Read(text, out var errors);
        return errors.Select(error => error.Message);
    }
}
