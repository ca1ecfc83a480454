namespace HaWebhook.Policy.Objects;

/// <summary>
/// Things that select by label, to be looked up by labels. Each stands under one of the labels that it demands, the one that the fewest others
/// demand; those that demand none in particular are looked at every time.
/// </summary>
internal sealed class SelectorIndex<T>
{
    private readonly (T Item, LabelSelector Selector)[] _items;
    private readonly List<int> _everywhere = [];
    private readonly Dictionary<(string Key, string Value), List<int>> _byLabel = [];

    /// <param name="items">The things, in the order in which they are returned.</param>
    /// <param name="selectorOf">Their selectors; null selects nothing.</param>
    public SelectorIndex(IReadOnlyList<T> items, Func<T, LabelSelector?> selectorOf)
    {
        _items = [.. from item in items let selector = selectorOf(item) where selector is not null select (item, selector)];
        var demands = SelectorAnchor.Demands(_items.Select(item => item.Selector));
        for (var i = 0; i < _items.Length; i++)
        {
            if (SelectorAnchor.Of(_items[i].Selector, label => demands[label]) is not { } anchor)
            {
                _everywhere.Add(i);
                continue;
            }

            foreach (var label in anchor)
            {
                if (!_byLabel.TryGetValue(label, out var found))
                {
                    _byLabel.Add(label, found = []);
                }

                found.Add(i);
            }
        }
    }

    /// <summary>Those that select these labels, in order.</summary>
    public IReadOnlyList<T> Selecting(IReadOnlyDictionary<string, string> labels)
    {
        List<int>? selecting = null;
        Add(_everywhere);
        foreach (var (key, value) in labels)
        {
            if (_byLabel.TryGetValue((key, value), out var found))
            {
                Add(found);
            }
        }

        if (selecting is null)
        {
            return [];
        }

        selecting.Sort();
        return selecting.ConvertAll(index => _items[index].Item);

        void Add(List<int> candidates)
        {
            foreach (var index in candidates)
            {
                if (_items[index].Selector.Matches(labels))
                {
                    (selecting ??= []).Add(index);
                }
            }
        }
    }
}
