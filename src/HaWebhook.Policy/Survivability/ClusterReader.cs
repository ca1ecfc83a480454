using HaWebhook.Policy.Json;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Survivability;

/// <summary>Reads from JSON what only a living cluster has. What it returns holds on to none of the text.</summary>
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
}
