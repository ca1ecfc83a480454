using System.Globalization;
using System.Text.Json;

namespace HaWebhook.Kubernetes.Tests.Caching;

/// <summary>What tests keep of an object.</summary>
internal sealed record Widget(string Name, string Uid, long Version)
{
    public static Widget? Read(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        var metadata = document.RootElement.GetProperty("metadata");
        return new(
            metadata.GetProperty("name").GetString()!,
            metadata.GetProperty("uid").GetString()!,
            long.Parse(metadata.GetProperty("resourceVersion").GetString()!, CultureInfo.InvariantCulture));
    }
}
