using HaWebhook.Policy.Json;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Rules;

/// <summary>
/// Tells whether the author left <c>spec.replicas</c> out. The API server fills in 1 before admission, so that only its
/// records of who wrote what can tell. They are read a second time, and only when a denial is at hand.
/// </summary>
internal static class AuthoredReplicas
{
    public static bool AreOmitted(Workload workload)
    {
        if (workload.Replicas is null)
        {
            return true;
        }

        if (workload.Replicas != 1)
        {
            return false;
        }

        try
        {
            return RecordsLeaveThemOut(workload.Bytes);
        }
        catch (MalformedJsonException)
        {
            // Records that are not of their form tell nothing; a denial must not hang on them.
            return false;
        }
    }

    private static bool RecordsLeaveThemOut(ReadOnlyMemory<byte> workload)
    {
        string? lastApplied = null;
        var applied = false;
        var owned = false;
        var json = new JsonCursor(workload);
        json.Begin();
        for (var inside = json.BeginObject(); inside && json.NextProperty();)
        {
            if (!json.NameEquals("metadata"u8))
            {
                json.Skip();
                continue;
            }

            for (var inMetadata = json.BeginObject(); inMetadata && json.NextProperty();)
            {
                if (json.NameEquals("annotations"u8))
                {
                    lastApplied = LastApplied(ref json);
                }
                else if (json.NameEquals("managedFields"u8))
                {
                    (applied, owned) = ReadManagers(ref json);
                }
                else
                {
                    json.Skip();
                }
            }
        }

        return lastApplied is null ? applied && !owned : !SaysReplicas(lastApplied);
    }

    private static string? LastApplied(ref JsonCursor json)
    {
        string? value = null;
        for (var inside = json.BeginObject(); inside && json.NextProperty();)
        {
            if (json.NameEquals("kubectl.kubernetes.io/last-applied-configuration"u8))
            {
                value = json.StringOrNull();
            }
            else
            {
                json.Skip();
            }
        }

        return value;
    }

    private static bool SaysReplicas(string lastApplied)
    {
        var json = new JsonCursor(System.Text.Encoding.UTF8.GetBytes(lastApplied));
        json.Begin();
        return Has(ref json, "spec", "replicas");
    }

    /// <summary>Whether anybody applied the object from the server's side, and whether anybody owns <c>spec.replicas</c>.</summary>
    private static (bool Applied, bool Owned) ReadManagers(ref JsonCursor json)
    {
        var applied = false;
        var owned = false;
        for (var inside = json.BeginArray(); inside && json.NextItem();)
        {
            for (var inEntry = json.BeginObject(); inEntry && json.NextProperty();)
            {
                if (json.NameEquals("operation"u8))
                {
                    applied |= json.String() == "Apply";
                }
                else if (json.NameEquals("fieldsV1"u8))
                {
                    owned |= Has(ref json, "f:spec", "f:replicas");
                }
                else
                {
                    json.Skip();
                }
            }
        }

        return (applied, owned);
    }

    private static bool Has(ref JsonCursor json, params string[] path)
    {
        var has = false;
        for (var inside = json.BeginObject(); inside && json.NextProperty();)
        {
            if (!json.NameEquals(System.Text.Encoding.UTF8.GetBytes(path[0])))
            {
                json.Skip();
            }
            else if (path.Length == 1)
            {
                has = true;
                json.Skip();
            }
            else
            {
                has = Has(ref json, path[1..]);
            }
        }

        return has;
    }
}
