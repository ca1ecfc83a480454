namespace HaWebhook.Policy.Manifests;

/// <summary>The text of one document.</summary>
/// <param name="Text">The text, with its directives and its --- line, without byte order marks.</param>
/// <param name="Start">Where it starts in the file.</param>
/// <param name="FirstLine">The line of the file the text starts on.</param>
/// <param name="ContentLine">The line of the file the content starts on.</param>
internal sealed record DocumentText(string Text, int Start, int FirstLine, int ContentLine)
{
    /// <summary>The line of the file that a character of the text is on.</summary>
    public int LineAt(int index)
    {
        return FirstLine + Text.AsSpan(0, index).Count('\n');
    }
}
