using System.Globalization;
using HaWebhook.Policy.Survivability;

namespace HaWebhook.Auditing.Reports;

/// <summary>The first part of an audit in text: what goes down when a zone or a node does, and which drains are held up, and by what.</summary>
/// <param name="page">Where it goes.</param>
internal sealed class FailureSection(TextPage page)
{
    private const int MostNodes = 10;
    private const int MostNames = 5;

    /// <summary>Writes it.</summary>
    public void Write(AuditReport report)
    {
        var workloads = report.Objects.Select(item => item.Survival).OfType<WorkloadSurvival>().ToList();
        if (workloads.Count == 0)
        {
            return;
        }

        WriteTable(report, workloads);
        var down = workloads.Where(workload => workload.IsDownNow).Select(AuditWords.TitleOf).ToList();
        if (down.Count > 0)
        {
            page.Heading($"Down now: {TextPage.Count(down.Count, "workload")}");
            page.Text(2, TextPage.Names(down, MostNames));
            page.Break();
        }

        WriteZones(report.Zones);
        WriteNodes(report.Nodes);
        WriteDrains(report.Nodes);
    }

    private void WriteTable(AuditReport report, List<WorkloadSurvival> workloads)
    {
        page.Heading($"What {TextPage.Count(workloads.Count, "workload")} {(workloads.Count == 1 ? "survives" : "survive")}");
        if (report.Nodes.Count > 0)
        {
            page.Table(
                ["", "survive", "degraded", "unknown", "down"],
                [.. AuditWords.Failures.Select(each =>
                {
                    var counts = report.Summary.Outcomes[each.Failure];
                    return (each.Name, (IReadOnlyList<int>)[counts.Survives, counts.Degraded, counts.Unknown, counts.Down]);
                })]);
        }
        else
        {
            // Without pods it is a matter of what is demanded, and of what is only wished for.
            page.Table(
                ["", "guaranteed", "with enough", "likely", "degraded", "unknown", "down"],
                [.. AuditWords.Failures.Select(each =>
                {
                    var counts = report.Summary.Outcomes[each.Failure];
                    int Survives(Certainty certainty) =>
                        workloads.Count(workload => workload[each.Failure] is { Outcome: Outcome.Survives } verdict && verdict.Certainty == certainty);
                    return (each.Name, (IReadOnlyList<int>)
                        [Survives(Certainty.Certain), Survives(Certainty.Conditional), Survives(Certainty.Likely), counts.Degraded, counts.Unknown, counts.Down]);
                })]);
            page.Text(2, "With enough: the manifests demand it, if there are as many nodes or zones as they need. Likely: the scheduler only tries.");
        }

        page.Break();
    }

    private void WriteZones(IReadOnlyList<ZoneSurvival> zones)
    {
        if (zones.Count == 0)
        {
            return;
        }

        page.Heading("When a zone goes down");
        foreach (var zone in zones)
        {
            WriteLoss(zone.Name, $"{TextPage.Count(zone.Nodes, "node")}, {TextPage.Count(zone.Pods, "pod")}", zone.Loss);
        }

        page.Break();
    }

    private void WriteNodes(IReadOnlyList<NodeSurvival> nodes)
    {
        var harmful = nodes.Where(node => node.Loss.Down.Count + node.Loss.Degraded.Count > 0)
            .OrderByDescending(node => node.Loss.Down.Count)
            .ThenByDescending(node => node.Loss.Degraded.Count)
            .ThenBy(node => node.Name, StringComparer.Ordinal)
            .ToList();
        if (nodes.Count == 0)
        {
            return;
        }

        page.Heading("When a node goes down");
        foreach (var node in harmful.Take(MostNodes))
        {
            WriteLoss(node.Name, $"{(node.Zone.Length > 0 ? $"zone {node.Zone}, " : "")}{TextPage.Count(node.Pods, "pod")}", node.Loss);
        }

        var others = harmful.Count > MostNodes ? $"{TextPage.Number(harmful.Count - MostNodes)} more take something down or degrade it. " : "";
        page.Text(2, $"{others}{TextPage.Number(nodes.Count - harmful.Count)} of {TextPage.Count(nodes.Count, "node")} can be lost without harm.");
        page.Break();
    }

    private void WriteLoss(string name, string size, DomainFailure loss)
    {
        if (loss.Down.Count + loss.Degraded.Count == 0)
        {
            page.Text(2, $"{name} ({size}): everything survives");
            return;
        }

        page.Text(2, $"{name} ({size}): {TextPage.Number(loss.Down.Count)} down, {TextPage.Number(loss.Degraded.Count)} degraded");
        Names("down", loss.Down, page.Terminal.Red);
        Names("degraded", loss.Degraded, page.Terminal.Yellow);

        void Names(string label, IReadOnlyList<WorkloadSurvival> workloads, Func<string, string> colour)
        {
            if (workloads.Count > 0)
            {
                page.Labelled(4, label, 9, colour, TextPage.Names([.. workloads.Select(AuditWords.TitleOf)], MostNames));
            }
        }
    }

    private void WriteDrains(IReadOnlyList<NodeSurvival> nodes)
    {
        if (nodes.Count == 0)
        {
            return;
        }

        page.Heading("Drains");
        var held = nodes.SelectMany(node => node.Obstacles.Select(obstacle => (node.Name, Obstacle: obstacle)))
            .GroupBy(entry => (entry.Obstacle.State, entry.Obstacle.Namespace, entry.Obstacle.Reason))
            .OrderByDescending(group => group.Key.State)
            .ThenBy(group => group.Key.Namespace, StringComparer.Ordinal)
            .ThenBy(group => group.Key.Reason, StringComparer.Ordinal);
        foreach (var group in held)
        {
            var names = group.Select(entry => entry.Name).Distinct().Order(StringComparer.Ordinal).ToList();
            var label = AuditWords.Of(group.Key.State);
            page.Labelled(
                2,
                label,
                15,
                group.Key.State == DrainState.Blocked ? page.Terminal.Red : page.Terminal.Yellow,
                $"{TextPage.Names(names, MostNames)}: namespace {group.Key.Namespace}: {group.Key.Reason}");
            if (group.First().Obstacle.Mend is { } mend)
            {
                page.Text(17, mend.Fix);
            }
        }

        var takes = nodes.Where(node => node.DuringDrain.Down.Count > 0).Select(node =>
            string.Create(CultureInfo.InvariantCulture, $"{node.Name} ({node.DuringDrain.Down.Count})")).ToList();
        if (takes.Count > 0)
        {
            page.Labelled(2, "takes down", 15, page.Terminal.Red, $"The drain of {TextPage.Names(takes, MostNames)} takes workloads down, as many as in brackets.");
        }

        var free = nodes.Count(node => node.Drain is DrainState.Free or DrainState.InTurns);
        var unknown = nodes.Count(node => !node.KnowsBudgets);
        page.Text(2, $"Nothing holds up the drain of {TextPage.Number(free)} of {TextPage.Count(nodes.Count, "node")}"
            + (unknown > 0 ? $"; of {TextPage.Number(unknown)} it is not sure, because disruption budgets are not known." : "."));
        page.Break();
    }
}
