using HaWebhook.Policy.Survivability;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;
using Outcome = HaWebhook.Policy.Survivability.Outcome;

namespace HaWebhook.Browser.Tests;

public class GridTests(Chromium chromium)
{
    [Fact]
    public async Task EveryWorkload_IsInTheGrid_WithItsVerdicts()
    {
        var report = SampleCluster.Report();
        await using var audit = await chromium.OpenAsync(report);

        var shown = await audit.Page.EvaluateAsync<string[]>(
            """
            () => [...document.querySelectorAll("table.grid tbody")].flatMap(body => [...body.querySelectorAll("tr.row")].map(row => [
              body.querySelector(".toggle span").textContent,
              row.querySelector(".name").textContent,
              ...[...row.querySelectorAll("td.verdict .word")].map(word => word.textContent)].join(" ")))
            """);

        var expected = report.Objects.Where(item => item.Survival is not null)
            .Select(item => string.Join(' ', [item.Namespace, item.Name, .. Enum.GetValues<Failure>().Select(failure => WordOf(item.Survival![failure].Outcome))]));
        Assert.Equal(expected.Order(StringComparer.Ordinal), shown.Where(line => line.Split(' ').Length > 2).Order(StringComparer.Ordinal));
        await Expect(audit.Found).ToHaveTextAsync($"All {shown.Length} objects in 14 namespaces");
    }

    [Fact]
    public async Task Cell_TellsVerdictReasonAndTheOneChange()
    {
        var report = SampleCluster.Report();
        var verdict = report.Objects.First(item => item.Name == "grafana").Survival!.ZoneLoss;
        await using var audit = await chromium.OpenAsync(report);

        var cell = audit.Rows.Filter(new() { Has = audit.Page.GetByRole(AriaRole.Button, new() { Name = "grafana", Exact = true }) }).Locator("td.verdict").Nth(3);

        await Expect(cell.Locator(".word")).ToHaveTextAsync("down");
        await Expect(cell.Locator(".reason")).ToHaveTextAsync(verdict.Reason);
        await Expect(cell.Locator(".remedy")).ToHaveTextAsync($"To mend it: {verdict.Mend!.Fix}");
    }

    [Fact]
    public async Task DrainCell_TellsWhichBudgetBlocks()
    {
        await using var audit = await chromium.OpenAsync(SampleCluster.Report());

        var held = audit.Rows.Filter(new() { HasText = "StatefulSet · data" }).Filter(new() { HasText = "elasticsearch-master" }).Locator("td.verdict .held");

        await Expect(held).ToHaveTextAsync(["Blocked by elasticsearch-master"]);
    }

    [Fact]
    public async Task Overview_TellsTheNumbersOfTheReport()
    {
        var report = SampleCluster.Report();
        await using var audit = await chromium.OpenAsync(report);

        var stay = report.Objects.Count(item => item.Survival is { } survival
            && Enum.GetValues<Failure>().All(failure => survival[failure].Outcome is Outcome.Survives or Outcome.Degraded));
        await Expect(audit.Page.Locator(".headline")).ToContainTextAsync($"{stay} of {report.Summary.Workloads} workloads stay up in any one failure.");
        var counts = report.Summary.Outcomes[Failure.ZoneLoss];
        var tile = audit.Page.GetByRole(AriaRole.Region, new() { Name = "Loss of any zone" });
        await Expect(tile.Locator(".share")).ToHaveTextAsync($"{counts.Survives} of {report.Summary.Workloads} survive");
        await Expect(tile.GetByRole(AriaRole.Button)).ToHaveTextAsync([$"{counts.Down} down", $"{counts.Degraded} degraded"]);
        var zone = report.Zones[1];
        await Expect(audit.Page.GetByRole(AriaRole.Region, new() { Name = "If a zone is lost" }).GetByRole(AriaRole.Listitem).Filter(new() { HasText = zone.Name }))
            .ToHaveTextAsync($"{zone.Name}{zone.Loss.Down.Count} services down{zone.Loss.Degraded.Count} degraded");
    }

    [Fact]
    public async Task Nodes_TellWhoseBudgetBlocksTheirDrain()
    {
        var report = SampleCluster.Report();
        await using var audit = await chromium.OpenAsync(report);
        await audit.Tab("Zones and nodes").ClickAsync();

        var nodes = audit.Page.Locator("#panel-domains tbody tr");
        await Expect(nodes).ToHaveCountAsync(report.Nodes.Count);
        var blocked = report.Nodes.Where(node => node.Drain == DrainState.Blocked).ToList();
        Assert.NotEmpty(blocked);
        foreach (var node in blocked)
        {
            var row = nodes.Filter(new() { Has = audit.Page.GetByRole(AriaRole.Rowheader, new() { Name = node.Name, Exact = true }) });
            await Expect(row.Locator(".state").First).ToHaveTextAsync("Blocked");
            await row.Locator("td").Last.Locator("summary").First.ClickAsync();
            await Expect(row).ToContainTextAsync(node.Obstacles[0].Reason);
            await Expect(row).ToContainTextAsync(node.Obstacles[0].Mend!.Fix);
        }
    }

    [Fact]
    public async Task Namespace_ClosesAndOpens()
    {
        await using var audit = await chromium.OpenAsync(SampleCluster.Report());
        var all = await audit.Rows.CountAsync();
        var redis = audit.Namespaces.GetByRole(AriaRole.Button, new() { Name = "redis" });

        await redis.ClickAsync();
        await Expect(redis).ToHaveAttributeAsync("aria-expanded", "false");
        await Expect(audit.Rows).ToHaveCountAsync(all - 2);

        await redis.ClickAsync();
        await Expect(redis).ToHaveAttributeAsync("aria-expanded", "true");
        await Expect(audit.Rows).ToHaveCountAsync(all);
    }

    [Fact]
    public async Task WhatCouldNotBeRead_IsToldFirst()
    {
        var report = SampleCluster.Report() with
        {
            Gaps = [new("nodes", "Listing nodes is forbidden.", "What a zone takes down is not known.", "Grant list on nodes.")],
            Nodes = [],
            Zones = [],
        };
        await using var audit = await chromium.OpenAsync(report);

        await Expect(audit.Page.GetByRole(AriaRole.Region, new() { Name = "What is missing" }))
            .ToHaveTextAsync("This report is partialNo nodes. Listing nodes is forbidden. What a zone takes down is not known. Grant list on nodes.");
        await audit.Tab("Zones and nodes").ClickAsync();
        await Expect(audit.Page.Locator("#panel-domains")).ToContainTextAsync("The nodes are not known.");
    }

    [Fact]
    public async Task Manifests_TellWhatIsOnlyLikely()
    {
        var sample = SampleCluster.Report();
        var model = sample.Objects.First(item => item.Name == "fhir-proxy");
        var survives = new FailureVerdict(Outcome.Survives, "It does.");
        var likely = model with
        {
            Survival = model.Survival! with
            {
                Rollout = survives,
                Drain = survives,
                NodeLoss = survives with { Certainty = Certainty.Likely },
                ZoneLoss = survives with { Certainty = Certainty.Conditional, AtLeastDomains = 3 },
            },
        };
        await using var audit = await chromium.OpenAsync(sample with
        {
            Source = new(IsLiving: false, "deploy", "", "", []),
            Objects = [likely],
            Summary = sample.Summary with { Workloads = 1 },
        });

        await Expect(audit.Rows.Locator("td.verdict .word")).ToHaveTextAsync(["survives", "survives", "likely survives", "survives with 3 or more"]);
        await Expect(audit.Page.Locator(".headline")).ToContainTextAsync("1 of 1 workload stays up in any one failure. For 1 of them that is only likely, not demanded.");
        await Expect(audit.Rows.Locator("td.pods")).ToHaveTextAsync("2");
    }

    [Fact]
    public async Task EmptyReport_SaysSo()
    {
        var sample = SampleCluster.Report();
        var none = new Auditing.OutcomeCounts(0, 0, 0, 0);
        await using var audit = await chromium.OpenAsync(sample with
        {
            Source = new(IsLiving: false, "deploy", "", "", []),
            Objects = [],
            Nodes = [],
            Zones = [],
            Exemptions = [],
            Preview = null,
            Summary = new(0, 0, 0, 0, 0, 0, 0, 0, 0, Enum.GetValues<Failure>().ToDictionary(failure => failure, _ => none), 0),
        });

        await Expect(audit.Page.Locator(".headline")).ToHaveTextAsync("There are no workloads to judge.");
        await Expect(audit.Found).ToHaveTextAsync("Nothing matches.");
        await Expect(audit.Tab("If it were enforced")).ToHaveCountAsync(0);
        await audit.Tab("Exemptions").ClickAsync();
        await Expect(audit.Page.Locator("#panel-exemptions")).ToContainTextAsync("Nothing relies on an exemption.");
    }

    private static string WordOf(Outcome outcome) => outcome switch
    {
        Outcome.Survives => "survives",
        Outcome.Degraded => "degraded",
        Outcome.Unknown => "unknown",
        _ => "down",
    };
}
