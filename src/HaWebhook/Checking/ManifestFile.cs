namespace HaWebhook.Checking;

/// <summary>A file of manifests.</summary>
/// <param name="Path">Its path as findings name it; <c>stdin</c> for standard input.</param>
/// <param name="Text">Its text; null where it could not be read.</param>
/// <param name="Error">Why it could not be read; null where it could.</param>
internal sealed record ManifestFile(string Path, string? Text, string? Error)
{
    /// <summary>The path of what is no file.</summary>
    public const string StandardInput = "stdin";
}
