using HaWebhook.Policy.Evaluation;

namespace HaWebhook.Checking;

/// <summary>
/// Tells a finding from others, run for run: by the object, the rule and the field, where containers go by name. Lines, files, other
/// objects and the API version are no part of it, so that it stays when these change.
/// </summary>
/// <param name="Subject">The object.</param>
/// <param name="Rule">The rule's id.</param>
/// <param name="Field">The field.</param>
internal sealed record FindingKey(ObjectKey Subject, string Rule, string Field)
{
    /// <summary>The order of a baseline: by object, then by rule and field.</summary>
    public static readonly IComparer<FindingKey> Order =
        Comparer<FindingKey>.Create((left, right) => left.Parts.Zip(right.Parts, string.CompareOrdinal).FirstOrDefault(order => order != 0));

    public static FindingKey Of(CheckedObject item, Finding finding) => new(item.Key, finding.Rule, finding.Field);

    /// <summary>All that there is to it, in the order in which it is sorted.</summary>
    public IReadOnlyList<string> Parts => [Subject.Namespace, Subject.Kind, Subject.Group, Subject.Name, Rule, Field];
}

/// <summary>Tells an object from others.</summary>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Group">Its API group; empty for the core group.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Name">Its name.</param>
internal sealed record ObjectKey(string Namespace, string Group, string Kind, string Name)
{
    public override string ToString() => SingleLine.Of($"{Kind} {Namespace}/{Name}");
}
