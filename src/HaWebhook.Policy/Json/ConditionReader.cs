namespace HaWebhook.Policy.Json;

/// <summary>Reads <c>status</c> of what has a condition <c>Ready</c>: pods and nodes.</summary>
internal static class ConditionReader
{
    private static readonly WellKnownWords _phases = new("Running", "Pending", "Succeeded", "Failed", "Unknown");
    private static readonly WellKnownWords _types =
        new("Ready", "ContainersReady", "Initialized", "PodScheduled", "PodReadyToStartContainers", "MemoryPressure", "DiskPressure", "PIDPressure");

    private static readonly WellKnownWords _statuses = new("True", "False", "Unknown");

    /// <summary>Whether the condition is true.</summary>
    public static bool ReadReady(ref JsonCursor json) => Read(ref json).IsReady;

    /// <summary>The phase, empty where absent, and whether the condition is true.</summary>
    public static (string Phase, bool IsReady) Read(ref JsonCursor json)
    {
        var phase = "";
        var isReady = false;
        ulong seen = 0;
        for (var inside = json.BeginObject(); inside && json.NextProperty();)
        {
            if (json.Is("phase"u8, ref seen, 0))
            {
                phase = json.OneOf(_phases) ?? json.String();
            }
            else if (json.Is("conditions"u8, ref seen, 1))
            {
                for (var list = json.BeginArray(); list && json.NextItem();)
                {
                    isReady |= IsReadyCondition(ref json);
                }
            }
            else
            {
                json.Skip();
            }
        }

        return (phase, isReady);
    }

    private static bool IsReadyCondition(ref JsonCursor json)
    {
        string type = "", status = "";
        ulong seen = 0;
        for (var inside = json.BeginObject(); inside && json.NextProperty();)
        {
            if (json.Is("type"u8, ref seen, 0))
            {
                type = json.OneOf(_types) ?? json.String();
            }
            else if (json.Is("status"u8, ref seen, 1))
            {
                status = json.OneOf(_statuses) ?? json.String();
            }
            else
            {
                json.Skip();
            }
        }

        return type == "Ready" && status == "True";
    }
}
