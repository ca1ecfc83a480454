using System.Text;
using System.Text.Json;

namespace HaWebhook.Fuzzing.Trees;

/// <summary>
/// JSON that can be changed into what no library would write: names given twice, numbers in any spelling, bytes that are no JSON at all. It is
/// taken apart only where it is touched; the rest stays text. What is shared is never changed: one edits a copy.
/// </summary>
internal sealed class Tree
{
    private readonly ReadOnlyMemory<byte> _text;
    private List<TreeMember>? _members;
    private List<Tree>? _items;

    private Tree(ReadOnlyMemory<byte> text) => _text = text;

    private Tree(Tree original)
    {
        _text = original._text;
        _members = original.IsObject ? [.. original.Members] : null;
        _items = original.IsList ? [.. original.Items] : null;
        IsOrdered = original.IsOrdered;
        IsEdited = _members is not null || _items is not null;
    }

    /// <summary>Whether it is no longer what its text says.</summary>
    public bool IsEdited { get; }

    /// <summary>Whether the order of its members means something, because some name is there twice.</summary>
    public bool IsOrdered { get; set; }

    public bool IsObject => _text.Span is [(byte)'{', ..];

    public bool IsList => _text.Span is [(byte)'[', ..];

    /// <summary>The JSON as it was given.</summary>
    public ReadOnlyMemory<byte> Text => _text;

    public List<TreeMember> Members => _members ??= SplitObject(_text);

    public List<Tree> Items => _items ??= SplitList(_text);

    /// <summary>The value of a member; of several the last.</summary>
    public Tree? this[string name] => Find(name) is >= 0 and var index ? Members[index].Value : null;

    public static Tree Of(ReadOnlyMemory<byte> json) => new(json);

    public static Tree Of(string json) => new(Encoding.UTF8.GetBytes(json));

    /// <summary>A text as JSON.</summary>
    public static Tree OfText(string text) => Of(Quote(text));

    /// <summary>A copy that may be changed.</summary>
    public Tree Copy() => new(this);

    /// <summary>A member's object, to be changed; a new one where it is absent, or no object.</summary>
    public Tree Edit(string name)
    {
        var index = Find(name);
        var own = (index >= 0 && Members[index].Value.IsObject ? Members[index].Value : Of("{}")).Copy();
        Put(index, name, own);
        return own;
    }

    /// <summary>The object or list at an index, to be changed.</summary>
    public Tree EditAt(int index)
    {
        if (IsObject)
        {
            var own = Members[index].Value.Copy();
            Members[index] = Members[index] with { Value = own };
            return own;
        }

        return Items[index] = Items[index].Copy();
    }

    public void Set(string name, Tree value) => Put(Find(name), name, value);

    public void Set(string name, string json) => Set(name, Of(json));

    /// <summary>Adds a member, whether there is one of its name or not.</summary>
    public void Add(string name, Tree value) => Members.Add(new(Quoted(name), value));

    public void Remove(string name) => Members.RemoveAll(member => member.Is(name));

    private static string Quote(string text) => JsonSerializer.Serialize(text);

    private static byte[] Quoted(string name) => Encoding.UTF8.GetBytes(Quote(name)[1..^1]);

    private void Put(int index, string name, Tree value)
    {
        if (index < 0)
        {
            Add(name, value);
        }
        else
        {
            Members[index] = Members[index] with { Value = value };
        }
    }

    private int Find(string name)
    {
        if (!IsObject)
        {
            return -1;
        }

        var index = Members.FindLastIndex(member => member.Is(name));
        return index >= 0 || !name.AsSpan().ContainsAnyExceptInRange(' ', '~') ? index : FindQuoted(Quoted(name));
    }

    /// <summary>A name as this writes it; the API server writes others the same.</summary>
    private int FindQuoted(byte[] name) => Members.FindLastIndex(member => member.Name.Span.SequenceEqual(name));

    private static List<TreeMember> SplitObject(ReadOnlyMemory<byte> text)
    {
        var members = new List<TreeMember>();
        var json = new Utf8JsonReader(text.Span, new JsonReaderOptions { MaxDepth = int.MaxValue });
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = text[((int)json.TokenStartIndex + 1)..((int)json.TokenStartIndex + 1 + json.ValueSpan.Length)];
            json.Read();
            members.Add(new(name, new(Value(ref json, text))));
        }

        return members;
    }

    private static List<Tree> SplitList(ReadOnlyMemory<byte> text)
    {
        var items = new List<Tree>();
        var json = new Utf8JsonReader(text.Span, new JsonReaderOptions { MaxDepth = int.MaxValue });
        json.Read();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            items.Add(new(Value(ref json, text)));
        }

        return items;
    }

    private static ReadOnlyMemory<byte> Value(ref Utf8JsonReader json, ReadOnlyMemory<byte> text)
    {
        var start = (int)json.TokenStartIndex;
        json.Skip();
        return text[start..(int)json.BytesConsumed];
    }
}

/// <summary>A member of an object.</summary>
/// <param name="Name">What stands between the quotes of its name.</param>
/// <param name="Value">Its value.</param>
internal readonly record struct TreeMember(ReadOnlyMemory<byte> Name, Tree Value)
{
    /// <summary>Whether it has this name, of ASCII characters that need no escapes.</summary>
    public bool Is(string name) => Name.Length == name.Length && Ascii.Equals(Name.Span, name);
}
