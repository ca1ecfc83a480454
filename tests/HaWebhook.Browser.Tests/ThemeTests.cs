using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HaWebhook.Browser.Tests;

public class ThemeTests(Chromium chromium)
{
    private const string Ground = "getComputedStyle(document.body).backgroundColor";
    private const string Light = "rgb(245, 247, 249)";
    private const string Dark = "rgb(16, 21, 27)";

    [Theory]
    [InlineData(ColorScheme.Light, Light, "false")]
    [InlineData(ColorScheme.Dark, Dark, "true")]
    public async Task Theme_IsTheSystems_UntilSomebodyPressesTheSwitch(ColorScheme system, string ground, string isDark)
    {
        await using var audit = await chromium.OpenAsync(SampleCluster.Report(), new() { ColorScheme = system });
        var theme = audit.Page.GetByRole(AriaRole.Switch, new() { Name = "Dark" });

        Assert.Equal(ground, await audit.Page.EvaluateAsync<string>(Ground));
        await Expect(theme).ToHaveAttributeAsync("aria-checked", isDark);

        await theme.ClickAsync();
        Assert.Equal(ground == Light ? Dark : Light, await audit.Page.EvaluateAsync<string>(Ground));
        await Expect(theme).ToHaveAttributeAsync("aria-checked", isDark == "true" ? "false" : "true");
    }

    [Fact]
    public async Task Theme_FollowsTheSystem_WhileThePageIsOpen()
    {
        await using var audit = await chromium.OpenAsync(SampleCluster.Report(), new() { ColorScheme = ColorScheme.Light });

        await audit.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });

        Assert.Equal(Dark, await audit.Page.EvaluateAsync<string>(Ground));
        await Expect(audit.Page.GetByRole(AriaRole.Switch)).ToHaveAttributeAsync("aria-checked", "true");
    }
}
