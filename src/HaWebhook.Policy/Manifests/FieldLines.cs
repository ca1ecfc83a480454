using System.Globalization;

namespace HaWebhook.Policy.Manifests;

/// <summary>Finds the line that a finding is about.</summary>
public static class FieldLines
{
    /// <summary>
    /// The line of the deepest node that exists on a path such as <c>spec.template.spec.containers[web].image</c>.
    /// In brackets stands the key of a mapping, or the name (for a spread constraint the topology key) or the index of a list item.
    /// </summary>
    /// <param name="root">The node the path starts at.</param>
    /// <param name="fieldPath">The path; an empty one is the root itself.</param>
    /// <returns>A line of the file, counted from 1: that of the key where there is one.</returns>
    public static int LineOf(ManifestNode root, string fieldPath)
    {
        var (node, line) = (root, root.Line);
        for (var rest = fieldPath; rest.Length > 0;)
        {
            (var step, var bracketed, rest) = Next(rest);
            if (node is MappingNode mapping && mapping.TryGetEntry(step, out var entry))
            {
                (node, line) = (entry.Value, entry.Line);
            }
            else if (node is SequenceNode list && bracketed && Find(list, step) is { } item)
            {
                (node, line) = (item, item.Line);
            }
            else
            {
                break;
            }
        }

        return line;
    }

    private static (string Step, bool Bracketed, string Remainder) Next(string path)
    {
        if (path.StartsWith('['))
        {
            var close = path.IndexOf(']', StringComparison.Ordinal);
            return close < 0 ? (path[1..], true, "") : (path[1..close], true, path[(close + 1)..].TrimStart('.'));
        }

        var end = path.AsSpan().IndexOfAny('.', '[');
        return end < 0 ? (path, false, "") : (path[..end], false, path[end..].TrimStart('.'));
    }

    private static ManifestNode? Find(SequenceNode list, string name)
    {
        if (list.ByName.TryGetValue(name, out var named))
        {
            return named;
        }

        return int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? list.Items.ElementAtOrDefault(index) : null;
    }
}
