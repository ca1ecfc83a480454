using System.Text.Json;

namespace HaWebhook.Fixing;

/// <summary>A field to add to a mapping.</summary>
internal sealed record NewField(string Name, JsonElement Value);
