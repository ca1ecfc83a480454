using System.Text.Json;
using HaWebhook.Checking;
using HaWebhook.Commands;
using HaWebhook.Policy.Configuration;
using HaWebhook.Tests.Reports;

namespace HaWebhook.Tests.Commands;

public sealed class BaselineTests : IDisposable
{
    private const string Rules = "minimum-replicas,readiness-probe";

    private static readonly IReadOnlySet<string> _all = RuleSelection.All.JudgesOf(PolicyOptions.Default);

    private readonly string _folder = Directory.CreateTempSubdirectory("ha-webhook-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_is_known_neither_fails_nor_shows_wherever_it_has_moved()
    {
        Write("a.yaml", $"{Checks.NeverReady()}---\n{Checks.OneReplica()}");
        var written = await Cli.RunInAsync(_folder, "check", "a.yaml", "--write-baseline", "known.yaml", "--fail-on", "warn", "--rule", Rules);
        Assert.Equal((0, "ha-webhook: known.yaml: written; 3 findings are known from now on\n"), (written.ExitCode, written.Errors));
        Assert.EndsWith("\n2 objects, 1 denial, 2 warnings\n", written.Output, StringComparison.Ordinal);
        Assert.Equal(
            """
            # Findings that ha-webhook check knows: they do not fail it. Written with --write-baseline.
            # Take a line out when it is mended; a check with --baseline tells which ones are.
            version: 1
            findings:
            - {namespace: default, kind: Deployment, group: apps, name: api, rule: readiness-probe, field: "spec.template.spec.containers[second].readinessProbe"}
            - {namespace: default, kind: Deployment, group: apps, name: api, rule: readiness-probe, field: "spec.template.spec.containers[web].readinessProbe"}
            - {namespace: default, kind: Deployment, group: apps, name: web, rule: minimum-replicas, field: spec.replicas}

            """,
            File.ReadAllText(Path.Combine(_folder, "known.yaml")));

        File.Delete(Path.Combine(_folder, "a.yaml"));
        var older = Checks.OneReplica().Replace("apps/v1", "apps/v1beta2", StringComparison.Ordinal);
        Write("b.yaml", $"# moved\n\n{older}---\n{Checks.OneReplica("new")}---\n{Checks.NeverReady()}");
        var result = await Cli.RunInAsync(_folder, "check", "b.yaml", "--baseline", "known.yaml", "-o", "json", "--rule", Rules);
        Assert.Equal((1, ""), (result.ExitCode, result.Errors));
        var report = JsonElement.Parse(result.Output);
        Assert.Equal("new", Assert.Single(report.GetProperty("findings").EnumerateArray()).GetProperty("name").GetString());
        Assert.Equal(3, report.GetProperty("summary").GetProperty("known").GetInt32());
        var text = await Cli.RunInAsync(_folder, "check", "b.yaml", "--baseline", "known.yaml", "--rule", Rules);
        Assert.EndsWith("\n3 objects, 1 denial, 0 warnings, 3 known\n", text.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_finding_that_is_mended_is_told_and_one_whose_object_is_not_here_counted()
    {
        var before = Checks.Of(("a.yaml", $"{Checks.OneReplica()}---\n{Checks.OneReplica("other")}---\n{Checks.NeverReady()}"));
        var baseline = WriteAndRead(before);
        var after = baseline.SetApart(Checks.Of(("a.yaml", $"{Checks.Fine("web")}---\n{Checks.NeverReady()}")));
        Assert.Equal(
            [
                $"{_folder}/known.yaml:8: Deployment default/web no longer has this finding of minimum-replicas: take the line out",
                $"{_folder}/known.yaml: 1 of 4 known findings are about objects that were not in the input",
            ],
            baseline.Stale(after, _all));
    }

    [Fact]
    public void A_rule_that_was_not_asked_for_leaves_nothing_stale()
    {
        var baseline = WriteAndRead(Checks.Of(("a.yaml", Checks.OneReplica())));
        var fine = baseline.SetApart(Checks.Of(("a.yaml", Checks.Fine("web"))));
        Assert.Empty(baseline.Stale(fine, new RuleSelection([], ["minimum-replicas"]).JudgesOf(PolicyOptions.Default)));
        Assert.Single(baseline.Stale(fine, new RuleSelection(["minimum-replicas"], []).JudgesOf(PolicyOptions.Default)));
    }

    [Fact]
    public void A_rule_that_the_policy_has_off_leaves_nothing_stale_and_one_that_is_no_more_does()
    {
        const string finding = "- {namespace: default, kind: Deployment, group: apps, name: web, field: spec, rule: ";
        string[] rules = ["priority-class", "former-rule", "default-probes", "minimum-replicas"];
        var text = "version: 1\nfindings:\n" + string.Concat(rules.Select(rule => $"{finding}{rule}}}\n"));
        var file = Write("known.yaml", text);
        Assert.Equal(
            [
                $"{file}:4: there is no rule former-rule that judges: take the line out",
                $"{file}:5: there is no rule default-probes that judges: take the line out",
                $"{file}:6: Deployment default/web no longer has this finding of minimum-replicas: take the line out",
            ],
            BaselineFile.Read(file).Stale(Checks.Of(("a.yaml", Checks.Fine("web"))), _all));
    }

    [Fact]
    public void Another_file_altogether_is_told_in_a_few_lines()
    {
        var report = Write("report.json", Checks.Write("json", Checks.Of(("a.yaml", string.Join("---\n", Enumerable.Repeat(Checks.OneReplica(), 100))))));
        var lines = Assert.Throws<CommandException>(() => BaselineFile.Read(report)).Lines;
        Assert.Equal((21, $"{report}: 685 more errors; is it a baseline?"), (lines.Count, lines[^1]));
    }

    [Fact]
    public void Many_stale_findings_are_told_in_part_and_counted()
    {
        var baseline = WriteAndRead(Checks.Of(("a.yaml", string.Join("---\n", Enumerable.Range(0, 25).Select(i => Checks.OneReplica($"web-{i}"))))));
        var fine = baseline.SetApart(Checks.Of(("a.yaml", string.Join("---\n", Enumerable.Range(0, 25).Select(i => Checks.Fine($"web-{i}"))))));
        var lines = baseline.Stale(fine, _all).ToList();
        Assert.Equal((21, $"{_folder}/known.yaml: 5 more lines can go"), (lines.Count, lines[^1]));
    }

    [Fact]
    public void A_hostile_name_is_known_again()
    {
        var result = Checks.Of(("a.yaml", $"{Checks.OneReplica(Checks.HostileName)}---\n{Checks.OneReplica("\"no\"")}---\n{Checks.OneReplica("\"010\"")}"));
        var baseline = WriteAndRead(result);
        var known = baseline.SetApart(result);
        Assert.Equal((0, 3), (CheckSummary.Of(known).Deny, CheckSummary.Of(known).Known));
        Assert.Empty(baseline.Stale(known, _all));
    }

    [Fact]
    public async Task Where_something_could_not_be_read_no_baseline_is_written()
    {
        Write("a.yaml", "a: [\n");
        Write("known.yaml", "what was there");
        var result = await Cli.RunInAsync(_folder, "check", "a.yaml", "--write-baseline", "known.yaml");
        Assert.Equal((2, "ha-webhook: known.yaml: not written, because not all of the input could be read\n"), (result.ExitCode, result.Errors));
        Assert.Equal("what was there", File.ReadAllText(Path.Combine(_folder, "known.yaml")));
    }

    [Fact]
    public async Task Where_there_was_nothing_to_check_no_baseline_is_written()
    {
        Write("known.yaml", "what was there");
        var result = await Cli.RunInAsync(_folder, "check", "-", "--write-baseline", "known.yaml");
        Assert.Equal(2, result.ExitCode);
        Assert.EndsWith("ha-webhook: known.yaml: not written, because there is nothing in the input\n", result.Errors, StringComparison.Ordinal);
        Assert.Equal("what was there", File.ReadAllText(Path.Combine(_folder, "known.yaml")));
    }

    [Theory]
    [InlineData("", "1: a baseline is one document with version and findings")]
    [InlineData("version: 1\nfindings: []\n---\nversion: 1\n", "1: a baseline is one document with version and findings")]
    [InlineData("- a\n", "1: a baseline is a mapping with version and findings")]
    [InlineData("findings: []\n", "1: version must be 1")]
    [InlineData("version: 2\nfindings: []\n", "1: version must be 1")]
    [InlineData("version: 1\n", "1: findings must be a list")]
    [InlineData("version: 1\nfindings: many\n", "2: findings must be a list")]
    [InlineData("version: 1\nfindings: []\nfinding: []\n", "3: finding is not a key of a baseline; did you mean findings?")]
    [InlineData("version: 1\nfindings:\n- web\n", "3: a finding must be a mapping with namespace, kind, group, name, rule, field")]
    [InlineData("version: 1\nfindings:\n- {namespace: a, kind: b, group: c, name: d, rule: e}\n", "3: field is missing")]
    [InlineData("version: 1\nfindings:\n- {namespace: a, kind: b, group: null, name: d, rule: e, field: [f]}\n", "3: group must be a text", "3: field must be a text")]
    [InlineData("version: 1\nfindings:\n- {namespace: a, kind: b, group: c, nam: d, rule: e, field: f}\n", "3: nam is not a key of a baseline; did you mean name?", "3: name is missing")]
    [InlineData("version: 1\nfindings: [\n", "2: not valid YAML: while parsing a node, did not find expected node content")]
    public void A_broken_baseline_is_told_with_its_lines(string text, params string[] expected)
    {
        var file = Write("known.yaml", text);
        var exception = Assert.Throws<CommandException>(() => BaselineFile.Read(file));
        Assert.Equal(expected.Select(line => $"{file}:{line}"), exception.Lines);
    }

    [Fact]
    public void A_baseline_may_be_JSON_and_hold_a_finding_twice()
    {
        const string finding = """{"namespace": "default", "kind": "Deployment", "group": "apps", "name": "web", "rule": "minimum-replicas", "field": "spec.replicas"}""";
        var baseline = BaselineFile.Read(Write("known.json", $$"""{"version": 1, "findings": [{{finding}}, {{finding}}]}"""));
        Assert.Equal(1, CheckSummary.Of(baseline.SetApart(Checks.Of(("a.yaml", Checks.OneReplica())))).Known);
    }

    private Baseline WriteAndRead(CheckResult result)
    {
        var file = Path.Combine(_folder, "known.yaml");
        BaselineFile.Write(file, result);
        return BaselineFile.Read(file);
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
