using System.Text.Json;
using HaWebhook.Checking;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Objects;
using HaWebhook.Policy.Survivability;
using Outcome = HaWebhook.Policy.Survivability.Outcome;

namespace HaWebhook.Auditing.Html;

/// <summary>The objects that there is something to say of: what keeps pods running, and what has findings. The worst come first, so that they are never left out.</summary>
internal sealed class HtmlRows
{
    private const int MostFindings = 30;
    private const int MostObstacles = 20;
    private const int MostPlaces = 50;
    private const int MostChanges = 30;

    private static readonly Failure[] _failures = Enum.GetValues<Failure>();

    private readonly List<AuditedObject> _objects;
    private readonly TextTable _texts;
    private readonly Dictionary<ObjectKey, int> _places = [];

    /// <param name="objects">All objects.</param>
    /// <param name="texts">The texts of the page.</param>
    /// <param name="most">The most rows.</param>
    public HtmlRows(IEnumerable<AuditedObject> objects, TextTable texts, int most)
    {
        _texts = texts;
        List<AuditedObject> all = [.. objects.Where(IsOfInterest).OrderByDescending(Badness)];
        _objects = [.. all.Take(most)];
        LeftOut = all.Count - _objects.Count;
    }

    /// <summary>How many found no room; known once they are written.</summary>
    public int LeftOut { get; private set; }

    /// <summary>The place of an object among the rows; -1 where it is none.</summary>
    public int PlaceOf(AuditedObject item) => _places.GetValueOrDefault(item.Key, -1);

    /// <summary>The place of a workload among the rows; -1 where it is none.</summary>
    public int PlaceOf(WorkloadSurvival survival) =>
        _places.GetValueOrDefault(new(survival.Namespace, KubernetesObject.GroupOf(survival.ApiVersion), survival.Kind, survival.Name), -1);

    /// <summary>Writes those that find room.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartArray("rows");
        foreach (var (place, item) in _objects.Index())
        {
            if (_texts.IsFull)
            {
                LeftOut += _objects.Count - place;
                break;
            }

            // Manifests may hold an object twice; links go to the first.
            _places.TryAdd(item.Key, place);
            Write(json, item);
        }

        json.WriteEndArray();
    }

    /// <summary>Writes what holds a drain up, as the value that is due.</summary>
    public void Write(Utf8JsonWriter json, IReadOnlyList<DrainObstacle> obstacles)
    {
        json.WriteStartArray();
        foreach (var obstacle in obstacles.Take(MostObstacles))
        {
            json.WriteStartArray();
            json.WriteNumberValue(_texts[obstacle.State.ToString()]);
            json.WriteNumberValue(_texts[obstacle.Namespace]);
            json.WriteStartArray();
            foreach (var budget in obstacle.Budgets.Take(MostObstacles))
            {
                json.WriteNumberValue(_texts[budget]);
            }

            json.WriteEndArray();
            json.WriteNumberValue(obstacle.Pods);
            json.WriteNumberValue(_texts[obstacle.Reason]);
            json.WriteNumberValue(_texts[obstacle.Mend]);
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    private static bool IsOfInterest(AuditedObject item) =>
        item.Survival is not null || item.Findings.Count > 0 || item.Exempt.Count > 0 || item.Changes.Count > 0;

    private static int Badness(AuditedObject item)
    {
        var survival = item.Survival is { } found
            ? _failures.Sum(failure => found[failure].Outcome switch { Outcome.Down => 1000, Outcome.Degraded => 30, Outcome.Unknown => 5, _ => 0 })
            : 0;
        return survival + item.Findings.Sum(found => found.Finding.Action switch
        {
            ValidationAction.Deny => 3,
            ValidationAction.Warn => 2,
            _ => 1,
        });
    }

    private void Write(Utf8JsonWriter json, AuditedObject item)
    {
        json.WriteStartObject();
        json.WriteNumber("n", _texts[item.Namespace]);
        json.WriteNumber("k", _texts[item.Kind]);
        json.WriteNumber("m", _texts[item.Name]);
        json.WriteNumber("a", _texts[item.ApiVersion]);
        json.WriteNumber("t", _texts[item.Team]);
        json.WriteNumber("p", _texts[item.File]);
        json.WriteNumber("l", item.Line);
        if (item.Survival is { } survival)
        {
            Write(json, survival);
        }

        WriteFindings(json, item);
        WriteChanges(json, item.Changes);
        if (item.Exempt.Count > 0)
        {
            json.WriteStartArray("x");
            foreach (var exempt in item.Exempt.Take(MostFindings))
            {
                Write(json, _texts[exempt.Rule], _texts[exempt.Exemption.ToString()]);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private void Write(Utf8JsonWriter json, WorkloadSurvival survival)
    {
        json.WritePropertyName("s");
        Write(json, survival.Desired, survival.Ready, survival.Minimum, survival.Enough, survival.IsQuorum ? 1 : 0, _texts[survival.Budget]);
        json.WriteStartArray("v");
        foreach (var failure in _failures)
        {
            var verdict = survival[failure];
            Write(
                json,
                (int)verdict.Outcome,
                (int)verdict.Certainty,
                verdict.AtLeastDomains,
                _texts[verdict.Reason],
                _texts[verdict.Domain],
                _texts[verdict.Mend]);
        }

        json.WriteEndArray();
        if (survival.Obstacles.Count > 0)
        {
            json.WritePropertyName("o");
            Write(json, survival.Obstacles);
        }

        WritePlaces(json, "on", survival.Nodes);
        WritePlaces(json, "in", survival.Zones);
    }

    private void WritePlaces(Utf8JsonWriter json, string name, IReadOnlyList<(string Name, int Pods)> places)
    {
        if (places.Count > 0)
        {
            json.WriteStartArray(name);
            foreach (var (place, pods) in places.Take(MostPlaces))
            {
                Write(json, _texts[place], pods);
            }

            json.WriteEndArray();
        }
    }

    private void WriteFindings(Utf8JsonWriter json, AuditedObject item)
    {
        if (item.Findings.Count == 0)
        {
            return;
        }

        json.WriteStartArray("f");
        foreach (var (finding, _) in item.Findings.Take(MostFindings))
        {
            Write(json, _texts[finding.Rule], _texts[finding.Action.ToString()], _texts[finding.Field], _texts[finding.Message], _texts[finding.Fix]);
        }

        json.WriteEndArray();
        if (item.Findings.Count > MostFindings)
        {
            json.WriteNumber("g", item.Findings.Count - MostFindings);
        }
    }

    /// <summary>As people would write it, each rule's by itself: a comment that names the place, and below it what goes there.</summary>
    private void WriteChanges(Utf8JsonWriter json, IReadOnlyList<RuleChange> changes)
    {
        if (changes.Count == 0)
        {
            return;
        }

        json.WriteStartArray("c");
        foreach (var rule in changes.GroupBy(change => change.Rule, StringComparer.Ordinal).Take(MostChanges))
        {
            Write(json, _texts[rule.Key], _texts[string.Join('\n', PatchDiff.Lines(rule).Select(line => line.IsAdded ? line.Text : $"# {line.Text}"))]);
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, params ReadOnlySpan<int> numbers)
    {
        json.WriteStartArray();
        foreach (var number in numbers)
        {
            json.WriteNumberValue(number);
        }

        json.WriteEndArray();
    }
}
