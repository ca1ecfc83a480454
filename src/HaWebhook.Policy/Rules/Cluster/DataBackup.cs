using System.Globalization;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Rules.Cluster;

/// <summary>Replicas are no backup: a bad migration or a deleted namespace takes the data of all of them.</summary>
/// <remarks>
/// Judged only where Velero's Schedules or VolumeSnapshots are served, by the claims that exist; where none does yet, by the labels that Kubernetes will
/// give them, those of the selector. What an operator made is left alone: operators of databases mostly back up themselves.
/// </remarks>
internal sealed class DataBackup : IClusterRule
{
    private const int MostNamed = 3;

    public static readonly ClusterRuleDefinition Definition = new(new DataBackup())
    {
        Id = "data-backup",
        Summary = "The claims of a StatefulSet are backed up.",
        Why = "Replicas keep data through the loss of a node, not through a bad migration, a deleted claim or a deleted namespace.",
        Judges = "StatefulSets with volumeClaimTemplates that no operator made, in clusters that serve Velero's Schedules or VolumeSnapshots.",
        Reads =
        [
            "schedules.velero.io: one that is not paused, and includes the claim's namespace, kind and labels, and the data of volumes, covers it",
            "volumesnapshots.snapshot.storage.k8s.io: one of the claim that is readyToUse covers it",
        ],
        Example = """
            apiVersion: velero.io/v1
            kind: Schedule
            metadata: {name: daily, namespace: velero}
            spec:
              schedule: 0 3 * * *
              template:
                includedNamespaces: [shop]

            """,
    };

    public IEnumerable<RuleResult> Validate(RunningWorkload subject)
    {
        if (subject.Object is not Workload { Kind: "StatefulSet", HasClaimTemplates: true } workload
            || !subject.Backups.IsServed
            || Ownership.IsControlled(workload, subject.Related))
        {
            return [];
        }

        var backups = subject.Backups;
        var results = new List<RuleResult>();
        foreach (var template in workload.ClaimTemplates)
        {
            var claims = subject.Related.Has(RelatedKinds.Claims) ? ClaimsOf(workload, template, subject.Related) : [];
            var bare = claims.Count == 0
                ? IsCovered("", workload.Selector?.MatchLabels ?? Metadata.NoStrings) ? [] : [$"{template.Name}-{workload.Metadata.Name}-0"]
                : claims.Where(claim => !IsCovered(claim.Metadata.Name, claim.Metadata.Labels)).Select(claim => claim.Metadata.Name).ToArray();
            if (bare.Length == 0)
            {
                continue;
            }

            results.Add(backups.Unread.Count > 0
                ? new Undecided($"{string.Join(" and ", backups.Unread)} could not be read")
                : new Violation(
                    $"spec.volumeClaimTemplates[{template.Name}]",
                    $"has claims that nothing backs up ({Names(bare)}); a Schedule of Velero or a VolumeSnapshot must cover each",
                    () => FixOf(subject.Survival.Namespace, backups)));
        }

        return results;

        bool IsCovered(string claim, IReadOnlyDictionary<string, string> labels) =>
            backups.Schedules?.Any(schedule => schedule.Covers(subject.Survival.Namespace, labels)) == true
            || backups.Snapshots?.Contains((subject.Survival.Namespace, claim)) == true;
    }

    /// <summary>The claims that exist: <c>template-name-ordinal</c> (Kubernetes, StatefulSet, Stable Storage), in the order of their ordinals.</summary>
    private static List<PersistentVolumeClaim> ClaimsOf(Workload workload, ClaimTemplate template, RelatedObjects related)
    {
        var claims = new List<PersistentVolumeClaim>();
        for (var ordinal = 0; ordinal < workload.DeclaredReplicas; ordinal++)
        {
            if (related.Claims.TryGetValue(string.Create(CultureInfo.InvariantCulture, $"{template.Name}-{workload.Metadata.Name}-{ordinal}"), out var claim))
            {
                claims.Add(claim);
            }
            else if (ordinal > related.Claims.Count)
            {
                // Of a count without end not every name is looked up.
                break;
            }
        }

        return claims;
    }

    private static string Names(string[] claims) => claims.Length <= MostNamed
        ? string.Join(", ", claims)
        : string.Create(CultureInfo.InvariantCulture, $"{string.Join(", ", claims.Take(MostNamed))} and {claims.Length - MostNamed} more");

    private static string FixOf(string namespaceName, Backups backups) => backups.Schedules is not null
        ? $"Add {namespaceName} to the includedNamespaces of a Schedule of Velero, with snapshotVolumes or defaultVolumesToFsBackup."
        : "Make a VolumeSnapshot of each claim, and again from time to time.";
}
