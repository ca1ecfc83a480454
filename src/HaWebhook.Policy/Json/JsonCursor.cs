using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using HaWebhook.Policy.Evaluation;

namespace HaWebhook.Policy.Json;

/// <summary>
/// Walks JSON once, front to back, standing on the first token of a value. It sees to what every reader of hostile JSON must:
/// types, nulls (the same as absent), names given twice, escapes, and errors that name the field.
/// </summary>
internal ref struct JsonCursor
{
    private static readonly UTF8Encoding _strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ReadOnlyMemory<byte> _json;
    private readonly string _prefix;
    private JsonTokenizer _tokens;
    private ReadOnlySpan<byte> _name;

    /// <param name="json">The JSON.</param>
    /// <param name="prefix">Where it stands in a larger document, for errors; with its dot.</param>
    public JsonCursor(ReadOnlyMemory<byte> json, string prefix = "")
    {
        _json = json;
        _prefix = prefix;
        _tokens = new JsonTokenizer(json.Span);
    }

    /// <summary>Goes to the document's value, before anything else.</summary>
    public void Begin() => _tokens.ReadValue();

    /// <summary>Enters an object. False for null, which counts as absent.</summary>
    public readonly bool BeginObject() => Begin(JsonTokenType.StartObject, "an object");

    /// <summary>Enters an array. False for null, which counts as absent.</summary>
    public readonly bool BeginArray() => Begin(JsonTokenType.StartArray, "a list");

    /// <summary>Goes to the next property's value; false at the end of the object.</summary>
    public bool NextProperty()
    {
        if (!_tokens.ReadName(out _name))
        {
            return false;
        }

        if (_tokens.IsEscaped)
        {
            _name = Encoding.UTF8.GetBytes(Unescape(_name, "has a name that is not valid Unicode"));
        }

        _tokens.ReadValue();
        return true;
    }

    /// <summary>Goes to the next item; false at the end of the array.</summary>
    public bool NextItem() => _tokens.ReadItem();

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

    public string? StringOrNull() => _tokens.Type switch
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
        _tokens.Type == JsonTokenType.String && !_tokens.IsEscaped ? words.Find(_tokens.Value) : null;

    public readonly int? Int32OrNull()
    {
        if (_tokens.Type == JsonTokenType.Null)
        {
            return null;
        }

        if (!IsNumber)
        {
            throw Expected("a whole number");
        }

        return Utf8Parser.TryParse(_tokens.Value, out int value, out var read) && read == _tokens.Value.Length
            ? value
            : throw Error("must be a whole number of 32 bits");
    }

    public readonly bool? BooleanOrNull() => _tokens.Type switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        JsonTokenType.Null => null,
        _ => throw Expected("true or false"),
    };

    public readonly bool IsNumber => _tokens.Type == JsonTokenType.Number;

    public readonly bool IsNull => _tokens.Type == JsonTokenType.Null;

    /// <summary>
    /// Passes over the value, however deep, and returns its bytes. Of an object or a list only the brackets and strings are
    /// looked at: what nobody reads need not be right in every comma.
    /// </summary>
    public ReadOnlyMemory<byte> Skip()
    {
        var start = Position;
        if (_tokens.Type is JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            _tokens.SkipToEnd();
        }

        return Since(start);
    }

    /// <summary>The field at a position, with a dot behind it; empty for the document itself.</summary>
    public readonly string FieldAt(int position)
    {
        var field = JsonField.At(_json.Span, position);
        return field.Length == 0 ? _prefix : $"{_prefix}{field}.";
    }

    /// <summary>Where the current value starts.</summary>
    public readonly int Position => _tokens.Start;

    /// <summary>The bytes from a position up to the end of the value just read.</summary>
    public readonly ReadOnlyMemory<byte> Since(int start) => _json[start.._tokens.Position];

    /// <summary>Checks that nothing but white space follows.</summary>
    public void End()
    {
        if (!_tokens.IsAtEnd())
        {
            throw new MalformedJsonException("there are bytes after the end of the JSON document");
        }
    }

    /// <summary>An error about the current value: its field and what is wrong with it.</summary>
    public readonly MalformedJsonException Error(string problem)
    {
        var field = SingleLine.Of(_prefix + JsonField.At(_json.Span, Position));
        return new MalformedJsonException(field.Length == 0 ? $"the document {problem}" : $"{field} {problem}") { Field = field };
    }

    private readonly MalformedJsonException Expected(string what) => Error($"must be {what}, not {Found(_tokens.Type)}");

    private static string Found(JsonTokenType token) => token switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "a list",
        JsonTokenType.String => "a string",
        JsonTokenType.Number => "a number",
        JsonTokenType.True or JsonTokenType.False => "true or false",
        _ => "null",
    };

    private readonly bool Begin(JsonTokenType token, string what)
    {
        if (_tokens.Type == token)
        {
            return true;
        }

        return IsNull ? false : throw Expected(what);
    }

    private readonly string Text()
    {
        const string Wrong = "is not valid Unicode";
        if (_tokens.IsEscaped)
        {
            return Unescape(_tokens.Value, Wrong);
        }

        try
        {
            return _strictUtf8.GetString(_tokens.Value);
        }
        catch (DecoderFallbackException)
        {
            throw Error(Wrong);
        }
    }

    /// <summary>What a text with escapes says.</summary>
    /// <param name="text">What is between the quotes.</param>
    /// <param name="wrong">What to say of lone surrogates and bytes that are no UTF-8.</param>
    private readonly string Unescape(ReadOnlySpan<byte> text, string wrong)
    {
        var reader = new Utf8JsonReader([(byte)'"', .. text, (byte)'"']);
        try
        {
            reader.Read();
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Error(wrong);
        }
        catch (JsonException)
        {
            throw _tokens.NotJson();
        }
    }
}
