using System.Text.Json;
using HaWebhook.Checking.Reports;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Rules;

namespace HaWebhook.Tests.Reports;

public class SarifReportTests
{
    [Fact]
    public void Every_rule_that_judges_is_described_in_full()
    {
        var rules = Run(Checks.Write("sarif", Checks.Of())).GetProperty("tool").GetProperty("driver").GetProperty("rules").EnumerateArray().ToList();
        Assert.Equal([.. BuiltInRules.Validating.Select(rule => rule.Id), "exemptions"], rules.Select(rule => rule.GetProperty("id").GetString()));
        Assert.All(rules, rule =>
        {
            // The lengths are GitHub's.
            Assert.Matches("^([A-Z][a-z]+)+$", rule.GetProperty("name").GetString());
            Assert.InRange(TextOf(rule, "shortDescription").Length, 10, 1024);
            Assert.InRange(TextOf(rule, "fullDescription").Length, 10, 1024);
            Assert.NotEqual("", TextOf(rule, "help"));
            Assert.Contains("```yaml\n", rule.GetProperty("help").GetProperty("markdown").GetString(), StringComparison.Ordinal);
            Assert.Contains(rule.GetProperty("defaultConfiguration").GetProperty("level").GetString(), (string[])["error", "warning", "note"]);
            Assert.InRange(rule.GetProperty("properties").GetProperty("tags").GetArrayLength(), 1, 10);
        });
    }

    [Theory]
    [InlineData("Enforce", "error", "warning")]
    [InlineData("Warn", "warning", "warning")]
    [InlineData("Audit", "note", "note")]
    public void An_action_has_its_level(string mode, string replicas, string probe)
    {
        var policy = PolicyOptions.Default with { Mode = Enum.Parse<Mode>(mode) };
        var result = Checks.Of(policy, ("a.yaml", Checks.OneReplica() + "---\n" + Checks.NeverReady()));
        Assert.Equal([replicas, probe, probe], Results(Checks.Write("sarif", result)).Select(found => found.GetProperty("level").GetString()));
    }

    [Fact]
    public void A_result_has_its_place_and_its_object()
    {
        var found = Assert.Single(Results(Checks.Write("sarif", Checks.Of(("/repository/deploy/a b/100%#ü.yaml", Checks.OneReplica())))));
        var location = Assert.Single(found.GetProperty("locations").EnumerateArray());
        var place = location.GetProperty("physicalLocation");
        Assert.Equal("deploy/a%20b/100%25%23%C3%BC.yaml", place.GetProperty("artifactLocation").GetProperty("uri").GetString());
        Assert.Equal("%SRCROOT%", place.GetProperty("artifactLocation").GetProperty("uriBaseId").GetString());
        Assert.Equal(6, place.GetProperty("region").GetProperty("startLine").GetInt32());
        var logical = Assert.Single(location.GetProperty("logicalLocations").EnumerateArray());
        Assert.Equal("web", logical.GetProperty("name").GetString());
        Assert.Equal("apps/v1/Deployment/default/web", logical.GetProperty("fullyQualifiedName").GetString());
        Assert.Equal("Deployment", logical.GetProperty("properties").GetProperty("kind").GetString());
        Assert.Equal("default", logical.GetProperty("properties").GetProperty("namespace").GetString());
    }

    [Fact]
    public void A_file_outside_of_the_repository_has_an_absolute_address()
    {
        var place = Results(Checks.Write("sarif", Checks.Of(("/elsewhere/a b.yaml", Checks.OneReplica()))))[0]
            .GetProperty("locations")[0].GetProperty("physicalLocation").GetProperty("artifactLocation");
        Assert.Equal("file:///elsewhere/a%20b.yaml", place.GetProperty("uri").GetString());
        Assert.False(place.TryGetProperty("uriBaseId", out _));
    }

    [Fact]
    public void Standard_input_is_named_as_such() =>
        Assert.Equal(
            "stdin",
            Results(Checks.Write("sarif", Checks.Of(("stdin", Checks.OneReplica()))))[0]
                .GetProperty("locations")[0].GetProperty("physicalLocation").GetProperty("artifactLocation").GetProperty("uri").GetString());

    [Fact]
    public void A_fingerprint_survives_moved_lines_renamed_neighbours_and_another_file()
    {
        var before = Fingerprints(Checks.Of(("a.yaml", Checks.OneReplica("other") + "---\n" + Checks.OneReplica())));
        var after = Fingerprints(Checks.Of(("b.yaml", "# moved\n\n" + Checks.OneReplica() + "---\n" + Checks.OneReplica("renamed"))));
        Assert.Equal(before[1], after[0]);
        Assert.Distinct([.. before, after[1]]);
    }

    [Fact]
    public void Fingerprints_tell_fields_apart_and_objects_that_are_there_twice()
    {
        Assert.Distinct(Fingerprints(Checks.Of(("a.yaml", Checks.NeverReady()))));
        var twice = Fingerprints(Checks.Of(("a.yaml", Checks.OneReplica() + "---\n" + Checks.OneReplica())));
        Assert.Equal((twice[0][..^1] + "1", twice[0][..^1] + "2"), (twice[0], twice[1]));
    }

    [Fact]
    public void What_cannot_be_read_is_a_notification_and_the_run_no_success()
    {
        var invocation = Run(Checks.Write("sarif", Checks.Of(("a.yaml", "a: [\n---\n" + Checks.OneReplica())))).GetProperty("invocations")[0];
        Assert.False(invocation.GetProperty("executionSuccessful").GetBoolean());
        var notification = Assert.Single(invocation.GetProperty("toolExecutionNotifications").EnumerateArray());
        Assert.Equal("error", notification.GetProperty("level").GetString());
        Assert.Equal(1, notification.GetProperty("locations")[0].GetProperty("physicalLocation").GetProperty("region").GetProperty("startLine").GetInt32());
        Assert.True(Run(Checks.Write("sarif", Checks.Of(("a.yaml", Checks.OneReplica())))).GetProperty("invocations")[0].GetProperty("executionSuccessful").GetBoolean());
    }

    [Fact]
    public void Past_the_limit_the_most_severe_stay_in_their_order_and_the_user_is_told()
    {
        var told = new List<string>();
        var report = new SarifReport(Checks.Context(told), new SarifLimits(Results: 3, Shown: 2, CompressedBytes: 1_000_000));
        var result = Checks.Of(("a.yaml", Checks.NeverReady("first") + "---\n" + Checks.OneReplica("second") + "---\n" + Checks.OneReplica("third")));
        var text = Checks.Write(report, result);
        Assert.Equal(["first", "second", "third"], Results(text).Select(NameOf));
        Assert.Equal(["warning", "error", "error"], Results(text).Select(found => found.GetProperty("level").GetString()));
        const string sentence = "1 of 4 findings, the least severe, are left out: GitHub takes no more";
        Assert.Equal([$"sarif: {sentence}"], told);
        Assert.Equal(sentence, TextOf(Run(text).GetProperty("invocations")[0].GetProperty("toolExecutionNotifications")[0], "message"));
    }

    [Fact]
    public void A_file_that_is_too_large_is_cut_until_it_fits()
    {
        var told = new List<string>();
        var limits = new SarifLimits(Results: 1000, Shown: 1000, CompressedBytes: 16_000);
        var result = Checks.Of(("a.yaml", string.Join("---\n", Enumerable.Range(0, 200).Select(i => Checks.OneReplica($"web-{i * 7919 % 1000}")))));
        var text = Checks.Write(new SarifReport(Checks.Context(told), limits), result);
        using var file = new MemoryStream();
        file.Write(System.Text.Encoding.UTF8.GetBytes(text));
        Assert.Equal(1, limits.Fitting(file));
        Assert.InRange(Results(text).Count, 1, 199);
        Assert.Equal([$"sarif: {200 - Results(text).Count} of 200 findings, the least severe, are left out: GitHub takes no more"], told);
    }

    [Fact]
    public void What_GitHub_takes_but_does_not_show_is_told()
    {
        var told = new List<string>();
        Checks.Write(new SarifReport(Checks.Context(told), new SarifLimits(3, 1, 1_000_000)), Checks.Of(("a.yaml", Checks.NeverReady())));
        Assert.Equal(["sarif: GitHub shows the 1 most severe of 2 findings"], told);
    }

    [Fact]
    public void A_hostile_name_makes_no_link_and_no_broken_file()
    {
        var text = TextOf(Assert.Single(Results(Checks.Write("sarif", Checks.Of(("a.yaml", Checks.OneReplica(Checks.HostileName)))))), "message");
        Assert.StartsWith("Deployment default/a?b?::error::c,d:e ]]> <&\"'> \\ 100%25 ??[31m?? \U0001F642 [x] (https://evil.example)", text, StringComparison.Ordinal);
    }

    private static List<string> Fingerprints(Checking.CheckResult result) =>
        [.. Results(Checks.Write("sarif", result)).Select(found => found.GetProperty("partialFingerprints").GetProperty("primaryLocationLineHash").GetString()!)];

    private static string? NameOf(JsonElement found) => found.GetProperty("locations")[0].GetProperty("logicalLocations")[0].GetProperty("name").GetString();

    private static string TextOf(JsonElement holder, string property) => holder.GetProperty(property).GetProperty("text").GetString()!;

    private static List<JsonElement> Results(string sarif) => [.. Run(sarif).GetProperty("results").EnumerateArray()];

    private static JsonElement Run(string sarif)
    {
        var report = JsonElement.Parse(sarif);
        Assert.Equal("2.1.0", report.GetProperty("version").GetString());
        return Assert.Single(report.GetProperty("runs").EnumerateArray());
    }
}
