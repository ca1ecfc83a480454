using System.Text.Json;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Manifests;

namespace HaWebhook.Checking;

/// <summary>Shows what is filled in as people would write it: the added lines of YAML, under the place they go to.</summary>
internal static class PatchDiff
{
    /// <summary>The lines, without indentation in front.</summary>
    public static IEnumerable<(bool IsAdded, string Text)> Lines(IEnumerable<RuleChange> changes)
    {
        foreach (var place in changes.GroupBy(change => PlaceOf(change.Change)))
        {
            yield return (false, place.Key);
            foreach (var change in place)
            {
                using var value = JsonDocument.Parse(change.Change.Value);
                foreach (var line in BlockYaml.Lines(change.Change.FieldName, value.RootElement, new BlockStyle()))
                {
                    yield return (true, SingleLine.Of(line));
                }
            }
        }
    }

    private static string PlaceOf(Policy.Rules.Change change)
    {
        var parent = change.Path[1..change.Path.LastIndexOf('/')].Replace('/', '.');
        return change.Container.Length == 0 ? parent : $"{parent[..parent.LastIndexOf('.')]}[{change.Container}]";
    }
}
