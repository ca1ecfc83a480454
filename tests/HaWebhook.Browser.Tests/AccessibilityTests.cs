using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HaWebhook.Browser.Tests;

public class AccessibilityTests(Chromium chromium)
{
    [Theory]
    [InlineData(ColorScheme.Light, 1360)]
    [InlineData(ColorScheme.Dark, 1360)]
    [InlineData(ColorScheme.Light, 400)]
    [InlineData(ColorScheme.Dark, 400)]
    public async Task NoRuleOfAccessibilityIsBroken(ColorScheme theme, int width)
    {
        var sample = SampleCluster.Report();
        await using var audit = await chromium.OpenAsync(
            sample with { Gaps = [new("pods", "Forbidden.", "Nothing is known.", "Grant it.")], Errors = [new("a.yaml", 3, "is broken")] },
            new() { ColorScheme = theme, ViewportSize = new() { Width = width, Height = 900 }, ReducedMotion = ReducedMotion.Reduce });
        foreach (var name in (string[])["functions", "elasticsearch-master", "crawler", "aidbox-db"])
        {
            await audit.Name(name).First.ClickAsync();
        }

        foreach (var tab in await audit.Page.GetByRole(AriaRole.Tab).AllAsync())
        {
            await tab.ClickAsync();
            await audit.OpenAllDetailsAsync();
            Assert.Empty(await Axe.ViolationsAsync(audit.Page));
        }
    }

    [Fact]
    public async Task Grid_IsATable_WithHeadsForRowsColumnsAndGroups()
    {
        await using var audit = await chromium.OpenAsync(SampleCluster.Report());
        var table = audit.Page.GetByRole(AriaRole.Table, new() { Name = "What becomes of each workload in each failure, by namespace" });

        await Expect(table.GetByRole(AriaRole.Columnheader)).ToHaveCountAsync(7);
        await Expect(table.GetByRole(AriaRole.Rowheader, new() { Name = "grafana" })).ToBeVisibleAsync();
        await Expect(table.Locator("th[scope=rowgroup]")).ToHaveCountAsync(14);
    }

    /// <summary>Without any colour, each outcome still has its shape and its word.</summary>
    [Fact]
    public async Task Verdicts_AreNeverToldByColourAlone()
    {
        await using var audit = await chromium.OpenAsync(SampleCluster.Report(), new() { ViewportSize = new() { Width = 400, Height = 900 } });

        var cells = await audit.Page.EvaluateAsync<string[]>(
            """
            [...document.querySelectorAll("tr.row td.verdict")].map(cell =>
              cell.querySelector("use").getAttribute("href").replace("#icon-", "").toLowerCase() + " " + cell.querySelector(".word").textContent)
            """);

        await Expect(audit.Page.GetByRole(AriaRole.Columnheader, new() { Name = "Loss of any zone" })).ToHaveCountAsync(1);
        await Expect(audit.Page.GetByRole(AriaRole.Cell, new() { Name = "survives" }).First).ToBeVisibleAsync();
        Assert.NotEmpty(cells);
        Assert.All(cells, cell => Assert.Equal(cell.Split(' ')[0], cell.Split(' ')[1]));
        Assert.Equal(4, cells.Distinct().Count());
    }
}
