namespace HaWebhook.Fuzzing.Parsing;

/// <summary>What reading a document in YAML may allocate.</summary>
internal static class DocumentCost
{
    /// <summary>A document whose indentation is wrong is read again, up to ten million characters in all.</summary>
    private const long Fixed = 512 << 20;

    /// <summary>Events, nodes, lines and the JSON made of them, for documents of many short items; and all of it again to write and read what is fixed.</summary>
    private const long PerCharacter = 6_000;

    /// <summary>What aliases may stand for is limited by itself: a million nodes, ten million characters.</summary>
    private const long Aliased = 3L << 30;

    public static long LimitOf(string text) => Fixed + (PerCharacter * text.Length) + (text.Contains('*', StringComparison.Ordinal) ? Aliased : 0);
}
