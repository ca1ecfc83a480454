namespace HaWebhook.Benchmarks;

/// <summary>Where the report goes: between two markers of a page that people write around it, or into a file of its own.</summary>
/// <param name="path">The file.</param>
/// <param name="name">Tells the report from others in the same page.</param>
internal sealed class ReportFile(string path, string name)
{
    private readonly string _begin = $"<!-- {name}:begin -->";
    private readonly string _end = $"<!-- {name}:end -->";

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
        File.WriteAllText(path, File.Exists(path) ? Replace(File.ReadAllText(path), report) : $"{_begin}\n{report}{_end}\n");

    private string Replace(string text, string report)
    {
        var begin = text.IndexOf(_begin, StringComparison.Ordinal);
        var end = text.IndexOf(_end, StringComparison.Ordinal);
        return begin >= 0 && end > begin
            ? $"{text[..begin]}{_begin}\n{report}{text[end..]}"
            : throw new InvalidOperationException($"{path} exists and has no lines {_begin} and {_end} to write between.");
    }
}
