using System.Globalization;
using System.Reflection;
using System.Text.Json;
using HaWebhook.Policy.Survivability;
using Outcome = HaWebhook.Policy.Survivability.Outcome;

namespace HaWebhook.Auditing.Html;

/// <summary>The data of the page: small JSON that <c>Page/2-data.js</c> reads. Only the two know its form.</summary>
internal sealed class HtmlData
{
    private const int MostErrors = 100;
    private const int MostGaps = 200;
    private const int MostNodes = 10_000;
    private const int MostVictims = 500;
    private const int MostSwitchedOff = 500;

    private static readonly Failure[] _failures = Enum.GetValues<Failure>();

    private readonly AuditReport _report;
    private readonly HtmlLimits _limits;
    private readonly TextTable _texts;
    private readonly HtmlRows _rows;

    public HtmlData(AuditReport report, HtmlLimits limits)
    {
        (_report, _limits) = (report, limits);
        _texts = new(limits.TextBytes);
        _rows = new(report.Objects, _texts, limits.Objects);
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("program", $"ha-webhook {Version()}");
        json.WriteString("time", _report.Time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture));
        json.WriteString("policy", _report.PolicyHash);
        json.WriteString("mode", _report.Mode.ToString());
        json.WriteString("teamLabel", _report.TeamLabel);
        WriteSource(json);
        WriteSummary(json);
        WriteGaps(json);
        _rows.Write(json);
        json.WriteStartObject("leftOut");
        json.WriteNumber("rows", _rows.LeftOut);
        json.WriteNumber("mebibytes", _limits.TextBytes >> 20);
        json.WriteEndObject();
        WriteDomains(json);
        new HtmlLists(_report, _rows).Write(json);
        HtmlLists.WriteStrings(json, "switchedOff", _report.SwitchedOff.Take(MostSwitchedOff));
        json.WriteNumber("switchedOffCount", _report.SwitchedOff.Count);
        _texts.Write(json);
        json.WriteEndObject();
    }

    private void WriteSource(Utf8JsonWriter json)
    {
        json.WriteStartObject("source");
        json.WriteBoolean("living", _report.Source.IsLiving);
        json.WriteString("name", _report.Source.Name);
        json.WriteString("origin", _report.Source.Origin);
        json.WriteString("version", _report.Source.Version);
        HtmlLists.WriteStrings(json, "namespaces", _report.Source.Namespaces);
        json.WriteEndObject();
    }

    private void WriteSummary(Utf8JsonWriter json)
    {
        var summary = _report.Summary;
        json.WriteStartObject("summary");
        json.WriteNumber("objects", summary.Objects);
        json.WriteNumber("workloads", summary.Workloads);
        json.WriteNumber("downNow", summary.DownNow);
        List<WorkloadSurvival> staying = [.. _report.Objects.Select(item => item.Survival).OfType<WorkloadSurvival>().Where(StaysUp)];
        json.WriteNumber("staysUp", staying.Count);
        json.WriteNumber("likely", staying.Count(survival => _failures.Any(failure => survival[failure].Certainty == Certainty.Likely)));
        json.WriteStartObject("outcomes");
        foreach (var failure in _failures)
        {
            var counts = summary.Outcomes.TryGetValue(failure, out var found) ? found : new(0, 0, 0, 0);
            WriteNumbers(json, failure.ToString(), [counts.Survives, counts.Degraded, counts.Unknown, counts.Down]);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>Whether it keeps its minimum in every failure, as far as anybody can tell.</summary>
    private static bool StaysUp(WorkloadSurvival survival) =>
        !survival.IsDownNow && _failures.All(failure => survival[failure].Outcome is Outcome.Survives or Outcome.Degraded);

    private void WriteGaps(Utf8JsonWriter json)
    {
        json.WriteStartArray("gaps");
        foreach (var gap in _report.Gaps.Take(MostGaps))
        {
            json.WriteStartObject();
            json.WriteString("what", gap.What);
            json.WriteString("reason", gap.Reason);
            json.WriteString("consequence", gap.Consequence);
            json.WriteString("fix", gap.Fix);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("errors");
        foreach (var error in _report.Errors.Take(MostErrors))
        {
            json.WriteStartObject();
            json.WriteString("file", error.File);
            json.WriteNumber("line", error.Line);
            json.WriteString("message", error.Message);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("errorCount", _report.Errors.Sum(error => error.Count));
    }

    private void WriteDomains(Utf8JsonWriter json)
    {
        json.WriteStartArray("zones");
        foreach (var zone in _report.Zones.Take(MostNodes))
        {
            json.WriteStartArray();
            json.WriteNumberValue(_texts[zone.Name]);
            json.WriteNumberValue(zone.Nodes);
            json.WriteNumberValue(zone.Pods);
            Write(json, zone.Loss);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteStartArray("nodes");
        foreach (var node in _report.Nodes.Take(MostNodes))
        {
            json.WriteStartArray();
            json.WriteNumberValue(_texts[node.Name]);
            json.WriteNumberValue(_texts[node.Zone]);
            json.WriteNumberValue(node.Pods);
            json.WriteNumberValue(_texts[node.Drain.ToString()]);
            json.WriteNumberValue(node.KnowsBudgets ? 1 : 0);
            Write(json, node.Loss);
            Write(json, node.DuringDrain);
            _rows.Write(json, node.Obstacles);
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    /// <summary>The numbers are whole; of the workloads the first so many can be looked at.</summary>
    private void Write(Utf8JsonWriter json, DomainFailure loss)
    {
        json.WriteStartArray();
        json.WriteNumberValue(loss.Down.Count);
        json.WriteNumberValue(loss.Degraded.Count);
        foreach (var victims in (IReadOnlyList<WorkloadSurvival>[])[loss.Down, loss.Degraded])
        {
            json.WriteStartArray();
            foreach (var place in victims.Select(_rows.PlaceOf).Where(place => place >= 0).Take(MostVictims))
            {
                json.WriteNumberValue(place);
            }

            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, ReadOnlySpan<int> numbers)
    {
        json.WriteStartArray(name);
        foreach (var number in numbers)
        {
            json.WriteNumberValue(number);
        }

        json.WriteEndArray();
    }

    private static string Version() =>
        typeof(HtmlData).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
