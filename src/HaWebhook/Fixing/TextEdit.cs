using System.Text;

namespace HaWebhook.Fixing;

/// <summary>One change to a text.</summary>
/// <param name="Start">Where it starts.</param>
/// <param name="Length">How many characters it takes away.</param>
/// <param name="Text">What it puts in their place.</param>
internal readonly record struct TextEdit(int Start, int Length, string Text)
{
    /// <summary>Makes changes that are in the order of the text and do not overlap.</summary>
    public static string Apply(string text, IEnumerable<TextEdit> edits)
    {
        var result = new StringBuilder(text.Length);
        var position = 0;
        foreach (var edit in edits)
        {
            result.Append(text, position, edit.Start - position).Append(edit.Text);
            position = edit.Start + edit.Length;
        }

        return result.Append(text, position, text.Length - position).ToString();
    }
}
