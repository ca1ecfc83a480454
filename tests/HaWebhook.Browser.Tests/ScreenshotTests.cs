using Microsoft.Playwright;

namespace HaWebhook.Browser.Tests;

public class ScreenshotTests(Chromium chromium)
{
    /// <summary>Where <c>HAWEBHOOK_SCREENSHOT</c> names a file, the picture is kept there: so docs/audit-report.png is made.</summary>
    [Fact]
    public async Task PictureOfThePage_IsSmallEnoughForTheReadme()
    {
        await using var audit = await chromium.OpenAsync(SampleCluster.Report(), new()
        {
            ViewportSize = new() { Width = 1360, Height = 1180 },
            ColorScheme = ColorScheme.Light,
        });
        await Assertions.Expect(audit.Rows).Not.ToHaveCountAsync(0);

        var picture = await audit.Page.ScreenshotAsync();

        Assert.InRange(picture.Length, 20_000, 300_000);
        if (Environment.GetEnvironmentVariable("HAWEBHOOK_SCREENSHOT") is { Length: > 0 } file)
        {
            await File.WriteAllBytesAsync(file, picture, TestContext.Current.CancellationToken);
            File.Copy(new Uri(audit.Url).LocalPath, Path.ChangeExtension(file, ".html"), overwrite: true);
        }
    }
}
