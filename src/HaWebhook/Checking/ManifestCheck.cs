using System.Globalization;
using HaWebhook.Admission;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Json;
using HaWebhook.Policy.Manifests;
using HaWebhook.Policy.Objects;
using HaWebhook.Policy.Survivability;

namespace HaWebhook.Checking;

/// <summary>
/// Judges manifests as admission would: each object is filled in, the patch is applied, and what comes of it is judged, with the
/// other objects of the same run around it.
/// </summary>
internal sealed class ManifestCheck(PolicyEvaluators evaluators, string defaultNamespace)
{
    /// <summary>Errors of a file past these are only counted: a file can hold a million broken documents.</summary>
    private const int MostErrors = 100;

    /// <summary>The rules whose findings are wanted.</summary>
    public RuleSelection Rules { get; init; } = RuleSelection.All;

    /// <summary>Is told how far it has come.</summary>
    public ProgressLine Progress { get; init; } = ProgressLine.None;

    /// <summary>Whether the objects are kept: <see cref="CheckedObject.Kept"/>.</summary>
    public bool KeepsObjects { get; init; }

    public CheckResult Run(IEnumerable<ManifestFile> files)
    {
        try
        {
            return Check(files);
        }
        finally
        {
            Progress.Clear();
        }
    }

    private CheckResult Check(IEnumerable<ManifestFile> files)
    {
        var (read, skipped, errors) = (new List<ReadObject>(), new List<SkippedDocument>(), new List<CheckError>());
        foreach (var (index, file) in files.Index())
        {
            // A file at a time, so that what is large, its text and its trees, is gone before the next.
            var found = new ManifestObjects();
            found.Add(file);
            read.AddRange(found.Objects.Select(manifest => Read(manifest, found.Errors)).OfType<ReadObject>());
            skipped.AddRange(found.Skipped);
            errors.AddRange(Told(found.Errors));
            Progress.Show(index + 1, "files read");
        }

        var related = new RelatedManifests(read.Select(entry => (entry.Namespace, entry.Subject)));
        var judged = new List<CheckedObject>();
        foreach (var entry in read)
        {
            judged.Add(entry.Text is null
                ? new(entry.Manifest, "", [], [], Patches: false, [], [])
                : Judge(entry, entry.Text, related.Around(entry.Namespace), errors));
            Progress.Show(judged.Count, "objects judged");
        }

        return new(judged, skipped, errors);
    }

    /// <summary>The errors of a file, in the order of its lines; those past the most in one.</summary>
    private static List<CheckError> Told(List<CheckError> errors)
    {
        List<CheckError> ordered = [.. errors.OrderBy(error => error.Line)];
        if (ordered.Count <= MostErrors)
        {
            return ordered;
        }

        var count = ordered.Count - MostErrors;
        var message = string.Create(CultureInfo.InvariantCulture, $"{count:N0} more errors from here on");
        return [.. ordered.Take(MostErrors), ordered[MostErrors] with { Message = message, Count = count }];
    }

    private CheckedObject Judge(ReadObject entry, ObjectLines text, RelatedObjects related, List<CheckError> errors)
    {
        var evaluator = evaluators.For(related.NamespaceLabels);
        var review = ReviewOf(entry, entry.Subject!);
        var mutated = evaluator.Mutate(review, related);
        if (mutated.Patches)
        {
            var patched = JsonPatch.Apply(text.Json, JsonPatch.Write(mutated.Changes.Select(change => change.Change)));
            review = ReviewOf(entry, evaluator.Reader.ReadObject(patched, entry.Manifest.ApiVersion, entry.Manifest.Kind)!);
        }

        var verdict = evaluator.Validate(review, related);
        foreach (var rule in mutated.Errors.Concat(verdict.Errors).Select(error => error.Rule).Distinct())
        {
            var message = $"{rule} failed on {review.Title}, which is a fault of HaWebhook; it did not judge it";
            errors.Add(new(entry.Manifest.File, entry.Manifest.Line, message));
        }

        var root = verdict.Findings.Count == 0 ? null : text.ToTree();
        return new(
            entry.Manifest,
            entry.Namespace,
            [
                .. verdict.Findings
                    .Where(finding => Rules.Includes(finding.Rule))
                    .Select(finding => (finding, FieldLines.LineOf(root!, finding.Field))),
            ],
            mutated.Changes,
            mutated.Patches,
            [.. mutated.Exempt.Concat(verdict.Exempt).Distinct()],
            verdict.Skipped)
        {
            Kept = KeepsObjects ? ClusterReader.Keep(review.Subject!) : null,
        };
    }

    /// <summary>The object; null where it cannot be read.</summary>
    private ReadObject? Read(ManifestObject manifest, List<CheckError> errors)
    {
        if (!evaluators.Reader.Knows(manifest.ApiVersion, manifest.Kind))
        {
            return new(manifest with { Root = null }, null, null, "");
        }

        var text = ObjectLines.Of(manifest.Root!);
        try
        {
            var subject = evaluators.Reader.ReadObject(text.Json, manifest.ApiVersion, manifest.Kind);
            var @namespace = manifest.Namespace.Length > 0 ? manifest.Namespace : defaultNamespace;
            return new(manifest with { Root = null }, text, subject, subject is NamespaceObject ? manifest.Name : @namespace);
        }
        catch (MalformedJsonException exception)
        {
            var isTemplate = text.Json.Span.IndexOf("{{"u8) >= 0;
            errors.Add(new(
                manifest.File,
                FieldLines.LineOf(manifest.Root!, exception.Field),
                isTemplate ? ManifestObjects.UnrenderedTemplate : exception.Message));
            return null;
        }
    }

    private static Review ReviewOf(ReadObject entry, KubernetesObject subject) => new()
    {
        Operation = Operation.Create,
        Kind = subject.Kind,
        Group = subject.Group,
        Name = subject.Metadata.Name,
        Namespace = entry.Namespace,
        Subject = subject,
    };

    /// <param name="Manifest">The object, without its tree.</param>
    /// <param name="Text">What is left of the tree; null where the kind means nothing here.</param>
    /// <param name="Subject">The object as rules see it; null likewise.</param>
    /// <param name="Namespace">The namespace that it would be in; empty likewise.</param>
    private sealed record ReadObject(ManifestObject Manifest, ObjectLines? Text, KubernetesObject? Subject, string Namespace);
}
