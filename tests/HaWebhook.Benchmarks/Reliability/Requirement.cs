namespace HaWebhook.Benchmarks.Reliability;

/// <summary>Something that has to hold, and whether it did.</summary>
/// <param name="Text">What has to hold.</param>
/// <param name="Holds">Whether it did.</param>
/// <param name="Found">What was measured.</param>
internal sealed record Requirement(string Text, bool Holds, string Found);
