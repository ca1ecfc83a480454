using System.Diagnostics.Metrics;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Evaluation;

namespace HaWebhook.Admission;

/// <summary>
/// Counts reviews by what they ask and what they are answered. A counter of the SDK looks six labels up for each review; here they make an index
/// into an array, and are put into words when somebody asks. What is not judged by name is <c>other</c>, so nothing in a review adds a series.
/// </summary>
internal sealed class ReviewCounts
{
    /// <summary>More resources than a policy names; past it they count as <c>other</c>, however often the policy changes.</summary>
    private const int MostResources = 200;

    private const int Modes = 3;
    private const int Slots = 2 * 4 * 8 * Modes * 2;
    private const string Other = "other";

    private static readonly string[] _operations = ["CREATE", "UPDATE", "DELETE", "CONNECT"];

    /// <summary>The words of the audit annotation, and for the mutating webhook whether it filled anything in.</summary>
    private static readonly string[] _decisions = ["allow", "audit", "warn", "deny", "would-warn", "would-deny", "patch", "would-patch"];

    private static readonly string[] _modes = [nameof(Mode.Audit), nameof(Mode.Warn), nameof(Mode.Enforce)];

    private readonly ICurrentPolicy _policy;
    private readonly Lock _adopting = new();
    private readonly Dictionary<string, Counts> _counts = new(StringComparer.Ordinal);
    private readonly Counts _other;
    private volatile Table _table;

    public ReviewCounts(ICurrentPolicy policy)
    {
        _policy = policy;
        _other = CountsOf(Other);
        _table = Adopt(policy.Evaluators.Base);
    }

    public void Add(ReviewKind kind, Review review, Verdict verdict, PolicyEvaluator evaluator, string decision)
    {
        var table = _table;
        if (!ReferenceEquals(table.Reader, evaluator.Reader))
        {
            table = Refresh();
        }

        // What is not judged has no mode of its own.
        var mode = verdict.IsJudged ? verdict.Mode : evaluator.Options.Mode;
        var slot = Slot(kind, review.Operation, Decision(kind, verdict, decision), mode, review.DryRun);
        Interlocked.Increment(ref CountsOf(table, review).Reviews[slot]);
    }

    /// <summary>Every series that has counted something, and those that are there from the start.</summary>
    public IEnumerable<Measurement<long>> Observe()
    {
        Refresh();
        Counts[] all;
        lock (_adopting)
        {
            all = [.. _counts.Values];
        }

        return all.SelectMany(Observe);
    }

    private static IEnumerable<Measurement<long>> Observe(Counts counts)
    {
        for (var slot = 0; slot < Slots; slot++)
        {
            var count = Interlocked.Read(ref counts.Reviews[slot]);
            if (count > 0 || counts.IsShown[slot])
            {
                yield return new(
                    count,
                    WebhookLabel.Of((ReviewKind)(slot / (Slots / 2))),
                    new("operation", _operations[slot / (8 * Modes * 2) % 4]),
                    new("resource", counts.Resource),
                    new("decision", _decisions[slot / (Modes * 2) % 8]),
                    new("mode", _modes[slot / 2 % Modes]),
                    new("dry_run", slot % 2 == 0 ? "false" : "true"));
            }
        }
    }

    private static int Slot(ReviewKind kind, Operation operation, int decision, Mode mode, bool dryRun) =>
        ((((((((int)kind * 4) + (int)operation) * 8) + decision) * Modes) + (int)mode) * 2) + (dryRun ? 1 : 0);

    private static int Decision(ReviewKind kind, Verdict verdict, string decision) => decision switch
    {
        "allow" when kind == ReviewKind.Mutate && verdict.Changes.Count > 0 => verdict.Patches ? 6 : 7,
        "allow" => 0,
        "audit" => 1,
        "warn" => 2,
        "deny" => 3,
        "would-warn" => 4,
        _ => 5,
    };

    private Counts CountsOf(Table table, Review review)
    {
        if (review.Subresource is not ("" or "scale"))
        {
            return _other;
        }

        foreach (var entry in table.Entries)
        {
            if (entry.Resource == review.Resource && entry.Group == review.Group)
            {
                return review.Subresource.Length == 0 ? entry.Own : entry.Scale;
            }
        }

        return _other;
    }

    /// <summary>The resources of the policy in force. A review of the one before it, still on its way, is counted by them too.</summary>
    private Table Refresh()
    {
        var table = _table;
        var policy = _policy.Evaluators.Base;
        return ReferenceEquals(table.Reader, policy.Reader) ? table : Adopt(policy);
    }

    /// <summary>Gets ready for the resources that a policy names. What was counted stays.</summary>
    private Table Adopt(PolicyEvaluator policy)
    {
        lock (_adopting)
        {
            var table = new Table(policy.Reader, [.. policy.Reader.Resources.Select(Entry)]);
            Show(table, policy.Options.Mode);
            return _table = table;
        }

        Entry Entry((string Group, string Resource) resource)
        {
            // As kubectl writes them; the groups of Kubernetes' own workloads have no dot, those of custom resources do.
            var name = resource.Group.Contains('.', StringComparison.Ordinal) ? $"{resource.Resource}.{resource.Group}" : resource.Resource;
            return new(resource.Group, resource.Resource, CountsOf(name), CountsOf(name + "/scale"));
        }
    }

    /// <summary>A series that begins with its first denial shows no rise: the common ones begin with 0.</summary>
    private static void Show(Table table, Mode mode)
    {
        var refused = mode switch { Mode.Audit => 5, Mode.Warn => 2, _ => 3 };
        var patched = mode == Mode.Audit ? 7 : 6;
        foreach (var entry in table.Entries.Where(entry => entry.Resource is "deployments" or "statefulsets" or "pods"))
        {
            foreach (var operation in new[] { Operation.Create, Operation.Update })
            {
                entry.Own.IsShown[Slot(ReviewKind.Validate, operation, 0, mode, false)] = true;
                entry.Own.IsShown[Slot(ReviewKind.Validate, operation, refused, mode, false)] = true;
                entry.Own.IsShown[Slot(ReviewKind.Mutate, operation, 0, mode, false)] = true;
                entry.Own.IsShown[Slot(ReviewKind.Mutate, operation, patched, mode, false)] = true;
            }
        }
    }

    private Counts CountsOf(string resource)
    {
        if (_counts.TryGetValue(resource, out var counts))
        {
            return counts;
        }

        return _counts.Count < MostResources ? _counts[resource] = new Counts(resource) : _other;
    }

    /// <summary>The resources of a policy, the common ones first.</summary>
    private sealed record Table(PolicyReader Reader, Entry[] Entries);

    private sealed record Entry(string Group, string Resource, Counts Own, Counts Scale);

    private sealed class Counts(string resource)
    {
        public string Resource { get; } = resource;

        public long[] Reviews { get; } = new long[Slots];

        public bool[] IsShown { get; } = new bool[Slots];
    }
}
