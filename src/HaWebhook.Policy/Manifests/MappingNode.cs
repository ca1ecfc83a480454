using System.Diagnostics.CodeAnalysis;

namespace HaWebhook.Policy.Manifests;

/// <summary>Keys and their values.</summary>
public sealed class MappingNode : ManifestNode
{
    private readonly OrderedDictionary<string, MappingEntry> _entries;

    internal MappingNode(int line, OrderedDictionary<string, MappingEntry> entries)
        : base(line)
    {
        _entries = entries;
    }

    /// <summary>The entries in the order of the file; what a merge key brings in comes last.</summary>
    public IReadOnlyList<MappingEntry> Entries => _entries.Values;

    /// <summary>Looks a value up by its key.</summary>
    /// <param name="key">The key, case and all.</param>
    /// <param name="value">The value, when there is one.</param>
    /// <returns>Whether the mapping has the key.</returns>
    public bool TryGet(string key, [MaybeNullWhen(false)] out ManifestNode value)
    {
        value = _entries.GetValueOrDefault(key)?.Value;
        return value is not null;
    }

    /// <summary>Looks an entry up by its key.</summary>
    /// <param name="key">The key, case and all.</param>
    /// <param name="entry">The entry, when there is one.</param>
    /// <returns>Whether the mapping has the key.</returns>
    public bool TryGetEntry(string key, [MaybeNullWhen(false)] out MappingEntry entry)
    {
        return _entries.TryGetValue(key, out entry);
    }
}
