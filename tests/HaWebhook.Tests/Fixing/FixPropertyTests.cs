using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using HaWebhook.Checking;
using HaWebhook.Fixing;
using HaWebhook.Policy.Rules;

namespace HaWebhook.Tests.Fixing;

public sealed partial class FixPropertyTests
{
    private const string Everything = "rules: {default-probes: {liveness: Always}}";

    [Fact]
    public void Whatever_the_style_all_that_is_missing_is_written_and_nothing_else_changes()
    {
        var seeds = Gen.Choose(0, int.MaxValue - 1).ToArbitrary();
        Prop.ForAll(seeds, seed => AssertFixed(new RandomManifest(seed).Write())).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
    }

    [Theory]
    [MemberData(nameof(Manifests))]
    public void Real_manifests_are_fixed(string path) => AssertFixed(File.ReadAllText(Path.Combine(Commands.Cli.Root, path)));

    public static TheoryData<string> Manifests =>
    [
        .. Directory.EnumerateFiles(Commands.Cli.Root, "*.yaml", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Commands.Cli.Root, path))
            .Where(path => path.StartsWith("samples", StringComparison.Ordinal) || path.Contains(Path.Combine("HaWebhook.Tests", "Fixtures"), StringComparison.Ordinal))
            .Where(path => !path.Contains("bin" + Path.DirectorySeparatorChar, StringComparison.Ordinal)),
    ];

    private static void AssertFixed(string text)
    {
        var before = FixedText.Check(text, Everything);
        var fix = FixedText.Of(text, Everything);
        if (!text.EndsWith('\n') && fix.Refused.Count == 1)
        {
            // The last text of the file would get the line break that it lacks.
            return;
        }

        Assert.Equal("", fix.Refused());
        var after = FixedText.Check(fix.Text, Everything);
        Assert.Equal(before.Errors.Count, after.Errors.Count);
        Assert.All(after.Objects, subject => Assert.Empty(subject.Changes));
        Assert.Empty(FixedText.Of(fix.Text, Everything).Edits);
        AssertMeaning(before, Objects(text), after, Objects(fix.Text));
        AssertLines(text, fix.Text);
        Assert.Equal(fix.Text, Patched.Apply(text, UnifiedDiff.Write("a.yaml", text, fix.Edits)));
    }

    /// <summary>The fields that were to be added are there, and without them each object is what it was.</summary>
    private static void AssertMeaning(CheckResult before, Dictionary<(int, string), byte[]> oldObjects, CheckResult after, Dictionary<(int, string), byte[]> newObjects)
    {
        Assert.Equal(before.Objects.Count, after.Objects.Count);
        foreach (var (old, @new) in before.Objects.Zip(after.Objects))
        {
            var (left, right) = (JsonNode.Parse(oldObjects[PlaceOf(old)])!, JsonNode.Parse(newObjects[PlaceOf(@new)])!);
            foreach (var change in old.Changes.Select(change => change.Change))
            {
                var (wanted, written) = (Parent(left, change).AsObject(), Parent(right, change).AsObject());
                Assert.True(JsonNode.DeepEquals(JsonNode.Parse(change.Value.Span), written[change.FieldName]));
                Assert.True(wanted[change.FieldName] is null or JsonArray { Count: 0 });
                wanted.Remove(change.FieldName);
                written.Remove(change.FieldName);
            }

            Assert.True(JsonNode.DeepEquals(left, right), $"{left}\n{right}");
        }
    }

    /// <summary>All lines are still there, in order; one in braces may have grown, and one of an empty value shrunk.</summary>
    private static void AssertLines(string before, string after)
    {
        var lines = new Queue<string>(after.Split('\n'));
        foreach (var line in before.Split('\n'))
        {
            while (lines.Count > 0 && !IsLeftOf(line, lines.Peek()))
            {
                lines.Dequeue();
            }

            Assert.True(lines.Count > 0, $"{line}\n-----\n{before}\n-----\n{after}");
            lines.Dequeue();
        }
    }

    private static bool IsLeftOf(string line, string grown)
    {
        var kept = line == grown ? line : EmptyValue().Replace(line, ":");
        var at = 0;
        foreach (var character in grown)
        {
            at += at < kept.Length && kept[at] == character ? 1 : 0;
        }

        return at == kept.Length;
    }

    [GeneratedRegex(@":[ ]*(null|\[\])", RegexOptions.ExplicitCapture)]
    private static partial Regex EmptyValue();

    private static (int Document, string Pointer) PlaceOf(CheckedObject subject) => (subject.Manifest.Document, subject.Manifest.Pointer);

    private static Dictionary<(int Document, string Pointer), byte[]> Objects(string text)
    {
        var manifests = new ManifestObjects();
        manifests.Add(new("a.yaml", text, null));
        return manifests.Objects.ToDictionary(manifest => (manifest.Document, manifest.Pointer), manifest => manifest.ToJson());
    }

    private static JsonNode Parent(JsonNode root, Change change) => change.Path.Split('/')[1..^1]
        .Aggregate(root, (node, step) => (node is JsonArray list ? list[int.Parse(step, CultureInfo.InvariantCulture)] : node[step])!);
}
