using System.Text.Json.Nodes;
using HaWebhook.Admission;
using HaWebhook.Checking;
using HaWebhook.Policy.Manifests;

namespace HaWebhook.Fixing;

/// <summary>A file with what was missing written into it.</summary>
/// <param name="Text">The text of the file; the same as before where nothing could be written.</param>
/// <param name="Edits">What was changed, in the order of the text.</param>
/// <param name="Refused">Objects that were left as they are, and why.</param>
internal sealed record FixedManifest(string Text, IReadOnlyList<TextEdit> Edits, IReadOnlyList<(CheckedObject Subject, string Reason)> Refused);

/// <summary>
/// Writes what admission would add into the text of a file, and leaves everything else in it as it is, byte for byte. The outcome is
/// never trusted: it is read again and has to mean exactly what the file meant before with the patches applied.
/// </summary>
internal sealed class ManifestFix
{
    private const string NotSame = "its text cannot be edited without changing something else; must be edited by hand";

    private readonly string _text;
    private readonly IReadOnlyList<ManifestDocument> _documents;
    private readonly List<(CheckedObject Subject, string Reason)> _refused = [];

    private ManifestFix(string text)
    {
        _text = text;
        _documents = ManifestReader.Read(text);
    }

    /// <summary>Fixes a file.</summary>
    /// <param name="text">Its text.</param>
    /// <param name="subjects">Objects that were read from it, with their changes.</param>
    public static FixedManifest Of(string text, IEnumerable<CheckedObject> subjects) => new ManifestFix(text).Fix(subjects);

    private FixedManifest Fix(IEnumerable<CheckedObject> subjects)
    {
        var fixes = subjects.GroupBy(subject => subject.Manifest.Document).SelectMany(Plan).ToList();

        // What shares its text with others may still come out right, and mostly everything does. Where not, the likeliest go first.
        for (var attempt = 0; fixes.Count > 0; attempt++)
        {
            var edits = fixes.SelectMany(fix => fix.Edits).OrderBy(edit => edit.Start).ToList();
            var edited = TextEdit.Apply(_text, edits);
            var wrong = WrongDocuments(edited, fixes.ToLookup(fix => fix.Subject.Manifest.Document));
            if (wrong.Count == 0)
            {
                return new(edited, edits, _refused);
            }

            bool IsToBlame(ObjectFix fix) => attempt > 1 || (wrong.Contains(fix.Subject.Manifest.Document) && (attempt > 0 || fix.Shared.Length > 0));
            _refused.AddRange(fixes.Where(IsToBlame).Select(fix => (fix.Subject, fix.Shared.Length > 0 ? fix.Shared : NotSame)));
            fixes.RemoveAll(IsToBlame);
        }

        return new(_text, [], _refused);
    }

    private List<ObjectFix> Plan(IGrouping<int, CheckedObject> document)
    {
        List<ObjectFix> fixes = [];
        var layout = DocumentLayout.Of(_text, _documents[document.Key]);
        foreach (var subject in document.DistinctBy(subject => subject.Manifest.Pointer))
        {
            try
            {
                fixes.Add(ObjectFix.Of(_text, layout ?? throw new NotFixableException(NotSame), subject));
            }
            catch (NotFixableException reason)
            {
                _refused.Add((subject, reason.Message));
            }
        }

        return fixes;
    }

    /// <summary>The documents that do not mean what they must. Where not even their number is right, those that were edited.</summary>
    private HashSet<int> WrongDocuments(string edited, ILookup<int, ObjectFix> fixes)
    {
        var documents = ManifestReader.Read(edited);
        return documents.Count == _documents.Count
            ? Enumerable.Range(0, documents.Count).Where(index => !IsRight(_documents[index], documents[index], fixes[index])).ToHashSet()
            : fixes.Select(group => group.Key).ToHashSet();
    }

    private static bool IsRight(ManifestDocument before, ManifestDocument after, IEnumerable<ObjectFix> fixes)
    {
        // The words about what cannot be read may name lines, which have moved.
        if (before.Root is null || after.Root is null)
        {
            return before.Root is null && after.Root is null;
        }

        var (expected, actual) = (ManifestJson.ToJson(before.Root), ManifestJson.ToJson(after.Root));
        var changes = fixes.SelectMany(fix => fix.Changes).ToList();
        return changes.Count == 0
            ? expected.AsSpan().SequenceEqual(actual)
            : JsonNode.DeepEquals(JsonPatch.Parse(JsonPatch.Apply(expected, JsonPatch.Write(changes))), JsonPatch.Parse(actual));
    }
}
