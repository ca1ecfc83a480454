namespace HaWebhook.Tests.Reports;

public class GitHubReportTests
{
    [Fact]
    public void A_finding_is_a_command_of_its_level_at_its_line()
    {
        string[] expected =
        [
            "::error file=deploy/a.yaml,line=6,title=minimum-replicas::Deployment default/web: spec.replicas is 1; must be at least 2%0ASet spec.replicas to 2 or more.",
            "::warning file=deploy/a.yaml,line=32,title=readiness-probe::Deployment default/api: spec.template.spec.containers[web].readinessProbe is missing;",
            "::warning file=deploy/a.yaml,line=35,title=readiness-probe::Deployment default/api: spec.template.spec.containers[second].readinessProbe is missing;",
            "::error file=deploy/a.yaml,line=37,title=not checked::not valid YAML: ",
            "2 objects, 1 denial, 2 warnings, 1 error",
        ];
        var lines = Lines(Checks.Of(("/repository/deploy/a.yaml", $"{Checks.OneReplica()}---\n{Checks.NeverReady()}---\na: [\n")));
        Assert.Equal(expected, lines.Zip(expected, (line, start) => line[..Math.Min(line.Length, start.Length)]));
        Assert.Equal(expected[^1], lines[^1]);
    }

    [Fact]
    public void A_hostile_name_and_file_end_no_command_and_begin_none()
    {
        var lines = Lines(Checks.Of(("/repository/a,b:c%\n::error::d.yaml", Checks.OneReplica(Checks.HostileName))));
        Assert.Equal(2, lines.Length);
        Assert.StartsWith(
            "::error file=a%2Cb%3Ac%25%0A%3A%3Aerror%3A%3Ad.yaml,line=6,title=minimum-replicas::Deployment default/a?b?::error::c,d:e ]]> <&\"'> \\ 100%2525 ??[31m",
            lines[0],
            StringComparison.Ordinal);
    }

    [Fact]
    public void Another_service_finds_no_command_in_it_and_a_terminal_nothing_to_obey()
    {
        const string name = "\"##vso[task.x]###[error]\"";
        var line = Lines(Checks.Of(("/repository/##[group]\u001b[31m.yaml", Checks.OneReplica(name))))[0];
        Assert.StartsWith(
            "::error file=# #[group]?[31m.yaml,line=6,title=minimum-replicas::Deployment default/# #vso[task.x]# # #[error]: spec.replicas is 1",
            line,
            StringComparison.Ordinal);
    }

    private static string[] Lines(Checking.CheckResult result) => Checks.Write("github", result).TrimEnd('\n').Split('\n');
}
