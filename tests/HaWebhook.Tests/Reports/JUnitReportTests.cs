using System.Xml.Linq;
using HaWebhook.Checking;
using HaWebhook.Policy.Configuration;

namespace HaWebhook.Tests.Reports;

public class JUnitReportTests
{
    [Fact]
    public void A_denial_fails_a_warning_is_noted_and_what_is_fine_passes()
    {
        var report = Write(Checks.Of(("a.yaml", $"{Checks.OneReplica()}---\n{Checks.NeverReady()}---\n{Checks.Fine("fine")}")));
        Assert.Equal(
            ["minimum-replicas: Deployment default/web: failure", "readiness-probe: Deployment default/api: system-out", "Deployment default/fine: "],
            Cases(report).Select(test => $"{test.Attribute("name")!.Value}: {test.Elements().FirstOrDefault()?.Name}"));
        Assert.Equal(["ha-webhook.minimum-replicas", "ha-webhook.readiness-probe", "ha-webhook"], Cases(report).Select(test => test.Attribute("classname")!.Value));
    }

    [Theory]
    [InlineData(ValidationAction.Deny, 1)]
    [InlineData(ValidationAction.Warn, 2)]
    [InlineData(ValidationAction.Audit, 2)]
    [InlineData(ValidationAction.Off, 1)]
    public void What_makes_the_run_fail_is_a_failure_and_a_denial_always(ValidationAction failOn, int failures)
    {
        var report = Write(Checks.Of(("a.yaml", Checks.OneReplica() + "---\n" + Checks.NeverReady())), failOn);
        Assert.Equal(failures, Cases(report).Count(test => test.Element("failure") is not null));
        Assert.Equal($"{failures}", report.Attribute("failures")!.Value);
    }

    [Fact]
    public void Findings_of_one_rule_in_one_object_are_one_case_with_all_that_was_found()
    {
        var test = Assert.Single(Cases(Write(Checks.Of(("deploy/a.yaml", Checks.NeverReady())), ValidationAction.Warn)));
        Assert.Equal(
            "spec.template.spec.containers[web].readinessProbe is missing; a container must say when it can serve (and 1 more)",
            test.Element("failure")!.Attribute("message")!.Value);
        Assert.Contains("WARN readiness-probe: spec.template.spec.containers[second].readinessProbe is missing", test.Element("failure")!.Value, StringComparison.Ordinal);
        Assert.Contains("\ndeploy/a.yaml:17\n", test.Element("failure")!.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Counts_are_those_of_the_cases()
    {
        var report = Write(Checks.Of(
            ("a.yaml", Checks.OneReplica() + "---\na: [\n---\nkey: value\n"),
            ("b.yaml", Checks.NeverReady() + "---\n" + Checks.OneReplica("x"))));
        Assert.Equal(["a.yaml", "b.yaml"], report.Elements("testsuite").Select(suite => suite.Attribute("name")!.Value));
        Assert.All([report, .. report.Elements("testsuite")], holder =>
        {
            var cases = holder.DescendantsAndSelf("testcase").ToList();
            Assert.Equal($"{cases.Count}", holder.Attribute("tests")!.Value);
            Assert.Equal($"{cases.Count(test => test.Element("failure") is not null)}", holder.Attribute("failures")!.Value);
            Assert.Equal($"{cases.Count(test => test.Element("error") is not null)}", holder.Attribute("errors")!.Value);
            Assert.Equal($"{cases.Count(test => test.Element("skipped") is not null)}", holder.Attribute("skipped")!.Value);
        });
        string[] counts = ["tests", "failures", "errors", "skipped"];
        Assert.Equal(["5", "2", "1", "1"], counts.Select(count => report.Attribute(count)!.Value));
    }

    [Fact]
    public void No_two_cases_of_a_report_have_one_name()
    {
        var result = Checks.Of(("dev.yaml", Checks.OneReplica() + "---\n" + Checks.OneReplica()), ("prod.yaml", Checks.OneReplica()));
        var names = Cases(Write(result)).Select(test => $"{test.Attribute("file")!.Value}: {test.Attribute("name")!.Value}");
        Assert.Equal(
            [
                "dev.yaml: minimum-replicas: Deployment default/web",
                "dev.yaml: minimum-replicas: Deployment default/web (2)",
                "prod.yaml: minimum-replicas: Deployment default/web (3)",
            ],
            names);
    }

    [Fact]
    public void A_hostile_name_is_text_and_no_markup()
    {
        var file = "deploy/\u0001\ufffe]]> <x>\n.yaml";
        var text = Checks.Write("junit", Checks.Of((file, Checks.OneReplica(Checks.HostileName))));
        Assert.DoesNotContain(text, character => char.IsControl(character) && character != '\n');
        var test = Assert.Single(Cases(XDocument.Parse(text).Root!));
        Assert.StartsWith("minimum-replicas: Deployment default/a?b?::error::c,d:e ]]> <&\"'>", test.Attribute("name")!.Value, StringComparison.Ordinal);
        Assert.Equal("deploy/??]]> <x>\n.yaml", test.Attribute("file")!.Value);
    }

    [Fact]
    public void Files_are_named_from_the_root_of_the_repository_everywhere()
    {
        var text = Checks.Write("junit", Checks.Of(("/repository/deploy/a.yaml", $"{Checks.OneReplica()}---\na: [\n")));
        Assert.Contains("file=\"deploy/a.yaml\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("/repository", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_at_all_is_still_a_report() => Assert.Equal("0", Write(Checks.Of()).Attribute("tests")!.Value);

    private static XElement Write(CheckResult result, ValidationAction failOn = ValidationAction.Deny) =>
        XDocument.Parse(Checks.Write("junit", result, failOn), LoadOptions.PreserveWhitespace).Root!;

    private static List<XElement> Cases(XElement report) => [.. report.Descendants("testcase")];
}
