using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HaWebhook.Browser.Tests;

/// <summary>The page by keyboard alone: nothing here points at anything.</summary>
public class KeyboardTests(Chromium chromium)
{
    private const string FocusIsVisible =
        "() => { const style = getComputedStyle(document.activeElement); return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2; }";

    [Fact]
    public async Task FirstStop_SkipsToTheReport()
    {
        await using var audit = await chromium.OpenAsync(SampleCluster.Report());

        await audit.Page.Keyboard.PressAsync("Tab");
        await Expect(audit.Page.GetByRole(AriaRole.Link, new() { Name = "Skip to the report" })).ToBeFocusedAsync();
        await Expect(audit.Page.GetByRole(AriaRole.Link, new() { Name = "Skip to the report" })).ToBeInViewportAsync();
        await audit.Page.EvaluateAsync("document.activeElement.click()");

        Assert.Equal("main", await audit.Page.EvaluateAsync<string>("document.activeElement.id"));
    }

    [Fact]
    public async Task Tabs_GoByArrows()
    {
        await using var audit = await chromium.OpenAsync(SampleCluster.Report());
        await TabToAsync(audit, audit.Tab("Workloads"));

        foreach (var (key, name) in (List<(string, string)>)[("ArrowRight", "Zones and nodes"), ("ArrowRight", "Rules"), ("End", "Exemptions"), ("ArrowRight", "Workloads"), ("ArrowLeft", "Exemptions"), ("Home", "Workloads")])
        {
            await audit.Page.Keyboard.PressAsync(key);
            await Expect(audit.Tab(name)).ToBeFocusedAsync();
            await Expect(audit.Tab(name)).ToHaveAttributeAsync("aria-selected", "true");
            await Expect(audit.Page.GetByRole(AriaRole.Tabpanel)).ToHaveCountAsync(1);
            await Expect(audit.Page.GetByRole(AriaRole.Tabpanel, new() { Name = name })).ToBeVisibleAsync();
        }
    }

    [Fact]
    public async Task SearchAndDrillDown_NeedNoMouse()
    {
        await using var audit = await chromium.OpenAsync(SampleCluster.Report());
        await TabToAsync(audit, audit.Field("Search"));
        await audit.Page.Keyboard.TypeAsync("grafana");
        await Expect(audit.Found).ToContainTextAsync("1 object of");

        await TabToAsync(audit, audit.Name("grafana"));
        await audit.Page.Keyboard.PressAsync("Enter");
        await Expect(audit.Page.Locator("tr.details")).ToHaveCountAsync(1);
        await TabToAsync(audit, audit.Page.Locator("tr.details .copy").First);
        await TabToAsync(audit, audit.Page.Locator("tr.details pre").First);

        await TabToAsync(audit, audit.Name("grafana"), "Shift+Tab");
        await audit.Page.Keyboard.PressAsync("Space");
        await Expect(audit.Page.Locator("tr.details")).ToHaveCountAsync(0);

        await TabToAsync(audit, audit.Namespaces.GetByRole(AriaRole.Button), "Shift+Tab");
        await audit.Page.Keyboard.PressAsync("Enter");
        await Expect(audit.Rows).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task ThemeSwitch_NeedsNoMouse()
    {
        await using var audit = await chromium.OpenAsync(SampleCluster.Report());
        var theme = audit.Page.GetByRole(AriaRole.Switch);
        await TabToAsync(audit, theme);

        await audit.Page.Keyboard.PressAsync("Space");

        await Expect(theme).ToHaveAttributeAsync("aria-checked", "true");
    }

    /// <summary>Presses Tab until something has the focus, and holds every stop on the way to showing it.</summary>
    private static async Task TabToAsync(AuditPage audit, ILocator goal, string key = "Tab")
    {
        for (var stops = 0; stops < 60; stops++)
        {
            await audit.Page.Keyboard.PressAsync(key);
            Assert.True(await audit.Page.EvaluateAsync<bool>(FocusIsVisible), await audit.Page.EvaluateAsync<string>("document.activeElement.outerHTML"));
            if (await goal.EvaluateAsync<bool>("element => element === document.activeElement"))
            {
                return;
            }
        }

        Assert.Fail($"60 stops do not lead to {goal}.");
    }
}
