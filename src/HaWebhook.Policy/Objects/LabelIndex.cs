namespace HaWebhook.Policy.Objects;

/// <summary>
/// Things that carry labels, to be looked up by selector. Each stands under every one of its labels; a selector looks only at those that stand
/// under the rarest that it demands.
/// </summary>
internal sealed class LabelIndex<T>
{
    private readonly IReadOnlyList<T> _items;
    private readonly Func<T, IReadOnlyDictionary<string, string>> _labelsOf;
    private readonly Dictionary<(string Key, string Value), List<int>> _byLabel = [];

    /// <param name="items">The things, in the order in which they are returned.</param>
    /// <param name="labelsOf">Their labels.</param>
    public LabelIndex(IReadOnlyList<T> items, Func<T, IReadOnlyDictionary<string, string>> labelsOf)
    {
        (_items, _labelsOf) = (items, labelsOf);
        for (var i = 0; i < items.Count; i++)
        {
            foreach (var (key, value) in labelsOf(items[i]))
            {
                if (!_byLabel.TryGetValue((key, value), out var found))
                {
                    _byLabel.Add((key, value), found = []);
                }

                found.Add(i);
            }
        }
    }

    /// <summary>Those that the selector selects, in order.</summary>
    public IReadOnlyList<T> SelectedBy(LabelSelector selector)
    {
        var anchor = SelectorAnchor.Of(selector, label => _byLabel.TryGetValue(label, out var found) ? found.Count : 0);
        List<T> selected = [];
        foreach (var item in anchor is null ? _items : Under(anchor))
        {
            if (selector.Matches(_labelsOf(item)))
            {
                selected.Add(item);
            }
        }

        return selected;
    }

    /// <summary>Those under any of the labels of one key: nothing stands under two of them.</summary>
    private IEnumerable<T> Under(IReadOnlyList<(string Key, string Value)> anchor) => anchor
        .SelectMany(label => _byLabel.TryGetValue(label, out var found) ? found : [])
        .Order()
        .Select(index => _items[index]);
}
