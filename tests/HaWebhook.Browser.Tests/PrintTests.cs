using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HaWebhook.Browser.Tests;

public class PrintTests(Chromium chromium)
{
    [Fact]
    public async Task Paper_ShowsEverything_AndTheScreenIsAsBeforeAfterwards()
    {
        var report = SampleCluster.Report();
        await using var audit = await chromium.OpenAsync(report, new() { ColorScheme = ColorScheme.Dark });
        await audit.Namespaces.GetByRole(AriaRole.Button, new() { Name = "redis" }).ClickAsync();
        var before = await audit.Rows.CountAsync();

        await audit.Page.EmulateMediaAsync(new() { Media = Media.Print });
        await audit.Page.EvaluateAsync("dispatchEvent(new Event('beforeprint'))");

        Assert.Equal("rgb(255, 255, 255)", await audit.Page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor"));
        await Expect(audit.Rows).ToHaveCountAsync(before + 2);
        foreach (var heading in (string[])["Workloads", "Zones and nodes", "Rules", "If it were enforced", "Exemptions"])
        {
            await Expect(audit.Page.Locator("h2.printed").Filter(new() { HasText = heading })).ToHaveCSSAsync("position", "static");
        }

        var down = report.Objects.Count(item => item.Survival is { } survival
            && Enum.GetValues<Policy.Survivability.Failure>().Any(failure => survival[failure].Outcome == Policy.Survivability.Outcome.Down));
        await Expect(audit.Page.Locator("tr.details")).ToHaveCountAsync(down);
        await Expect(audit.Page.Locator("#filters")).ToBeHiddenAsync();
        await Expect(audit.Page.Locator(".victims").First).ToBeVisibleAsync();

        await audit.Page.EvaluateAsync("dispatchEvent(new Event('afterprint'))");
        await audit.Page.EmulateMediaAsync(new() { Media = Media.Screen });
        await Expect(audit.Rows).ToHaveCountAsync(before);
        await Expect(audit.Page.Locator("tr.details")).ToHaveCountAsync(0);
        await Expect(audit.Page.Locator("h2.printed").First).ToHaveCSSAsync("position", "absolute");
    }

    [Fact]
    public async Task ChromiumItself_PrintsIt()
    {
        await using var audit = await chromium.OpenAsync(SampleCluster.Report());

        var paper = await audit.Page.PdfAsync(new() { PreferCSSPageSize = true });

        Assert.Equal("%PDF"u8, paper.AsSpan(0, 4));
        await Expect(audit.Page.Locator("tr.details")).ToHaveCountAsync(0);
    }
}
