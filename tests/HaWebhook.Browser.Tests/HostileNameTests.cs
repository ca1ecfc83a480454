using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HaWebhook.Browser.Tests;

public class HostileNameTests(Chromium chromium)
{
    [Fact]
    public async Task HostileNames_AreTextEverywhere()
    {
        var report = Variations.Hostile();
        await using var audit = await chromium.OpenAsync(report);
        foreach (var name in await audit.Rows.Locator(".name").AllAsync())
        {
            await name.ClickAsync();
        }

        foreach (var tab in await audit.Page.GetByRole(AriaRole.Tab).AllAsync())
        {
            await tab.ClickAsync();
            await audit.OpenAllDetailsAsync();
        }

        var names = await audit.Page.EvaluateAsync<string[]>("[...document.querySelectorAll('tr.row .name')].map(element => element.textContent)");
        Assert.Equal(Variations.HostileNames.Select(name => name.Replace("\ud83d", "\ufffd", StringComparison.Ordinal)).Order(StringComparer.Ordinal), names.Order(StringComparer.Ordinal));
        Assert.Equal("undefined", await audit.Page.EvaluateAsync<string>("typeof window.pwned"));
        Assert.Equal(2, await audit.Page.EvaluateAsync<int>("document.scripts.length"));
        Assert.Equal(0, await audit.Page.EvaluateAsync<int>("document.querySelectorAll('img, iframe, object, link, a[href]:not([href^=\"#\"]), [onclick], [onload], [onerror], [style*=url]').length"));
        await Expect(audit.Page.Locator("h1")).ToHaveTextAsync(Variations.HostileNames[0]);
    }

    [Fact]
    public async Task ScriptThatGotIntoThePage_WouldNotRun_NorReachAnything()
    {
        await using var audit = await chromium.OpenAsync(SampleCluster.Report());
        var refused = audit.ExpectRefusals();

        await audit.Page.EvaluateAsync(
            """
            async () => {
              const script = document.createElement("script");
              script.textContent = "window.pwned = 1";
              const image = document.createElement("img");
              image.src = "https://example.invalid/picture";
              const style = document.createElement("style");
              style.textContent = "body { display: none }";
              document.body.append(script, image, style);
              await fetch("https://example.invalid/").catch(() => {});
            }
            """);

        Assert.Equal("undefined", await audit.Page.EvaluateAsync<string>("typeof window.pwned"));
        await Expect(audit.Page.Locator("h1")).ToBeVisibleAsync();
        Assert.True(refused.Count(text => text.Contains("Content Security Policy", StringComparison.Ordinal)) >= 4, string.Join('\n', refused));
    }
}
