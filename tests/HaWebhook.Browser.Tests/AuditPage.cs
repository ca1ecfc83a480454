using System.Collections.Concurrent;
using HaWebhook.Auditing;
using HaWebhook.Auditing.Html;
using Microsoft.Playwright;

namespace HaWebhook.Browser.Tests;

/// <summary>A report that is open in a browser. Closing it asserts what holds for every page: it asked for nothing, and nothing went wrong in it.</summary>
internal sealed class AuditPage : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly string _file;
    private readonly ConcurrentQueue<string> _requests = [];
    private readonly ConcurrentQueue<string> _refused = [];
    private readonly ConcurrentQueue<string> _complaints = [];

    private bool _expectsRefusals;

    private AuditPage(IBrowserContext context, IPage page, string file) => (_context, Page, _file) = (context, page, file);

    public IPage Page { get; }

    /// <summary>Lines of the grid that stand for an object.</summary>
    public ILocator Rows => Page.Locator("tr.row");

    public ILocator Namespaces => Page.Locator("tr.namespace");

    /// <summary>What is said of the filter's result.</summary>
    public ILocator Found => Page.GetByRole(AriaRole.Status).And(Page.Locator("#found"));

    public ILocator Field(string label) =>
        Page.GetByRole(label == "Search" ? AriaRole.Searchbox : AriaRole.Combobox, new() { Name = label, Exact = true });

    public ILocator Tab(string name) => Page.GetByRole(AriaRole.Tab, new() { Name = name });

    /// <summary>The button that opens the details of an object.</summary>
    public ILocator Name(string name) => Page.Locator("tr.row").GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    public static async Task<AuditPage> OpenAsync(IBrowserContext context, AuditReport report, HtmlReport writer)
    {
        var file = Path.Combine(Path.GetTempPath(), $"ha-webhook-{Path.GetRandomFileName()}.html");
        await using (var stream = File.Create(file))
        {
            writer.Write(report, stream);
        }

        var page = await context.NewPageAsync();
        var audit = new AuditPage(context, page, file);
        page.Request += (_, request) => audit._requests.Enqueue(request.Url);
        page.RequestFailed += (_, request) =>
        {
            // Refused before it was sent.
            if (request.Failure == "csp")
            {
                audit._refused.Enqueue(request.Url);
            }
        };
        page.Console += (_, message) => audit._complaints.Enqueue(message.Text);
        page.PageError += (_, error) => audit._complaints.Enqueue(error);
        page.Dialog += (_, dialog) => audit._complaints.Enqueue($"dialog {dialog.Message}");
        page.Popup += (_, popup) => audit._complaints.Enqueue($"popup {popup.Url}");
        await page.GotoAsync(audit.Url);
        return audit;
    }

    /// <summary>Where it was opened.</summary>
    public string Url => new Uri(_file).AbsoluteUri;

    /// <summary>Opens whatever can be unfolded.</summary>
    public Task OpenAllDetailsAsync() => Page.EvaluateAsync("document.querySelectorAll('details:not([open]) > summary').forEach(summary => summary.click())");

    /// <summary>What the browser complains of from now on is what the test wants.</summary>
    public IReadOnlyCollection<string> ExpectRefusals()
    {
        _expectsRefusals = true;
        return _complaints;
    }

    public async ValueTask DisposeAsync()
    {
        await _context.CloseAsync();
        File.Delete(_file);
        Assert.Equal([Url], _requests.Except(_refused));
        if (!_expectsRefusals)
        {
            Assert.Empty(_refused);
            Assert.Empty(_complaints);
        }
    }
}
