using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using HaWebhook.Policy.Evaluation;

namespace HaWebhook.Policy.Json;

/// <summary>
/// Walks JSON once, front to back, standing on the first token of a value. It sees to what every reader of hostile JSON must:
/// types, nulls (the same as absent), names given twice, escapes, and errors that name the field. Where the text is no JSON at all the
/// reader's own <see cref="JsonException"/> passes through: whoever begins a document catches it, once, and says <see cref="NotJson"/>.
/// </summary>
internal ref struct JsonCursor
{
    /// <summary>The API server's own limit for an object (10,000), and room for the review around it.</summary>
    private const int MaxDepth = 10_064;

    private static readonly UTF8Encoding _strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ReadOnlyMemory<byte> _json;
    private readonly string _prefix;
    private Utf8JsonReader _reader;
    private ReadOnlySpan<byte> _name;

    /// <summary>Where the reader's own text starts: behind what was passed over.</summary>
    private int _offset;

    /// <param name="json">The JSON.</param>
    /// <param name="prefix">Where it stands in a larger document, for errors; with its dot.</param>
    public JsonCursor(ReadOnlyMemory<byte> json, string prefix = "")
    {
        _json = json;
        _prefix = prefix;
        _reader = new Utf8JsonReader(json.Span, new JsonReaderOptions { MaxDepth = MaxDepth });
    }

    /// <summary>Goes to the document's value, before anything else.</summary>
    public void Begin() => Read();

    /// <summary>Enters an object. False for null, which counts as absent.</summary>
    public bool BeginObject() => Begin(JsonTokenType.StartObject, "an object");

    /// <summary>Enters an array. False for null, which counts as absent.</summary>
    public bool BeginArray() => Begin(JsonTokenType.StartArray, "a list");

    /// <summary>Goes to the next property's value; false at the end of the object.</summary>
    public bool NextProperty()
    {
        Read();
        if (_reader.TokenType == JsonTokenType.EndObject)
        {
            return false;
        }

        _name = _reader.ValueIsEscaped ? Encoding.UTF8.GetBytes(EscapedName()) : _reader.ValueSpan;
        Read();
        return true;
    }

    /// <summary>Goes to the next item; false at the end of the array.</summary>
    public bool NextItem()
    {
        Read();
        return _reader.TokenType != JsonTokenType.EndArray;
    }

    /// <summary>
    /// Whether the property has this name. A name that is read may come only once: JSON readers differ in which of two
    /// they believe, and a verdict on the one that the API server does not believe would be no verdict.
    /// </summary>
    /// <param name="name">The name.</param>
    /// <param name="seen">The names met in this object so far, one bit each.</param>
    /// <param name="bit">This name's bit.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool Is(ReadOnlySpan<byte> name, ref ulong seen, int bit)
    {
        if (!_name.SequenceEqual(name))
        {
            return false;
        }

        var mask = 1UL << bit;
        if ((seen & mask) != 0)
        {
            throw Error("is given twice");
        }

        seen |= mask;
        return true;
    }

    /// <summary>The property's name as a string.</summary>
    public readonly string Name()
    {
        try
        {
            return _strictUtf8.GetString(_name);
        }
        catch (DecoderFallbackException)
        {
            throw Error("has a name that is not valid Unicode");
        }
    }

    /// <summary>Whether the property's name starts like this.</summary>
    public readonly bool NameStartsWith(ReadOnlySpan<byte> prefix) => _name.StartsWith(prefix);

    /// <summary>Whether the property has this name, given once or not.</summary>
    public readonly bool NameEquals(ReadOnlySpan<byte> name) => _name.SequenceEqual(name);

    public string? StringOrNull() => _reader.TokenType switch
    {
        JsonTokenType.String => Text(),
        JsonTokenType.Null => null,
        _ => throw Expected("a string"),
    };

    /// <summary>The string; empty where it is null.</summary>
    public string String() => StringOrNull() ?? "";

    /// <summary>The string if it is one of these, without making a new one; null where it is none of them.</summary>
    public readonly string? OneOf(WellKnownWords words) =>
        // An escaped one is read in full: the well-known are never sent so.
        _reader.TokenType == JsonTokenType.String && !_reader.ValueIsEscaped ? words.Find(_reader.ValueSpan) : null;

    public readonly int? Int32OrNull()
    {
        if (_reader.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        return _reader.TokenType == JsonTokenType.Number && _reader.TryGetInt32(out var value) ? value : throw Error(_reader.TokenType == JsonTokenType.Number ? "must be a whole number of 32 bits" : $"must be a whole number, not {Found(_reader.TokenType)}");
    }

    public readonly bool? BooleanOrNull() => _reader.TokenType switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        JsonTokenType.Null => null,
        _ => throw Expected("true or false"),
    };

    public readonly bool IsNumber => _reader.TokenType == JsonTokenType.Number;

    public readonly bool IsNull => _reader.TokenType == JsonTokenType.Null;

    /// <summary>
    /// Passes over the value, however deep, and returns its bytes. Of an object or a list only the brackets and strings are
    /// looked at: what nobody reads need not be right in every comma.
    /// </summary>
    public ReadOnlyMemory<byte> Skip()
    {
        var start = Position;
        if (_reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
        {
            return Since(start);
        }

        var inside = _offset + (int)_reader.BytesConsumed;
        var end = JsonBrackets.FindEnd(_json.Span[inside..]);
        if (end < 0)
        {
            throw Unclosed();
        }

        // To a reader that stands behind an opening bracket and goes on at its closing one, nothing was in between.
        _offset = inside + end;
        _reader = new Utf8JsonReader(_json.Span[_offset..], isFinalBlock: true, _reader.CurrentState);
        Read();
        return Since(start);
    }

    /// <summary>The field at a position, with a dot behind it; empty for the document itself.</summary>
    public readonly string FieldAt(int position)
    {
        var field = JsonField.At(_json.Span, position);
        return field.Length == 0 ? _prefix : $"{_prefix}{field}.";
    }

    /// <summary>Where the current value starts.</summary>
    public readonly int Position => _offset + checked((int)_reader.TokenStartIndex);

    /// <summary>The bytes from a position up to the end of the value just read.</summary>
    public readonly ReadOnlyMemory<byte> Since(int start) => _json[start..(_offset + checked((int)_reader.BytesConsumed))];

    /// <summary>Checks that nothing but white space follows.</summary>
    public void End()
    {
        try
        {
            if (!_reader.Read())
            {
                return;
            }
        }
        catch (JsonException)
        {
            // What follows is not JSON either: the same complaint.
        }

        throw new MalformedJsonException("there are bytes after the end of the JSON document");
    }

    /// <summary>An error about the current value: its field and what is wrong with it.</summary>
    public readonly MalformedJsonException Error(string problem)
    {
        var field = SingleLine.Of(_prefix + JsonField.At(_json.Span, Position));
        return new MalformedJsonException(field.Length == 0 ? $"the document {problem}" : $"{field} {problem}") { Field = field };
    }

    private readonly MalformedJsonException Expected(string what) => Error($"must be {what}, not {Found(_reader.TokenType)}");

    private static string Found(JsonTokenType token) => token switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "a list",
        JsonTokenType.String => "a string",
        JsonTokenType.Number => "a number",
        JsonTokenType.True or JsonTokenType.False => "true or false",
        _ => "null",
    };

    private bool Begin(JsonTokenType token, string what)
    {
        if (_reader.TokenType == token)
        {
            return true;
        }

        return _reader.TokenType == JsonTokenType.Null ? false : throw Expected(what);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Read()
    {
        if (!_reader.Read())
        {
            throw NotJson();
        }
    }

    /// <summary>What to say where the reader itself throws a <see cref="JsonException"/>: its own text quotes the input.</summary>
    public readonly MalformedJsonException NotJson() => new(_json.IsEmpty
        ? "the body is empty"
        : $"the body is not valid JSON (byte {Math.Min(_offset + _reader.BytesConsumed + 1, _json.Length)} of {_json.Length})");

    private readonly MalformedJsonException Unclosed() => new($"the body is not valid JSON (byte {_json.Length} of {_json.Length})");

    private readonly string EscapedName()
    {
        try
        {
            return _reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Error("has a name that is not valid Unicode");
        }
    }

    private readonly string Text()
    {
        try
        {
            return _reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Error("is not valid Unicode");
        }
    }
}
