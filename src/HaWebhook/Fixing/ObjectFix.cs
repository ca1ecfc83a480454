using System.Text.Json;
using HaWebhook.Checking;
using HaWebhook.Policy.Manifests;
using HaWebhook.Policy.Rules;

namespace HaWebhook.Fixing;

/// <summary>What is to be written for one object.</summary>
/// <param name="Subject">The object.</param>
/// <param name="Edits">The changes to the text of the file, in no order.</param>
/// <param name="Shared">Why other objects may change with it; empty where none can.</param>
internal sealed record ObjectFix(CheckedObject Subject, IReadOnlyList<TextEdit> Edits, string Shared)
{
    /// <summary>The changes, with paths from the root of the document.</summary>
    public IEnumerable<Change> Changes => ChangesOf(Subject);

    /// <summary>Works out the changes to the text.</summary>
    /// <param name="text">The text of the file.</param>
    /// <param name="layout">The layout of the document that holds the object.</param>
    /// <param name="subject">The object.</param>
    /// <exception cref="NotFixableException">The object is written in a way that cannot be filled in.</exception>
    public static ObjectFix Of(string text, DocumentLayout layout, CheckedObject subject)
    {
        List<TextEdit> edits = [];
        var shared = "";

        // Where both a mapping and one inside it end on the same line, the lines of the inner one come first.
        foreach (var fill in ChangesOf(subject).GroupBy(change => ParentOf(change.Path)).OrderByDescending(fill => fill.Key.AsSpan().Count('/')))
        {
            var target = FillTarget.Find(layout.Root, fill.Key);
            var fields = fill.Select(change => new NewField(change.FieldName, ValueOf(change))).ToList();
            edits.AddRange(target.Mapping.Style switch
            {
                NodeStyle.BlockMapping => BlockFill.Edits(text, target, fields),
                NodeStyle.FlowMapping => FlowFill.Edits(text, target, fields),
                _ => throw new NotFixableException($"{target.Field} is no mapping in the text"),
            });
            if (target.Path.FirstOrDefault(node => layout.Aliases.Contains(node.Anchor)) is { } anchored)
            {
                shared = $"{target.Field} is in the value of the anchor &{anchored.Anchor}, and what refers to it would change as well; "
                    + "must be written out to be fixed";
            }
        }

        return new(subject, edits, shared);
    }

    private static IEnumerable<Change> ChangesOf(CheckedObject subject) =>
        subject.Changes.Select(change => change.Change with { Path = subject.Manifest.Pointer + change.Change.Path });

    private static string ParentOf(string path) => path[..path.LastIndexOf('/')];

    private static JsonElement ValueOf(Change change)
    {
        using var document = JsonDocument.Parse(change.Value);
        return document.RootElement.Clone();
    }
}
