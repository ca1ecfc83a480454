using System.Text.Json;
using System.Text.Json.Serialization;

namespace HaWebhook.Auditing.Background.Events;

/// <summary>An Event of events.k8s.io/v1, with the fields that are written here.</summary>
internal sealed record ClusterEvent(
    string ApiVersion,
    string Kind,
    EventMetadata Metadata,
    string EventTime,
    string ReportingController,
    string ReportingInstance,
    string Action,
    string Reason,
    EventSubject Regarding,
    string Note,
    string Type)
{
    /// <summary>As it is sent.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, EventJson.Default.ClusterEvent);
}

/// <summary>The metadata of an event.</summary>
/// <param name="Name">Its name; the same for what is the same.</param>
/// <param name="Namespace">The namespace of the object.</param>
/// <param name="Labels">Its labels.</param>
internal sealed record EventMetadata(string Name, string Namespace, IReadOnlyDictionary<string, string> Labels);

/// <summary>The object that an event is about.</summary>
/// <param name="ApiVersion">Its group and version.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Namespace">Its namespace, which is the event's as well.</param>
/// <param name="Name">Its name.</param>
/// <param name="Uid">Its uid; null for what is not there.</param>
internal sealed record EventSubject(string ApiVersion, string Kind, string Namespace, string Name, string? Uid);

/// <summary>Its serializer.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, PropertyNameCaseInsensitive = false, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ClusterEvent))]
internal sealed partial class EventJson : JsonSerializerContext;
