using System.Text.Json;
using HaWebhook.Policy.Survivability;

namespace HaWebhook.Auditing.Reports;

/// <summary>Writes what survives: the workloads, nodes and zones.</summary>
internal sealed class JsonSurvival(Utf8JsonWriter json)
{
    /// <summary>A failure as a name in JSON.</summary>
    public static string NameOf(Failure failure) => failure switch
    {
        Failure.Rollout => "rollout",
        Failure.Drain => "drain",
        Failure.NodeLoss => "nodeLoss",
        _ => "zoneLoss",
    };

    /// <summary>Writes <c>workloads</c>, <c>nodes</c>, <c>zones</c> and <c>switchedOff</c>.</summary>
    public void Write(AuditReport report)
    {
        JsonList.Write(json, "workloads", report.Objects.Where(item => item.Survival is not null), WriteWorkload);
        JsonList.Write(json, "nodes", report.Nodes, WriteNode);
        JsonList.Write(json, "zones", report.Zones, WriteZone);
        JsonList.Write(json, "switchedOff", report.SwitchedOff);
    }

    private void WriteWorkload(AuditedObject item)
    {
        var survival = item.Survival!;
        WriteIdentity(survival);
        json.WriteString("team", item.Team);
        JsonList.WriteNumberOrNull(json, "replicas", item.Replicas?.Count);
        json.WriteString("replicasField", item.Replicas?.Field);
        json.WriteNumber("desired", survival.Desired);
        json.WriteNumber("ready", survival.Ready);
        json.WriteNumber("minimum", survival.Minimum);
        json.WriteNumber("enough", survival.Enough);
        json.WriteBoolean("quorum", survival.IsQuorum);
        json.WriteString("budget", survival.Budget);
        json.WriteBoolean("downNow", survival.IsDownNow);
        foreach (var failure in Enum.GetValues<Failure>())
        {
            WriteVerdict(NameOf(failure), survival[failure]);
        }

        WriteObstacles(survival.Obstacles);
        JsonList.Write(json, "nodes", survival.Nodes, place => WritePlace(place.Node, place.Pods));
        JsonList.Write(json, "zones", survival.Zones, place => WritePlace(place.Zone, place.Pods));
    }

    private void WriteVerdict(string name, FailureVerdict verdict)
    {
        json.WriteStartObject(name);
        json.WriteString("outcome", verdict.Outcome.ToString());
        json.WriteString("certainty", verdict.Certainty.ToString());
        json.WriteNumber("atLeastDomains", verdict.AtLeastDomains);
        json.WriteString("reason", verdict.Reason);
        JsonList.WriteNumberOrNull(json, "remaining", verdict.Remaining);
        json.WriteString("domain", verdict.Domain);
        WriteMend(verdict.Mend);
        json.WriteEndObject();
    }

    private void WriteMend(Mend? mend)
    {
        if (mend is null)
        {
            json.WriteNull("mend");
            return;
        }

        json.WriteStartObject("mend");
        json.WriteString("field", mend.Field);
        json.WriteString("message", mend.Message);
        json.WriteString("fix", mend.Fix);
        json.WriteEndObject();
    }

    private void WriteObstacles(IReadOnlyList<DrainObstacle> obstacles) => JsonList.Write(json, "obstacles", obstacles, obstacle =>
    {
        json.WriteString("state", obstacle.State.ToString());
        json.WriteString("namespace", obstacle.Namespace);
        JsonList.Write(json, "budgets", obstacle.Budgets);
        json.WriteNumber("pods", obstacle.Pods);
        json.WriteString("reason", obstacle.Reason);
        WriteMend(obstacle.Mend);
    });

    private void WritePlace(string name, int pods)
    {
        json.WriteString("name", name);
        json.WriteNumber("pods", pods);
    }

    private void WriteNode(NodeSurvival node)
    {
        json.WriteString("name", node.Name);
        json.WriteString("zone", node.Zone);
        json.WriteNumber("pods", node.Pods);
        json.WriteString("drain", node.Drain.ToString());
        json.WriteBoolean("knowsBudgets", node.KnowsBudgets);
        WriteLoss("loss", node.Loss);
        WriteLoss("duringDrain", node.DuringDrain);
        WriteObstacles(node.Obstacles);
    }

    private void WriteZone(ZoneSurvival zone)
    {
        json.WriteString("name", zone.Name);
        json.WriteNumber("nodes", zone.Nodes);
        json.WriteNumber("pods", zone.Pods);
        WriteLoss("loss", zone.Loss);
    }

    private void WriteLoss(string name, DomainFailure loss)
    {
        json.WriteStartObject(name);
        JsonList.Write(json, "down", loss.Down, WriteIdentity);
        JsonList.Write(json, "degraded", loss.Degraded, WriteIdentity);
        json.WriteEndObject();
    }

    private void WriteIdentity(WorkloadSurvival workload)
    {
        json.WriteString("apiVersion", workload.ApiVersion);
        json.WriteString("kind", workload.Kind);
        json.WriteString("namespace", workload.Namespace);
        json.WriteString("name", workload.Name);
    }
}
