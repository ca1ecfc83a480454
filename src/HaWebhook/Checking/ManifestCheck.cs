using HaWebhook.Admission;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Json;
using HaWebhook.Policy.Manifests;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Checking;

/// <summary>
/// Judges manifests as admission would: each object is filled in, the patch is applied, and what comes of it is judged, with the
/// other objects of the same run around it.
/// </summary>
internal sealed class ManifestCheck(PolicyEvaluator evaluator, string defaultNamespace)
{
    /// <summary>The rules whose findings are wanted.</summary>
    public RuleSelection Rules { get; init; } = RuleSelection.All;

    /// <summary>Is told how far it has come.</summary>
    public ProgressLine Progress { get; init; } = ProgressLine.None;

    public CheckResult Run(IEnumerable<ManifestFile> files)
    {
        var manifests = new ManifestObjects();
        foreach (var (index, file) in files.Index())
        {
            manifests.Add(file);
            Progress.Show(index + 1, "files read");
        }

        var read = manifests.Objects.Select(manifest => Read(manifest, manifests.Errors)).ToList();
        var related = new RelatedManifests(read.Select(entry => (entry.Namespace, entry.Subject)));
        var judged = new List<CheckedObject>();
        foreach (var entry in read.Where(entry => !entry.IsBroken))
        {
            judged.Add(entry.Subject is null
                ? new(entry.Manifest, "", [], [], Patches: false, [], [])
                : Judge(entry, related.Around(entry.Namespace), manifests.Errors));
            Progress.Show(judged.Count, "objects judged");
        }

        return new(judged, manifests.Skipped, manifests.Errors);
    }

    private CheckedObject Judge(ReadObject entry, RelatedObjects related, List<CheckError> errors)
    {
        var review = ReviewOf(entry, entry.Subject!);
        var mutated = evaluator.Mutate(review, related);
        if (mutated.Patches)
        {
            var patched = JsonPatch.Apply(entry.Json, JsonPatch.Write(mutated.Changes.Select(change => change.Change)));
            review = ReviewOf(entry, evaluator.Reader.ReadObject(patched, entry.Manifest.ApiVersion, entry.Manifest.Kind)!);
        }

        var verdict = evaluator.Validate(review, related);
        foreach (var rule in mutated.Errors.Concat(verdict.Errors).Select(error => error.Rule).Distinct())
        {
            errors.Add(new(entry.Manifest.File, entry.Manifest.Line, $"{rule} failed on {review.Title}, which is a fault of HaWebhook; it did not judge it"));
        }

        return new(
            entry.Manifest,
            entry.Namespace,
            [.. verdict.Findings.Where(finding => Rules.Includes(finding.Rule)).Select(finding => (finding, FieldLines.LineOf(entry.Manifest.Root, finding.Field)))],
            mutated.Changes,
            mutated.Patches,
            [.. mutated.Exempt.Concat(verdict.Exempt).Distinct()],
            verdict.Skipped);
    }

    private ReadObject Read(ManifestObject manifest, List<CheckError> errors)
    {
        var json = manifest.ToJson();
        try
        {
            var subject = evaluator.Reader.ReadObject(json, manifest.ApiVersion, manifest.Kind);
            var @namespace = manifest.Namespace.Length > 0 ? manifest.Namespace : defaultNamespace;
            return new(manifest, json, subject, subject is NamespaceObject ? manifest.Name : @namespace, IsBroken: false);
        }
        catch (MalformedJsonException exception)
        {
            var isTemplate = System.Text.Encoding.UTF8.GetString(json).Contains("{{", StringComparison.Ordinal);
            errors.Add(new(
                manifest.File,
                FieldLines.LineOf(manifest.Root, exception.Field),
                isTemplate ? ManifestObjects.UnrenderedTemplate : exception.Message));
            return new(manifest, json, null, "", IsBroken: true);
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

    private sealed record ReadObject(ManifestObject Manifest, byte[] Json, KubernetesObject? Subject, string Namespace, bool IsBroken);
}
