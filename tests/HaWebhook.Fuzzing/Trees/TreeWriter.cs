using System.Buffers;
using HaWebhook.Fuzzing.Running;

namespace HaWebhook.Fuzzing.Trees;

/// <summary>In which ways JSON is written otherwise, without meaning anything else.</summary>
[Flags]
internal enum WritingStyle
{
    Plain = 0,
    KeyOrder = 1,
    WhiteSpace = 2,
    Escapes = 4,
    Numbers = 8,
}

/// <summary>Writes trees, here and there in another style than their text.</summary>
internal ref struct TreeWriter(ArrayBufferWriter<byte> output, WritingStyle style, ulong seed)
{
    private static readonly byte[][] _whiteSpace = [" "u8.ToArray(), "\n"u8.ToArray(), "\t"u8.ToArray(), "\r\n"u8.ToArray(), "   \n  "u8.ToArray()];

    private static readonly byte[][] _exponents = [".0"u8.ToArray(), "e0"u8.ToArray(), "E0"u8.ToArray(), "e+0"u8.ToArray(), "0e-1"u8.ToArray(), ".000e-0"u8.ToArray()];

    private static readonly SearchValues<byte> _digits = SearchValues.Create("-0123456789"u8);

    /// <summary>Deeper than any review, and few enough for a writer that calls itself.</summary>
    private const int DeepestStyle = 40;

    private FuzzRandom _random = new(seed);
    private int _depth;

    public void Write(Tree tree)
    {
        // What is not touched goes as it is, now and then even in another style: a case costs what it changes.
        if (!tree.IsEdited && (style == WritingStyle.Plain || _depth > DeepestStyle || _random.OneIn(4)))
        {
            output.Write(tree.Text.Span);
        }
        else if (tree.IsObject)
        {
            WriteObject(tree.Members, tree.IsOrdered);
        }
        else if (tree.IsList)
        {
            WriteList(tree.Items);
        }
        else
        {
            WriteScalar(tree.Text.Span);
        }
    }

    private void WriteObject(List<TreeMember> members, bool isOrdered)
    {
        var order = ArrayPool<int>.Shared.Rent(members.Count);
        for (var i = 0; i < members.Count; i++)
        {
            // Shuffled as it is filled.
            var other = Has(WritingStyle.KeyOrder) && !isOrdered ? _random.Next(i + 1) : i;
            order[i] = order[other];
            order[other] = i;
        }

        _depth++;
        Put((byte)'{');
        for (var i = 0; i < members.Count; i++)
        {
            var (name, value) = members[order[i]];
            if (i > 0)
            {
                Put((byte)',');
            }

            Space();
            Put((byte)'"');
            WriteText(name.Span);
            Put((byte)'"');
            Space();
            Put((byte)':');
            Space();
            Write(value);
            Space();
        }

        _depth--;
        Put((byte)'}');
        ArrayPool<int>.Shared.Return(order);
    }

    private void WriteList(List<Tree> items)
    {
        _depth++;
        Put((byte)'[');
        for (var i = 0; i < items.Count; i++)
        {
            if (i > 0)
            {
                Put((byte)',');
            }

            Space();
            Write(items[i]);
            Space();
        }

        _depth--;
        Put((byte)']');
    }

    private void WriteScalar(ReadOnlySpan<byte> text)
    {
        if (text is [(byte)'"', .., (byte)'"'])
        {
            Put((byte)'"');
            WriteText(text[1..^1]);
            Put((byte)'"');
            return;
        }

        output.Write(text);
        if (Has(WritingStyle.Numbers) && text.IndexOfAnyExcept(_digits) < 0 && !_random.OneIn(3))
        {
            // Another digit only behind one that is not 0, which may not lead.
            var exponent = _random.Pick(_exponents);
            output.Write(text[^1] == '0' && text.Length <= 2 ? ".0"u8 : exponent);
        }
    }

    private void WriteText(ReadOnlySpan<byte> text)
    {
        if (!Has(WritingStyle.Escapes) || _random.OneIn(2))
        {
            output.Write(text);
            return;
        }

        for (var i = 0; i < text.Length; i++)
        {
            var character = text[i];
            if (character == '\\')
            {
                // One that is there already goes as it is.
                var length = Math.Min(text.Length - i, i + 1 < text.Length && text[i + 1] == 'u' ? 6 : 2);
                output.Write(text.Slice(i, length));
                i += length - 1;
            }
            else if (character == '/' && _random.OneIn(2))
            {
                output.Write("\\/"u8);
            }
            else if (character < 0x80 && _random.OneIn(4))
            {
                output.Write("\\u00"u8);
                var digits = _random.OneIn(2) ? "0123456789abcdef"u8 : "0123456789ABCDEF"u8;
                Put(digits[character >> 4]);
                Put(digits[character & 15]);
            }
            else
            {
                Put(character);
            }
        }
    }

    private void Space()
    {
        if (Has(WritingStyle.WhiteSpace) && _random.OneIn(4))
        {
            output.Write(_random.Pick(_whiteSpace));
        }
    }

    private readonly bool Has(WritingStyle one) => (style & one) != 0;

    private readonly void Put(byte character)
    {
        output.GetSpan(1)[0] = character;
        output.Advance(1);
    }
}
