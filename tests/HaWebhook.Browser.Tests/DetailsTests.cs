using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HaWebhook.Browser.Tests;

public class DetailsTests(Chromium chromium)
{
    [Fact]
    public async Task Details_TellEveryFinding_WithTheYamlThatMendsIt()
    {
        var report = SampleCluster.Report();
        var functions = report.Objects.First(item => item.Name == "functions");
        await using var audit = await chromium.OpenAsync(report);

        await audit.Name("functions").ClickAsync();

        var details = audit.Page.Locator("tr.details");
        await Expect(audit.Name("functions")).ToHaveAttributeAsync("aria-expanded", "true");
        foreach (var (finding, _) in functions.Findings)
        {
            await Expect(details).ToContainTextAsync(finding.Rule);
            await Expect(details).ToContainTextAsync(finding.Message);
            await Expect(details).ToContainTextAsync(finding.Fix);
        }

        await Expect(details.GetByRole(AriaRole.Group, new() { Name = "Drain of any node" }).Locator("pre")).ToHaveTextAsync("spec:\n  replicas: 2", new() { UseInnerText = true });
        await Expect(details.Locator(".fills pre").First).ToContainTextAsync("readinessProbe:");
        var example = details.Locator(".finding").Filter(new() { HasText = "minimum-replicas" }).First;
        await example.Locator("summary").ClickAsync();
        await Expect(example.Locator("pre")).ToContainTextAsync("replicas: 2");

        await audit.Name("functions").ClickAsync();
        await Expect(details).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Details_StayOpen_WhenTheFilterChanges()
    {
        await using var audit = await chromium.OpenAsync(SampleCluster.Report());
        await audit.Name("grafana").ClickAsync();

        await audit.Field("Search").FillAsync("grafana");
        await Expect(audit.Found).ToContainTextAsync("1 object of");

        await Expect(audit.Page.Locator("tr.details")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task Copy_PutsTheYamlOnTheClipboard()
    {
        await using var audit = await chromium.OpenAsync(SampleCluster.Report(), new() { Permissions = ["clipboard-read", "clipboard-write"] });
        await audit.Name("functions").ClickAsync();
        var card = audit.Page.Locator("tr.details").GetByRole(AriaRole.Group, new() { Name = "Drain of any node" });

        await card.GetByRole(AriaRole.Button, new() { Name = "Copy" }).ClickAsync();

        await Expect(card.GetByRole(AriaRole.Status)).ToHaveTextAsync("done");
        Assert.Equal("spec:\n  replicas: 2", await audit.Page.EvaluateAsync<string>("navigator.clipboard.readText()"));
    }

    [Fact]
    public async Task WorkloadOfAZone_LeadsToItsRow()
    {
        var report = SampleCluster.Report();
        await using var audit = await chromium.OpenAsync(report);
        var victim = report.Zones[0].Loss.Down[0];
        await audit.Tab("Zones and nodes").ClickAsync();

        var zone = audit.Page.GetByRole(AriaRole.Region, new() { Name = $"Zone {report.Zones[0].Name}" });
        await zone.Locator("summary").ClickAsync();
        await zone.GetByRole(AriaRole.Button, new() { Name = $"{victim.Kind} {victim.Namespace}/{victim.Name}", Exact = true }).ClickAsync();

        await Expect(audit.Name(victim.Name)).ToBeFocusedAsync();
        await Expect(audit.Page.Locator("tr.details")).ToContainTextAsync(victim.ZoneLoss.Reason);
    }

    [Fact]
    public async Task Exemptions_TellTheirDaysLeft_AndLeadToWhatReliesOnThem()
    {
        var report = SampleCluster.Report();
        await using var audit = await chromium.OpenAsync(report);
        await audit.Tab("Exemptions").ClickAsync();
        var rows = audit.Page.Locator("#panel-exemptions tbody tr");

        await Expect(rows).ToHaveCountAsync(report.Exemptions.Count);
        await Expect(rows.First).ToContainTextAsync("3 soon");
        await Expect(rows.First).ToContainTextAsync("2026-11-24");
        await rows.First.GetByRole(AriaRole.Button).ClickAsync();
        await Expect(audit.Name("tax-sync")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Preview_TellsWhatWouldBeRefused_ByNamespaceAndTeam()
    {
        var report = SampleCluster.Report();
        await using var audit = await chromium.OpenAsync(report);
        await audit.Tab("If it were enforced").ClickAsync();
        var panel = audit.Page.Locator("#panel-preview");

        var refused = report.Preview!.Objects.Count(item => item.IsRefused);
        await Expect(panel).ToContainTextAsync($"In mode Enforce, {refused} objects would be refused");
        await Expect(panel.GetByRole(AriaRole.Region, new() { Name = "What would be refused" }).Locator("tbody tr")).ToHaveCountAsync(refused);
        var total = report.Preview.ByTeam.First(team => team.Name == "platform");
        await Expect(panel.Locator("tr").Filter(new() { HasText = "platform" })).ToHaveTextAsync($"platform{total.Objects}{total.Refused}{total.Warned}");
    }
}
