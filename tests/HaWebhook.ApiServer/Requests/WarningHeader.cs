namespace HaWebhook.ApiServer.Requests;

/// <summary>Warnings as headers: each once, without what a header cannot hold, and within the real server's bounds.</summary>
internal static class WarningHeader
{
    private const int TotalRunes = 4096;
    private const int RunesOnceExceeded = 256;

    /// <summary>The values of the headers: <c>299 - "text"</c>.</summary>
    public static IEnumerable<string> Values(IEnumerable<string> warnings)
    {
        // Empty ones, and those with control characters, are dropped without a word.
        List<string> kept = [.. warnings.Where(text => text.Length > 0 && !text.Any(char.IsControl)).Distinct()];
        if (kept.Sum(Runes) > TotalRunes)
        {
            kept = kept.ConvertAll(text => string.Concat(text.EnumerateRunes().Take(RunesOnceExceeded)));
        }

        var sum = 0;
        return kept.TakeWhile(text => (sum += Runes(text)) <= TotalRunes)
            .Select(text => $"299 - \"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"");
    }

    private static int Runes(string text) => text.EnumerateRunes().Count();
}
