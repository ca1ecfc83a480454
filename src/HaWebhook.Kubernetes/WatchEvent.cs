using System.Text.Json;
using HaWebhook.Kubernetes.Json;

namespace HaWebhook.Kubernetes;

/// <summary>One event of a watch.</summary>
/// <param name="Type">What happened.</param>
/// <param name="Subject">The object as JSON, with apiVersion and kind. Only valid until the next event is asked for.</param>
public readonly record struct WatchEvent(WatchEventType Type, ReadOnlyMemory<byte> Subject)
{
    /// <summary>Whether this bookmark ends the list that <see cref="WatchOptions.SendInitialEvents"/> asked for.</summary>
    /// <exception cref="JsonException">The object is not one of Kubernetes.</exception>
    public bool EndsInitialEvents =>
        Type == WatchEventType.Bookmark
        && JsonSerializer.Deserialize(Subject.Span, WireJson.Default.Bookmark)?.Metadata?.Annotations is { } annotations
        && annotations.GetValueOrDefault("k8s.io/initial-events-end") == "true";
}
