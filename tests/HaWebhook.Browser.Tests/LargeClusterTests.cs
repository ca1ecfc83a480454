using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HaWebhook.Browser.Tests;

public class LargeClusterTests(Chromium chromium)
{
    /// <summary>A browser lays 20,000 elements out without a pause that anybody would feel.</summary>
    private const int MostElements = 20_000;

    [Fact]
    public async Task TenThousandWorkloads_StayUsable()
    {
        await using var audit = await chromium.OpenAsync(Variations.Large(10_000));
        await Expect(audit.Found).ToHaveTextAsync("All 10,000 objects in 100 namespaces");
        await Expect(audit.Namespaces).ToHaveCountAsync(100);
        Assert.InRange(await ElementsAsync(audit), 1_000, MostElements);

        await audit.Field("Search").FillAsync("service-09999");
        await Expect(audit.Found).ToHaveTextAsync("1 object of 10,000 in 1 namespace");
        await Expect(audit.Rows).ToHaveCountAsync(1);

        await audit.Field("Search").FillAsync("");
        await audit.Field("Outcome").SelectOptionAsync("down");
        await Expect(audit.Found).ToContainTextAsync("of 10,000 in 100 namespaces");
        Assert.InRange(await ElementsAsync(audit), 1_000, MostElements);

        var last = audit.Namespaces.Last.GetByRole(AriaRole.Button);
        await last.ClickAsync();
        await Expect(last).ToHaveAttributeAsync("aria-expanded", "true");
        await Expect(audit.Page.Locator("table.grid tbody").Last.Locator("tr.row")).Not.ToHaveCountAsync(0);
    }

    [Fact]
    public async Task NamespaceOfManyWorkloads_IsShownInParts()
    {
        var large = Variations.Large(1_000);
        await using var audit = await chromium.OpenAsync(large with
        {
            Objects = [.. large.Objects.Select(item => item with { Namespace = "one", Survival = item.Survival! with { Namespace = "one" } })],
        });
        await audit.Namespaces.GetByRole(AriaRole.Button).ClickAsync();
        await Expect(audit.Rows).ToHaveCountAsync(200);

        await audit.Page.GetByRole(AriaRole.Button, new() { Name = "Show 200 more of 800" }).ClickAsync();

        await Expect(audit.Rows).ToHaveCountAsync(400);
        await Expect(audit.Rows.Nth(200).GetByRole(AriaRole.Button)).ToBeFocusedAsync();
    }

    [Fact]
    public async Task PageThatHadNoRoomForAll_SaysHowManyAreLeftOut()
    {
        await using var audit = await chromium.OpenAsync(Variations.Large(1_000), new Auditing.Html.HtmlReport(new(16 << 20, Objects: 300)));

        await Expect(audit.Page.GetByRole(AriaRole.Region, new() { Name = "Left out" })).ToContainTextAsync("700 objects left out");
        await Expect(audit.Tab("Workloads")).ToContainTextAsync("1,000");
    }

    private static Task<int> ElementsAsync(AuditPage audit) => audit.Page.EvaluateAsync<int>("document.getElementsByTagName('*').length");
}
