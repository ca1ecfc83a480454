using System.Text.Json.Nodes;

namespace HaWebhook.ApiServer.Patches;

/// <summary>A JSON merge patch (RFC 7386): null removes, maps merge, everything else replaces.</summary>
internal static class MergePatch
{
    /// <summary>Applies the patch to the object in place.</summary>
    public static void Apply(JsonObject target, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            if (value is null)
            {
                target.Remove(name);
            }
            else if (value is JsonObject map)
            {
                Apply(target.ChildOrNew(name), map);
            }
            else
            {
                target[name] = value.DeepClone();
            }
        }
    }
}
