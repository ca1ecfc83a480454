namespace HaWebhook.Benchmarks;

/// <summary>Where the report goes: between two markers of a page that people write around it, or into a file of its own.</summary>
internal sealed class ReportFile(string path)
{
    private const string Begin = "<!-- benchmark:begin -->";
    private const string End = "<!-- benchmark:end -->";

    /// <summary>Finds out before the measuring, which takes minutes, that there is nowhere to write to.</summary>
    public void Check()
    {
        if (File.Exists(path))
        {
            _ = Replace(File.ReadAllText(path), "");
        }
        else if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder && !Directory.Exists(folder))
        {
            throw new InvalidOperationException($"{folder} does not exist.");
        }
    }

    public void Write(string report) =>
        File.WriteAllText(path, File.Exists(path) ? Replace(File.ReadAllText(path), report) : $"{Begin}\n{report}{End}\n");

    private string Replace(string text, string report)
    {
        var begin = text.IndexOf(Begin, StringComparison.Ordinal);
        var end = text.IndexOf(End, StringComparison.Ordinal);
        return begin >= 0 && end > begin
            ? $"{text[..begin]}{Begin}\n{report}{text[end..]}"
            : throw new InvalidOperationException($"{path} exists and has no lines {Begin} and {End} to write between.");
    }
}
