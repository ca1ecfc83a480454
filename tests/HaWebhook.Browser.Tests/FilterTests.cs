using System.Globalization;
using HaWebhook.Policy.Survivability;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;
using Outcome = HaWebhook.Policy.Survivability.Outcome;

namespace HaWebhook.Browser.Tests;

public class FilterTests(Chromium chromium)
{
    [Fact]
    public async Task Search_FindsByNameNamespaceKindTeamAndRule()
    {
        await using var audit = await chromium.OpenAsync(SampleCluster.Report());
        foreach (var (words, names) in (List<(string, string[])>)[("Aidbox", ["aidbox", "aidbox", "aidbox-db", "aidbox-db", "fhir-proxy"]), ("statefulset data redis", ["redis-cache", "redis-sentinel"]), ("finance tax", ["tax-sync"])])
        {
            await audit.Field("Search").FillAsync(words);
            await Expect(audit.Found).ToContainTextAsync($"{names.Length} object");
            Assert.Equal(names, (await audit.Rows.Locator(".name").AllInnerTextsAsync()).Order(StringComparer.Ordinal));
        }

        await audit.Field("Search").FillAsync("no such thing");
        await Expect(audit.Found).ToHaveTextAsync("Nothing matches.");
        await Expect(audit.Rows).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task OutcomeAndFailure_LeaveWhatTheyName()
    {
        var report = SampleCluster.Report();
        await using var audit = await chromium.OpenAsync(report);
        var down = report.Objects.Where(item => item.Survival?.Drain.Outcome == Outcome.Down).Select(item => item.Name).ToList();

        await audit.Field("Outcome").SelectOptionAsync("down");
        await audit.Field("In").SelectOptionAsync("drain of any node");

        await Expect(audit.Rows).ToHaveCountAsync(down.Count);
        Assert.Equal(down.Order(StringComparer.Ordinal), (await audit.Rows.Locator(".name").AllInnerTextsAsync()).Order(StringComparer.Ordinal));
        await Expect(audit.Found).ToHaveTextAsync(string.Create(
            CultureInfo.InvariantCulture, $"{down.Count} objects of 42 in {report.Objects.Where(item => item.Survival?.Drain.Outcome == Outcome.Down).Select(item => item.Namespace).Distinct().Count()} namespaces"));
    }

    [Fact]
    public async Task DrainsThatAreHeldUp_AreFound()
    {
        var report = SampleCluster.Report();
        await using var audit = await chromium.OpenAsync(report);

        await audit.Field("Outcome").SelectOptionAsync("drain held up");

        await Expect(audit.Rows).ToHaveCountAsync(report.Objects.Count(item => item.Survival?.Obstacles.Count > 0));
        await Expect(audit.Name("elasticsearch-master")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task NumberOfATile_ShowsThoseWorkloads()
    {
        var report = SampleCluster.Report();
        await using var audit = await chromium.OpenAsync(report);
        var counts = report.Summary.Outcomes[Failure.NodeLoss];

        await audit.Page.GetByRole(AriaRole.Region, new() { Name = "Loss of any node" }).GetByRole(AriaRole.Button, new() { Name = $"{counts.Degraded} degraded" }).ClickAsync();

        await Expect(audit.Rows).ToHaveCountAsync(counts.Degraded);
        await Expect(audit.Field("Outcome")).ToHaveValueAsync("Degraded");
        await Expect(audit.Field("In")).ToHaveValueAsync("NodeLoss");
    }

    [Fact]
    public async Task RuleAndTeam_Narrow_AndClearWidensAgain()
    {
        var report = SampleCluster.Report();
        await using var audit = await chromium.OpenAsync(report);
        var all = await audit.Rows.CountAsync();

        await audit.Tab("Rules").ClickAsync();
        await audit.Page.GetByRole(AriaRole.Button, new() { Name = "minimum-replicas" }).ClickAsync();
        await Expect(audit.Tab("Workloads")).ToHaveAttributeAsync("aria-selected", "true");
        await Expect(audit.Rows).ToHaveCountAsync(report.Objects.Count(item => item.Findings.Any(found => found.Finding.Rule == "minimum-replicas")));

        await audit.Field("Team").SelectOptionAsync("clinical");
        await Expect(audit.Rows).ToHaveCountAsync(1);

        await audit.Page.GetByRole(AriaRole.Button, new() { Name = "Clear" }).ClickAsync();
        await Expect(audit.Rows).ToHaveCountAsync(all);
        await Expect(audit.Field("Search")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Order_ByName_IsThatOfTheAlphabet()
    {
        var report = SampleCluster.Report();
        await using var audit = await chromium.OpenAsync(report);
        await Expect(audit.Rows.First.Locator(".outcome").First).ToHaveTextAsync("down");

        await audit.Field("Order").SelectOptionAsync("by name");

        var namespaces = await audit.Namespaces.Locator(".toggle > span:first-of-type").AllInnerTextsAsync();
        Assert.Equal(report.Objects.Select(item => item.Namespace).Distinct().Order(StringComparer.Ordinal), namespaces);
    }
}
