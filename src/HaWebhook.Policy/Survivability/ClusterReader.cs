using HaWebhook.Policy.Json;
using HaWebhook.Policy.Objects;
using HaWebhook.Policy.Rules;

namespace HaWebhook.Policy.Survivability;

/// <summary>Reads what survivability is worked out from. What it returns holds on to none of the text that it was read from.</summary>
public static class ClusterReader
{
    /// <summary>Reads a Pod.</summary>
    /// <param name="json">The object in UTF-8.</param>
    /// <param name="strings">The strings that it shares with others.</param>
    /// <exception cref="MalformedJsonException">A field has the wrong type, or the text is not JSON.</exception>
    public static RunningPod ReadPod(ReadOnlyMemory<byte> json, SharedStrings strings)
    {
        var cursor = new JsonCursor(json);
        cursor.Begin();
        var pod = RunningPodReader.Read(ref cursor, strings);
        cursor.End();
        return pod;
    }

    /// <summary>Reads a Node.</summary>
    /// <param name="json">The object in UTF-8.</param>
    /// <param name="strings">The strings that it shares with others.</param>
    /// <exception cref="MalformedJsonException">A field has the wrong type, or the text is not JSON.</exception>
    public static Node ReadNode(ReadOnlyMemory<byte> json, SharedStrings strings)
    {
        var cursor = new JsonCursor(json);
        cursor.Begin();
        var node = NodeReader.Read(ref cursor, strings);
        cursor.End();
        return node;
    }

    /// <summary>Reads a Schedule of Velero.</summary>
    /// <param name="json">The object in UTF-8. What is not of the expected form counts as absent.</param>
    public static BackupSchedule ReadSchedule(ReadOnlyMemory<byte> json) => BackupReader.Schedule(json);

    /// <summary>Reads the claim that a VolumeSnapshot has the data of; null while it is not ready, and for one of no claim.</summary>
    /// <param name="json">The object in UTF-8. What is not of the expected form counts as absent.</param>
    public static (string Namespace, string Claim)? ReadSnapshot(ReadOnlyMemory<byte> json) => BackupReader.SnapshotClaim(json);

    /// <summary>
    /// An object without the text that it was read from, so that all of a cluster can be kept at once. Everything that survivability asks is still
    /// there; rules must judge the object before.
    /// </summary>
    /// <param name="whole">The object.</param>
    public static KubernetesObject Keep(KubernetesObject whole) => whole switch
    {
        Workload workload => workload with
        {
            Bytes = default,
            SpecBytes = default,
            Template = Keep(workload.Template),
            MajorityMinimum = QuorumMinimum.Of(workload, RelatedObjects.None),
        },
        PodOwner owner => owner with { Bytes = default, SpecBytes = default, Template = Keep(owner.Template) },

        // Of these there are few, and their operators keep what matters in fields of their own.
        ReplicatedResource resource => resource with { Bytes = default, SpecBytes = resource.SpecBytes.ToArray() },
        _ => whole with { Bytes = default, SpecBytes = default },
    };

    private static PodTemplate Keep(PodTemplate template) => template with { Spec = template.Spec with { Bytes = default } };
}
