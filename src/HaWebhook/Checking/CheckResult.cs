using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Checking;

/// <summary>All that a check found.</summary>
/// <param name="Objects">The objects, in the order of the files.</param>
/// <param name="Skipped">Documents that hold no object, and why.</param>
/// <param name="Errors">What could not be read.</param>
internal sealed record CheckResult(IReadOnlyList<CheckedObject> Objects, IReadOnlyList<SkippedDocument> Skipped, IReadOnlyList<CheckError> Errors);

/// <summary>One object and what the policy says to it.</summary>
/// <param name="Manifest">The object.</param>
/// <param name="Namespace">The namespace that it would be in; empty where its kind means nothing here.</param>
/// <param name="Findings">What was found, each with its line.</param>
/// <param name="Changes">What admission fills in; in the mode Audit what it would.</param>
/// <param name="Patches">Whether it really does.</param>
/// <param name="Exempt">Exemptions that made a difference.</param>
/// <param name="Skipped">Rules that could not judge it for want of data.</param>
internal sealed record CheckedObject(
    ManifestObject Manifest,
    string Namespace,
    IReadOnlyList<(Finding Finding, int Line)> Findings,
    IReadOnlyList<RuleChange> Changes,
    bool Patches,
    IReadOnlyList<ExemptRule> Exempt,
    IReadOnlyList<SkippedRule> Skipped)
{
    /// <summary>What was found but is known from a baseline: it neither counts nor shows.</summary>
    public IReadOnlyList<Finding> Known { get; init; } = [];

    /// <summary>The object as admission would leave it, without its text; null where nobody asked for it, or its kind means nothing here.</summary>
    public KubernetesObject? Kept { get; init; }

    /// <summary>Whether its kind means something here.</summary>
    public bool IsJudged => Namespace.Length > 0;

    /// <summary>Tells it from others.</summary>
    public ObjectKey Key => new(Namespace, KubernetesObject.GroupOf(Manifest.ApiVersion), Manifest.Kind, Manifest.Name);

    /// <summary>The object's kind, namespace and name, fit for a line.</summary>
    public string Title => Key.ToString();
}

/// <summary>A document that holds no Kubernetes object.</summary>
internal sealed record SkippedDocument(string File, int Line, string Kind, string Name, string Reason);

/// <summary>A document or file that could not be read.</summary>
internal sealed record CheckError(string File, int Line, string Message)
{
    /// <summary>How many errors it stands for: more than itself where it closes those of a file that are not all told.</summary>
    public int Count { get; init; } = 1;
}
