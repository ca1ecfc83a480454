using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Json;

/// <summary>
/// Reads what tells which claims are backed up. Both kinds are custom resources, whose operators check them: what is not of the expected form counts as
/// absent.
/// </summary>
internal static class BackupReader
{
    /// <summary>A Schedule of Velero (<c>velero.io/v1</c>).</summary>
    public static BackupSchedule Schedule(ReadOnlyMemory<byte> json)
    {
        var template = RawField.Find(json, "spec", "template");
        var withoutSnapshots = RawField.Scalar(template, "snapshotVolumes") == "false";
        var copiesFiles = RawField.Scalar(template, "defaultVolumesToFsBackup") == "true" || RawField.Scalar(template, "defaultVolumesToRestic") == "true";
        return new()
        {
            Namespace = RawField.Text(json, "metadata", "namespace") ?? "",
            Name = RawField.Text(json, "metadata", "name") ?? "",
            IsIdle = RawField.Scalar(json, "spec", "paused") == "true" || RawField.Text(json, "status", "phase") == "FailedValidation",
            LeavesVolumesOut = withoutSnapshots && !copiesFiles,
            IncludedNamespaces = Texts(template, "includedNamespaces"),
            ExcludedNamespaces = Texts(template, "excludedNamespaces"),
            IncludedResources = [.. Texts(template, "includedResources"), .. Texts(template, "includedNamespaceScopedResources")],
            ExcludedResources = [.. Texts(template, "excludedResources"), .. Texts(template, "excludedNamespaceScopedResources")],
            Selectors = [.. Selectors(template)],
        };
    }

    /// <summary>The claim that a VolumeSnapshot (<c>snapshot.storage.k8s.io/v1</c>) has the data of; null while it is not ready, and for one of no claim.</summary>
    public static (string Namespace, string Claim)? SnapshotClaim(ReadOnlyMemory<byte> json) =>
        RawField.Scalar(json, "status", "readyToUse") == "true" && RawField.Text(json, "spec", "source", "persistentVolumeClaimName") is { Length: > 0 } claim
            ? (RawField.Text(json, "metadata", "namespace") ?? "", claim)
            : null;

    private static IEnumerable<LabelSelector> Selectors(ReadOnlyMemory<byte> template)
    {
        if (SelectorOf(RawField.Find(template, "labelSelector")) is { } only)
        {
            yield return only;
        }

        foreach (var item in RawField.Items(template, "orLabelSelectors"))
        {
            if (SelectorOf(item) is { } selector)
            {
                yield return selector;
            }
        }
    }

    private static LabelSelector? SelectorOf(ReadOnlyMemory<byte> json)
    {
        if (json.IsEmpty)
        {
            return null;
        }

        try
        {
            var cursor = new JsonCursor(json);
            cursor.Begin();
            return SelectorReader.Read(ref cursor);
        }
        catch (MalformedJsonException)
        {
            return null;
        }
    }

    private static string[] Texts(ReadOnlyMemory<byte> json, string field) =>
        [.. RawField.Items(json, field).Select(item => RawField.Text(item)).OfType<string>()];
}
