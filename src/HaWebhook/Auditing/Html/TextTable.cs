using System.Text.Json;
using HaWebhook.Policy.Survivability;

namespace HaWebhook.Auditing.Html;

/// <summary>
/// The texts of the page, each once, as many workloads have the same reason: the data then holds their places in this table. It has an end, and so the
/// page.
/// </summary>
/// <param name="mostBytes">The most bytes of text that it takes.</param>
internal sealed class TextTable(int mostBytes)
{
    /// <summary>The most characters of a text; what Kubernetes allows is shorter, but for what people write.</summary>
    private const int Longest = 4_000;

    private const string Ellipsis = "...";

    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
    private readonly List<string> _texts = [];
    private readonly Dictionary<Mend, int> _mendPlaces = [];
    private readonly List<int[]> _mends = [];
    private int _bytes;

    /// <summary>Whether it takes no more.</summary>
    public bool IsFull => _bytes >= mostBytes;

    /// <summary>The place of a text; of an ellipsis where it is full.</summary>
    public int this[string text] => _places.TryGetValue(text, out var place) ? place : Add(IsFull ? Ellipsis : text);

    /// <summary>The place of a mend among <c>mends</c>; -1 for none.</summary>
    public int this[Mend? mend]
    {
        get
        {
            if (mend is null)
            {
                return -1;
            }

            if (!_mendPlaces.TryGetValue(mend, out var place))
            {
                _mendPlaces.Add(mend, place = _mends.Count);
                _mends.Add([this[mend.Field], this[mend.Message], this[mend.Fix], this[mend.Yaml]]);
            }

            return place;
        }
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartArray("mends");
        foreach (var mend in _mends)
        {
            json.WriteStartArray();
            foreach (var place in mend)
            {
                json.WriteNumberValue(place);
            }

            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteStartArray("strings");
        foreach (var text in _texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    private int Add(string text)
    {
        if (!_places.TryGetValue(text, out var place))
        {
            var kept = text.Length <= Longest ? text : text[..(Longest - Ellipsis.Length)] + Ellipsis;
            _places.Add(text, place = _texts.Count);
            _texts.Add(kept);
            _bytes += kept.Length;
        }

        return place;
    }
}
