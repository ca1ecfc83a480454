using HaWebhook.Commands;

namespace HaWebhook.Checking;

/// <summary>Text for people, in colour where they look at a terminal.</summary>
internal sealed class Terminal(TextWriter output, bool colours)
{
    /// <summary>Whether standard output shows colours: not where it is no terminal, nor where NO_COLOR is set (no-color.org).</summary>
    public static bool HasColours => !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    public static Terminal StandardOutput() => new(Console.Out, HasColours);

    public void WriteLine(string line = "") => output.WriteLine(LogLine.WithoutCommands(line));

    public string Bold(string text) => Style("1", text);

    public string Dim(string text) => Style("2", text);

    public string Red(string text) => Style("31", text);

    public string Green(string text) => Style("32", text);

    public string Yellow(string text) => Style("33", text);

    public string Cyan(string text) => Style("36", text);

    private string Style(string code, string text) => colours ? $"\u001b[{code}m{text}\u001b[0m" : text;
}
