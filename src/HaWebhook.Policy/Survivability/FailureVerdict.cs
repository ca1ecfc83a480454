using HaWebhook.Policy.Evaluation;

namespace HaWebhook.Policy.Survivability;

/// <summary>What becomes of a workload in a failure.</summary>
/// <param name="Outcome">What becomes of it, where the failure strikes worst.</param>
/// <param name="Reason">Why, as one sentence on one line.</param>
public sealed record FailureVerdict(Outcome Outcome, string Reason)
{
    /// <summary>Why, as one sentence on one line.</summary>
    public string Reason { get; init; } = SingleLine.Of(Reason);

    /// <summary>How sure that is.</summary>
    public Certainty Certainty { get; init; }

    /// <summary>How many nodes or zones it takes for a <see cref="Certainty.Conditional"/> outcome; else 0.</summary>
    public int AtLeastDomains { get; init; }

    /// <summary>Pods that go on serving at the worst, before any is replaced; null where that is not known.</summary>
    public int? Remaining { get; init; }

    /// <summary>The node or zone whose failure is worst; empty where none in particular is.</summary>
    public string Domain { get; init; } = "";

    /// <summary>The one change that would mend it; null where it survives, or where nobody can tell.</summary>
    public Mend? Mend { get; init; }
}

/// <summary>A change that mends something, in the form of a finding.</summary>
/// <param name="Field">The field to change; of another object than the one that is judged, with that object's kind and name before it.</param>
/// <param name="Message">Its value and what is required, to be read after the field: <c>is 1; must be at least 2</c>.</param>
/// <param name="Fix">What to do, as sentences.</param>
public sealed record Mend(string Field, string Message, string Fix)
{
    /// <summary>The field to change.</summary>
    public string Field { get; init; } = SingleLine.Of(Field);

    /// <summary>Its value and what is required.</summary>
    public string Message { get; init; } = SingleLine.Of(Message);

    /// <summary>What to do.</summary>
    public string Fix { get; init; } = SingleLine.Of(Fix);

    /// <summary>
    /// The same as YAML, to be pasted: a comment that names the place and below it what stands there, or an object of its own. Each line is one, whatever
    /// the names in it are. Empty where words say it better.
    /// </summary>
    public string Yaml { get; init; } = "";
}
