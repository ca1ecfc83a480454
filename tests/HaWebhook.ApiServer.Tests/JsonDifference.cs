using System.Text.Json.Nodes;

namespace HaWebhook.ApiServer.Tests;

/// <summary>Compares JSON field by field. What differs from run to run (ids, times, versions) has to be there, of the same kind of value.</summary>
internal static class JsonDifference
{
    private static readonly HashSet<string> _varying = ["uid", "resourceVersion", "creationTimestamp", "time", "continue"];

    /// <summary>Each difference in a line of its own; none where both agree.</summary>
    public static List<string> Between(JsonNode? expected, JsonNode? actual)
    {
        var found = new List<string>();
        Compare(found, "", "", expected, actual);
        return found;
    }

    private static void Compare(List<string> found, string path, string name, JsonNode? expected, JsonNode? actual)
    {
        switch (expected, actual)
        {
            case (JsonObject wanted, JsonObject got):
                foreach (var field in wanted.Select(member => member.Key).Union(got.Select(member => member.Key)))
                {
                    if (!got.ContainsKey(field))
                    {
                        found.Add($"{path}.{field} is missing: {wanted[field]?.ToJsonString() ?? "null"}");
                    }
                    else if (!wanted.ContainsKey(field))
                    {
                        found.Add($"{path}.{field} is too much: {got[field]?.ToJsonString() ?? "null"}");
                    }
                    else
                    {
                        Compare(found, $"{path}.{field}", field, wanted[field], got[field]);
                    }
                }

                break;
            case (JsonArray wanted, JsonArray got) when wanted.Count == got.Count:
                for (var index = 0; index < wanted.Count; index++)
                {
                    Compare(found, $"{path}[{index}]", name, wanted[index], got[index]);
                }

                break;
            default:
                var alike = _varying.Contains(name)
                    ? expected?.GetValueKind() == actual?.GetValueKind()
                    : JsonNode.DeepEquals(expected, actual);
                if (!alike)
                {
                    found.Add($"{path}: {expected?.ToJsonString() ?? "null"} expected, not {actual?.ToJsonString() ?? "null"}");
                }

                break;
        }
    }
}
