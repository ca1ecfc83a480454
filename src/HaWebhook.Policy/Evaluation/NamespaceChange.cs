using System.Globalization;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Objects;
using HaWebhook.Policy.Rules;

namespace HaWebhook.Policy.Evaluation;

/// <summary>
/// What a change of a namespace's labels means for what is in it. Whoever makes the mode stricter learns at once what would be refused from then on:
/// nothing that runs is touched, but some of it could not be created anew, restored or recreated.
/// </summary>
public sealed class NamespaceChange
{
    /// <summary>The most objects that are told by name.</summary>
    public const int MostTold = 20;

    /// <summary>Where objects are named to whoever may read them.</summary>
    private const string WhereNamed = "ha-webhook audit --as-if Enforce lists them";

    private const int LongestLine = 120;
    private const int LongestName = 30;

    private readonly string _name;
    private readonly IReadOnlyDictionary<string, string> _oldLabels;
    private readonly IReadOnlyDictionary<string, string> _newLabels;
    private readonly PolicyEvaluator _old;
    private readonly PolicyEvaluator _new;

    private NamespaceChange(NamespaceObject? old, NamespaceObject @new, PolicyEvaluators evaluators)
    {
        _name = @new.Metadata.Name;
        (_oldLabels, _newLabels) = (old?.Metadata.Labels ?? Metadata.NoStrings, @new.Metadata.Labels);
        (_old, _new) = (evaluators.For(_oldLabels), evaluators.For(_newLabels));
        IsTightened = old is not null
            && _new.ModeIn(_newLabels) == Mode.Enforce
            && (_old.ModeIn(_oldLabels) != Mode.Enforce || !ReferenceEquals(_old, _new));
        var label = _newLabels.GetValueOrDefault(HaAnnotations.ModeLabel);
        LabelProblem = label is not null && label != _oldLabels.GetValueOrDefault(HaAnnotations.ModeLabel)
            ? ModeLabel.Problem(label, _new.Options)
            : null;
    }

    /// <summary>Whether something may be refused in the namespace that was not before, so that <see cref="Preview"/> has to look.</summary>
    public bool IsTightened { get; }

    /// <summary>
    /// Why the label <c>ha-webhook.io/mode</c> that is set counts for nothing, in one line for the user; null where it counts, or did not change.
    /// </summary>
    public string? LabelProblem { get; }

    /// <summary>The change that a review makes; null for reviews of anything but the creation or update of a Namespace.</summary>
    /// <param name="review">The review.</param>
    /// <param name="evaluators">The policy.</param>
    public static NamespaceChange? Of(Review review, PolicyEvaluators evaluators) =>
        review is { Subject: NamespaceObject subject, Subresource: "", Operation: Operation.Create or Operation.Update }
            ? new(review.OldSubject as NamespaceObject, subject, evaluators)
            : null;

    /// <summary>
    /// Tells what would be refused there from now on if it were created anew, restored or recreated: lines of at most 120 characters, of which the first sums up, and the
    /// others list it in the order of kinds and names. Empty where nothing would be and everything was looked at.
    /// </summary>
    /// <param name="objects">What is in the namespace, in any form; objects that a controller made may be among them and are left out.</param>
    /// <param name="read">Reads one, whole and not reduced; null for a kind that means nothing here or an object that is gone.</param>
    /// <param name="related">The related objects of the namespace.</param>
    /// <param name="tellsNames">Whether it is known who asks, so that objects may be named. Anybody else is told how many there are, and no more.</param>
    /// <param name="cancellationToken">Ends the look; what was not looked at is counted.</param>
    public IReadOnlyList<string> Preview<T>(
        IReadOnlyList<T> objects, Func<T, KubernetesObject?> read, RelatedObjects related, bool tellsNames, CancellationToken cancellationToken)
    {
        var before = related with { NamespaceLabels = _oldLabels, Target = null };
        var after = before with { NamespaceLabels = _newLabels };
        List<(string Kind, string Name, IReadOnlyList<Finding> Denied)> refused = [];
        var (reached, judged, unreadable) = (0, 0, 0);
        while (reached < objects.Count && !cancellationToken.IsCancellationRequested)
        {
            try
            {
                var subject = read(objects[reached++]);
                if (subject is null || Ownership.IsControlled(subject, related))
                {
                    continue;
                }

                judged++;
                if (DeniedFromNowOn(subject, before, after) is { Count: > 0 } denied)
                {
                    refused.Add((subject.Kind, subject.Metadata.Name, denied));
                }
            }
            catch (Json.MalformedJsonException)
            {
                unreadable++;
            }
        }

        return refused.Count + unreadable == 0 && reached == objects.Count ? [] : Lines(refused, tellsNames, judged, unreadable, objects.Count - reached);
    }

    private List<string> Lines(
        List<(string Kind, string Name, IReadOnlyList<Finding> Denied)> refused, bool tellsNames, int judged, int unreadable, int unseen)
    {
        List<string> lines =
        [
            $"namespace {SingleLine.Of(_name, LongestName)}: {Number(refused.Count)} of {Number(judged)} objects would be refused "
                + "if created anew, restored or recreated",
            .. tellsNames ? ByName(refused) : refused.Count > 0 ? [WhereNamed] : [],
        ];
        if (unreadable > 0)
        {
            lines.Add($"{Number(unreadable)} could not be read");
        }

        if (unseen > 0)
        {
            lines.Add($"{Number(unseen)} could not be looked at in time");
        }

        return lines;
    }

    private static IEnumerable<string> ByName(List<(string Kind, string Name, IReadOnlyList<Finding> Denied)> refused)
    {
        var told = refused
            .OrderBy(each => each.Kind, StringComparer.Ordinal)
            .ThenBy(each => each.Name, StringComparer.Ordinal)
            .Take(MostTold)
            .Select(each => LineOf(each.Kind, each.Name, each.Denied));
        return refused.Count > MostTold ? told.Append($"and {Number(refused.Count - MostTold)} more of them") : told;
    }

    private static string Number(int count) => count.ToString(CultureInfo.InvariantCulture);

    private static string LineOf(string kind, string name, IReadOnlyList<Finding> denied)
    {
        var rest = denied.Count > 1 ? $" (and {Number(denied.Count - 1)} more)" : "";
        var line = $"{kind} {name}: {denied[0].Rule}: {denied[0].Field} {denied[0].Message}";
        return SingleLine.Of(line, LongestLine - rest.Length) + rest;
    }

    /// <summary>What is denied under the new labels and was not under the old ones.</summary>
    private List<Finding> DeniedFromNowOn(KubernetesObject subject, RelatedObjects before, RelatedObjects after)
    {
        var review = new Review
        {
            Operation = Operation.Create,
            Kind = subject.Kind,
            Group = subject.Group,
            Name = subject.Metadata.Name,
            Namespace = _name,
            Subject = subject,
        };
        List<Finding> denied = [.. _new.ValidateAnew(review, after).Findings.Where(finding => finding.Action == ValidationAction.Deny)];
        if (denied.Count > 0 && _old.ModeIn(_oldLabels) == Mode.Enforce)
        {
            var already = _old.ValidateAnew(review, before).Findings
                .Where(finding => finding.Action == ValidationAction.Deny)
                .Select(finding => (finding.Rule, finding.Field))
                .ToHashSet();
            denied.RemoveAll(finding => already.Contains((finding.Rule, finding.Field)));
        }

        return denied;
    }
}
