using HaWebhook.Auditing;
using HaWebhook.Auditing.Html;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(HaWebhook.Browser.Tests.Chromium))]

namespace HaWebhook.Browser.Tests;

/// <summary>
/// A Chromium of the machine, started once. Where there is none the tests are skipped with one line, and fail in continuous integration
/// (<c>CI=true</c>): there nobody would see that they were.
/// </summary>
public sealed class Chromium : IAsyncDisposable
{
    private static readonly string[] _names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

    // Nothing that Chromium does of itself may look like a request of the page.
    private static readonly string[] _arguments =
    [
        "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
        "--disable-dev-shm-usage",
    ];

    private readonly Lazy<Task<(IPlaywright Playwright, IBrowser Browser)>> _started = new(StartAsync);

    /// <summary>Opens the report of an audit from a file, as people do.</summary>
    internal Task<AuditPage> OpenAsync(AuditReport report, BrowserNewContextOptions? options = null) => OpenAsync(report, new HtmlReport(), options);

    internal async Task<AuditPage> OpenAsync(AuditReport report, HtmlReport writer, BrowserNewContextOptions? options = null)
    {
        if (Executable() is null)
        {
            const string Reason = "no Chromium on the PATH: apt-get install chromium";
            Assert.SkipWhen(Environment.GetEnvironmentVariable("CI") != "true", Reason);
            Assert.Fail(Reason);
        }

        var (_, browser) = await _started.Value;
        var context = await browser.NewContextAsync(options ?? new() { ViewportSize = new() { Width = 1360, Height = 900 } });
        return await AuditPage.OpenAsync(context, report, writer);
    }

    public async ValueTask DisposeAsync()
    {
        if (_started.IsValueCreated && _started.Value.IsCompletedSuccessfully)
        {
            var (playwright, browser) = await _started.Value;
            await browser.DisposeAsync();
            playwright.Dispose();
        }
    }

    private static async Task<(IPlaywright Playwright, IBrowser Browser)> StartAsync()
    {
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Executable(),
            ChromiumSandbox = false,
            Args = _arguments,
        });
        return (playwright, browser);
    }

    private static string? Executable() =>
        (from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
         from name in _names
         let path = Path.Combine(folder, name)
         where File.Exists(path)
         select path).FirstOrDefault();
}
