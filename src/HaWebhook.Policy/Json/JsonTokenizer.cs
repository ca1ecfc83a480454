using System.Runtime.CompilerServices;
using System.Text.Json;

namespace HaWebhook.Policy.Json;

/// <summary>
/// Tells the tokens of JSON (RFC 8259) apart. Reading tokens is most of what a review costs: knowing what it may meet next, this does it
/// in less than half of the time of a reader for every purpose. Structure and numbers are checked; whether the escapes and the UTF-8 of
/// a string are right is checked where somebody reads it.
/// </summary>
/// <param name="text">The document in UTF-8.</param>
internal ref struct JsonTokenizer(ReadOnlySpan<byte> text)
{
    /// <summary>The API server's own limit for an object (10,000), and room for the review around it.</summary>
    private const int MaxDepth = 10_064;

    private readonly ReadOnlySpan<byte> _text = text;
    private int _depth;

    /// <summary>Whether nothing stands yet between the last opening bracket and the position, so that no comma is due.</summary>
    private bool _isFirst;

    /// <summary>What the current token is.</summary>
    public JsonTokenType Type { get; private set; }

    /// <summary>Where the current token starts.</summary>
    public int Start { get; private set; }

    /// <summary>Where the current token ends, and the next one is looked for.</summary>
    public int Position { get; private set; }

    /// <summary>Whether the current string, or the last property's name, has escapes.</summary>
    public bool IsEscaped { get; private set; }

    /// <summary>The current token; of a string what is between the quotes, with its escapes.</summary>
    public readonly ReadOnlySpan<byte> Value => Type == JsonTokenType.String ? _text[(Start + 1)..(Position - 1)] : _text[Start..Position];

    /// <summary>Goes on to a value: the document's, or the one behind a property's name.</summary>
    public void ReadValue()
    {
        SkipWhiteSpace();
        Start = Position;
        switch (Peek())
        {
            case (byte)'"':
                ReadString();
                Type = JsonTokenType.String;
                break;
            case (byte)'{':
                Open(JsonTokenType.StartObject);
                return;
            case (byte)'[':
                Open(JsonTokenType.StartArray);
                return;
            case (byte)'t':
                ReadLiteral("true"u8, JsonTokenType.True);
                break;
            case (byte)'f':
                ReadLiteral("false"u8, JsonTokenType.False);
                break;
            case (byte)'n':
                ReadLiteral("null"u8, JsonTokenType.Null);
                break;
            default:
                ReadNumber();
                break;
        }

        _isFirst = false;
    }

    /// <summary>Goes on to the next property's name and past its colon; false at the end of the object, which is then the current token.</summary>
    public bool ReadName(out ReadOnlySpan<byte> name)
    {
        if (!ReadNext((byte)'}', JsonTokenType.EndObject))
        {
            name = default;
            return false;
        }

        SkipWhiteSpace();
        if (Peek() != '"')
        {
            throw NotJson();
        }

        Start = Position;
        Type = JsonTokenType.PropertyName;
        ReadString();
        name = _text[(Start + 1)..(Position - 1)];
        SkipWhiteSpace();
        Expect((byte)':');
        return true;
    }

    /// <summary>Goes on to the next item's value; false at the end of the array, which is then the current token.</summary>
    public bool ReadItem()
    {
        if (!ReadNext((byte)']', JsonTokenType.EndArray))
        {
            return false;
        }

        ReadValue();
        return true;
    }

    /// <summary>Passes over the object or array that has just been opened, looking at its brackets and strings alone.</summary>
    public void SkipToEnd()
    {
        var length = JsonBrackets.FindEnd(_text[Position..]);
        if (length < 0)
        {
            Position = _text.Length;
            throw NotJson();
        }

        Position += length;
        Close(Type == JsonTokenType.StartObject ? JsonTokenType.EndObject : JsonTokenType.EndArray);
    }

    /// <summary>Whether nothing but white space is left.</summary>
    public bool IsAtEnd()
    {
        SkipWhiteSpace();
        return Position == _text.Length;
    }

    /// <summary>Says that the text is no JSON, and up to where it was.</summary>
    public readonly MalformedJsonException NotJson() => new(_text.IsEmpty
        ? "the body is empty"
        : $"the body is not valid JSON (byte {Math.Min(Position + 1, _text.Length)} of {_text.Length})");

    /// <summary>Past the comma, if one is due; false past the closing bracket.</summary>
    private bool ReadNext(byte closing, JsonTokenType end)
    {
        SkipWhiteSpace();
        var next = Peek();
        if (next == closing)
        {
            Start = Position;
            Close(end);
            return false;
        }

        if (_isFirst)
        {
            _isFirst = false;
        }
        else if (next == ',')
        {
            Position++;
        }
        else
        {
            throw NotJson();
        }

        return true;
    }

    private void Open(JsonTokenType type)
    {
        if (++_depth > MaxDepth)
        {
            throw NotJson();
        }

        Position++;
        Type = type;
        _isFirst = true;
    }

    /// <summary>Past the closing bracket that the position is at.</summary>
    private void Close(JsonTokenType type)
    {
        _depth--;
        Position++;
        Type = type;
        _isFirst = false;
    }

    /// <summary>Past the string that starts at the position.</summary>
    private void ReadString()
    {
        var end = JsonStrings.IndexOfSpecial(_text, Position + 1);
        IsEscaped = end < _text.Length && _text[end] == '\\';
        if (IsEscaped)
        {
            var length = JsonBrackets.FindQuote(_text[end..]);
            end = length < 0 ? _text.Length : end + length;
        }

        if (end >= _text.Length || _text[end] != '"')
        {
            // Broken off, or a control character.
            Position = end;
            throw NotJson();
        }

        Position = end + 1;
    }

    private void ReadLiteral(ReadOnlySpan<byte> literal, JsonTokenType type)
    {
        if (!_text[Position..].StartsWith(literal))
        {
            throw NotJson();
        }

        Position += literal.Length;
        Type = type;
    }

    private void ReadNumber()
    {
        if (Peek() == '-')
        {
            Position++;
        }

        if (Peek() == '0')
        {
            Position++;
        }
        else
        {
            ReadDigits();
        }

        if (Peek() == '.')
        {
            Position++;
            ReadDigits();
        }

        if (Peek() is (byte)'e' or (byte)'E')
        {
            Position++;
            if (Peek() is (byte)'+' or (byte)'-')
            {
                Position++;
            }

            ReadDigits();
        }

        Type = JsonTokenType.Number;
    }

    private void ReadDigits()
    {
        var start = Position;
        while (char.IsAsciiDigit((char)Peek()))
        {
            Position++;
        }

        if (Position == start)
        {
            throw NotJson();
        }
    }

    private void Expect(byte character)
    {
        if (Peek() != character)
        {
            throw NotJson();
        }

        Position++;
    }

    /// <summary>The character at the position; 0, which JSON has nowhere between tokens, at the end.</summary>
    private readonly byte Peek() => (uint)Position < (uint)_text.Length ? _text[Position] : (byte)0;

    /// <summary>The API server sends none, so looking for some must cost nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void SkipWhiteSpace()
    {
        if (Peek() <= ' ')
        {
            SkipSomeWhiteSpace();
        }
    }

    private void SkipSomeWhiteSpace()
    {
        while (Peek() is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
        {
            Position++;
        }
    }
}
