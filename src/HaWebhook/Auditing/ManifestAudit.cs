using HaWebhook.Checking;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Objects;
using HaWebhook.Policy.Survivability;

namespace HaWebhook.Auditing;

/// <summary>
/// Audits manifests, as admission would leave them: what they guarantee of survivability, from how many nodes or zones on, and what is merely likely.
/// </summary>
/// <param name="question">What is asked.</param>
/// <param name="defaultNamespace">The namespace of objects that name none.</param>
/// <param name="progress">Is told how far it has come.</param>
internal sealed class ManifestAudit(AuditQuestion question, string defaultNamespace, ProgressLine progress)
{
    /// <summary>Audits them.</summary>
    /// <param name="name">What they are called in the report: the files and directories.</param>
    /// <param name="files">The files.</param>
    /// <param name="namespaces">The only namespaces; empty for all.</param>
    public AuditReport Run(string name, IEnumerable<ManifestFile> files, IReadOnlyList<string> namespaces)
    {
        var time = question.Clock.GetUtcNow();
        var check = new ManifestCheck(new PolicyEvaluators(question.Policy, question.Clock), defaultNamespace)
        {
            Rules = question.Rules,
            Progress = progress,
            KeepsObjects = true,
        };
        var result = check.Run(files);
        var related = new RelatedManifests(result.Objects.Select(item => (item.Namespace, item.Kept)));
        var judged = result.Objects.Where(item => item.IsJudged && (namespaces.Count == 0 || namespaces.Contains(item.Namespace))).ToList();
        var survival = ClusterSurvival.Of(new()
        {
            Namespaces = judged.Select(item => item.Namespace).Distinct(StringComparer.Ordinal).ToDictionary(each => each, related.Around, StringComparer.Ordinal),
        });
        var survivals = survival.Workloads.ToDictionary(AuditAssembly.KeyOf);
        var standing = new StandingObjects(question.Policy, question.AsIf, question.Clock);
        var assembly = new AuditAssembly(question);
        foreach (var item in judged.Where(item => item.Kept is not (NamespaceObject or PersistentVolumeClaim)))
        {
            var around = related.Around(item.Namespace);
            var asIf = standing.ModeAsIf(around.NamespaceLabels) is { } mode ? item.Findings.Select(found => StandingObjects.In(found.Finding, mode)) : [];
            assembly.Add(
                new()
                {
                    ApiVersion = item.Manifest.ApiVersion,
                    Kind = item.Manifest.Kind,
                    Namespace = item.Namespace,
                    Name = item.Manifest.Name,
                    Team = assembly.TeamOf(item.Kept!, around.NamespaceLabels),
                    Replicas = AuditAssembly.ReplicasOf(item.Kept!, around),
                    Findings = item.Findings,
                    Changes = item.Changes,
                    Exempt = item.Exempt,
                    Skipped = item.Skipped,
                    Survival = survivals.GetValueOrDefault(item.Key),
                    File = item.Manifest.File,
                    Line = item.Manifest.Line,
                },
                [.. asIf]);
        }

        var source = new AuditSource(IsLiving: false, name, "", "", namespaces);
        return assembly.Report(source, time, survival, [], result.Errors, result.Skipped);
    }
}
