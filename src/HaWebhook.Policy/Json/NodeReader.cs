using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Json;

/// <summary>Reads a Node, of which its status, images and addresses are most and nothing here.</summary>
internal static class NodeReader
{
    /// <summary>The taint that repeats <c>spec.unschedulable</c> (Kubernetes, Well-Known Labels, Annotations and Taints).</summary>
    private const string Unschedulable = "node.kubernetes.io/unschedulable";

    public static Node Read(ref JsonCursor json, SharedStrings strings)
    {
        var metadata = Metadata.Empty;
        bool unschedulable = false, tainted = false, ready = false;
        ulong seen = 0;
        for (var inside = json.BeginObject(); inside && json.NextProperty();)
        {
            if (json.Is("metadata"u8, ref seen, 0))
            {
                metadata = MetadataReader.Read(ref json);
            }
            else if (json.Is("spec"u8, ref seen, 1))
            {
                ReadSpec(ref json, ref unschedulable, ref tainted);
            }
            else if (json.Is("status"u8, ref seen, 2))
            {
                ready = ConditionReader.ReadReady(ref json);
            }
            else
            {
                json.Skip();
            }
        }

        return new()
        {
            Name = metadata.Name,
            Labels = strings.Of(metadata.Labels),
            IsUnschedulable = unschedulable,
            IsTainted = tainted,
            IsReady = ready,
        };
    }

    private static void ReadSpec(ref JsonCursor json, ref bool unschedulable, ref bool tainted)
    {
        ulong seen = 0;
        for (var inside = json.BeginObject(); inside && json.NextProperty();)
        {
            if (json.Is("unschedulable"u8, ref seen, 0))
            {
                unschedulable = json.BooleanOrNull() ?? false;
            }
            else if (json.Is("taints"u8, ref seen, 1))
            {
                for (var list = json.BeginArray(); list && json.NextItem();)
                {
                    tainted |= KeepsPodsAway(ref json);
                }
            }
            else
            {
                json.Skip();
            }
        }
    }

    private static bool KeepsPodsAway(ref JsonCursor json)
    {
        string key = "", effect = "";
        ulong seen = 0;
        for (var inside = json.BeginObject(); inside && json.NextProperty();)
        {
            if (json.Is("key"u8, ref seen, 0))
            {
                key = json.String();
            }
            else if (json.Is("effect"u8, ref seen, 1))
            {
                effect = json.String();
            }
            else
            {
                json.Skip();
            }
        }

        return effect is "NoSchedule" or "NoExecute" && key != Unschedulable;
    }
}
