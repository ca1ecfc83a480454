namespace HaWebhook.Policy.Manifests;

/// <summary>Why a document could not be read.</summary>
/// <param name="Line">The line of the file, counted from 1.</param>
/// <param name="Message">One line of plain text.</param>
public sealed record ManifestError(int Line, string Message);
