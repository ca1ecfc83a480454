using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Json;

/// <summary>
/// Reads a Pod of a living cluster. Its containers, most of its bytes, are skipped: what matters of them stands in the template of its owner.
/// </summary>
internal static class RunningPodReader
{
    private static readonly WellKnownWords _restartPolicies = new("Always", "OnFailure", "Never");

    public static RunningPod Read(ref JsonCursor json, SharedStrings strings)
    {
        var metadata = Metadata.Empty;
        var spec = new Spec();
        var (phase, isReady) = ("", false);
        var isTerminating = false;
        ulong seen = 0;
        for (var inside = json.BeginObject(); inside && json.NextProperty();)
        {
            if (json.Is("metadata"u8, ref seen, 0))
            {
                var bytes = json.Skip();
                isTerminating = IsTerminating(bytes);
                metadata = MetadataOf(bytes);
            }
            else if (json.Is("spec"u8, ref seen, 1))
            {
                spec.Read(ref json);
            }
            else if (json.Is("status"u8, ref seen, 2))
            {
                (phase, isReady) = ConditionReader.Read(ref json);
            }
            else
            {
                json.Skip();
            }
        }

        return new()
        {
            Namespace = strings.Of(metadata.Namespace),
            Name = metadata.Name,
            Labels = strings.Of(metadata.Labels),
            Controller = metadata.Controller is { } owner ? owner with { Name = strings.Of(owner.Name), Uid = strings.Of(owner.Uid) } : null,
            NodeName = strings.Of(spec.NodeName),
            Phase = PhaseOf(phase),
            IsReady = isReady,
            IsTerminating = isTerminating,
            IsMirror = metadata.Annotations.ContainsKey(HaAnnotations.MirrorPod),
            RunsToCompletion = spec.RestartPolicy is "Never" or "OnFailure",
        };
    }

    private static PodPhase PhaseOf(string phase) => phase switch
    {
        "Running" => PodPhase.Running,
        "Succeeded" => PodPhase.Succeeded,
        "Failed" => PodPhase.Failed,
        "" or "Pending" => PodPhase.Pending,
        _ => PodPhase.Unknown,
    };

    private static Metadata MetadataOf(ReadOnlyMemory<byte> bytes)
    {
        var json = new JsonCursor(bytes, "metadata.");
        json.Begin();
        return MetadataReader.Read(ref json);
    }

    /// <summary>Only here does it matter whether an object is on its way out, so that <see cref="Metadata"/> does not tell.</summary>
    private static bool IsTerminating(ReadOnlyMemory<byte> metadata) => !RawField.Find(metadata, "deletionTimestamp").IsEmpty;

    private struct Spec()
    {
        public string NodeName = "";
        public string RestartPolicy = "Always";

        public void Read(ref JsonCursor json)
        {
            ulong seen = 0;
            for (var inside = json.BeginObject(); inside && json.NextProperty();)
            {
                if (json.Is("nodeName"u8, ref seen, 0))
                {
                    NodeName = json.String();
                }
                else if (json.Is("restartPolicy"u8, ref seen, 1))
                {
                    RestartPolicy = json.OneOf(_restartPolicies) ?? json.StringOrNull() ?? "Always";
                }
                else
                {
                    json.Skip();
                }
            }
        }
    }
}
