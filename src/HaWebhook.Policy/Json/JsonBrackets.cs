using System.Numerics;
using System.Runtime.Intrinsics;

namespace HaWebhook.Policy.Json;

/// <summary>
/// Finds the end of an object or a list without reading what is in it. Half of a review is <c>managedFields</c> and the like, which no
/// rule reads; telling their tokens apart would be half of the cost of the review.
/// </summary>
internal static class JsonBrackets
{
    private const int Block = 64;

    /// <summary>The position of the bracket that closes what was opened just before the text; -1 where it is never closed.</summary>
    /// <remarks>
    /// 64 bytes at a time: which of them are in strings follows from the parity of the quotes before them, less those that a backslash
    /// escapes, and brackets outside of strings are counted. The rest of the text is looked at byte by byte.
    /// </remarks>
    public static int FindEnd(ReadOnlySpan<byte> json)
    {
        var scan = new Scan(1);
        var position = 0;
        for (; position + Block <= json.Length; position += Block)
        {
            var found = scan.Take(json.Slice(position, Block));
            if (found >= 0)
            {
                return position + found;
            }
        }

        var last = scan.TakeBytes(json[position..]);
        return last < 0 ? -1 : position + last;
    }

    /// <summary>
    /// The position of the quote that ends a string with escapes, given the text inside of it; -1 where there is none, or a control character before it.
    /// </summary>
    public static int FindQuote(ReadOnlySpan<byte> inside)
    {
        var scan = new Scan(0);
        var position = 0;
        for (; position + Block <= inside.Length; position += Block)
        {
            var ends = scan.TakeInside(inside.Slice(position, Block), out var quotes);
            if (ends != 0)
            {
                var first = BitOperations.TrailingZeroCount(ends);
                return (quotes >> first & 1) != 0 ? position + first : -1;
            }
        }

        var last = scan.TakeBytesInside(inside[position..]);
        return last < 0 ? -1 : position + last;
    }

    private struct Scan(int depth)
    {
        private const ulong EvenBits = 0x5555_5555_5555_5555;

        private int _depth = depth;
        private bool _inString;
        private bool _isEscaped;

        public int Take(ReadOnlySpan<byte> block)
        {
            var low = Vector256.Create(block);
            var high = Vector256.Create(block[Vector256<byte>.Count..]);
            var quotes = Positions(low, high, (byte)'"') & ~Escaped(Positions(low, high, (byte)'\\'));
            var strings = Parity(quotes) ^ (_inString ? ulong.MaxValue : 0);
            var opening = (Positions(low, high, (byte)'{') | Positions(low, high, (byte)'[')) & ~strings;
            var closing = (Positions(low, high, (byte)'}') | Positions(low, high, (byte)']')) & ~strings;
            if (BitOperations.PopCount(closing) >= _depth && End(opening, closing) is >= 0 and var end)
            {
                return end;
            }

            _depth += BitOperations.PopCount(opening) - BitOperations.PopCount(closing);
            _inString ^= (BitOperations.PopCount(quotes) & 1) != 0;
            return -1;
        }

        /// <summary>The quotes of a block that are not escaped, and with them its control characters.</summary>
        public ulong TakeInside(ReadOnlySpan<byte> block, out ulong quotes)
        {
            var low = Vector256.Create(block);
            var high = Vector256.Create(block[Vector256<byte>.Count..]);
            quotes = Positions(low, high, (byte)'"') & ~Escaped(Positions(low, high, (byte)'\\'));
            var space = Vector256.Create((byte)' ');
            return quotes
                | Vector256.LessThan(low, space).ExtractMostSignificantBits()
                | ((ulong)Vector256.LessThan(high, space).ExtractMostSignificantBits() << Vector256<byte>.Count);
        }

        public int TakeBytesInside(ReadOnlySpan<byte> bytes)
        {
            for (var i = 0; i < bytes.Length && bytes[i] >= ' '; i++)
            {
                if (bytes[i] == '"' && !_isEscaped)
                {
                    return i;
                }

                _isEscaped = bytes[i] == '\\' && !_isEscaped;
            }

            return -1;
        }

        public int TakeBytes(ReadOnlySpan<byte> bytes)
        {
            for (var i = 0; i < bytes.Length; i++)
            {
                var value = bytes[i];
                if (_isEscaped)
                {
                    _isEscaped = false;
                }
                else if (_inString)
                {
                    _isEscaped = value == '\\';
                    _inString = value != '"';
                }
                else if (value == '"')
                {
                    _inString = true;
                }
                else if (value is (byte)'{' or (byte)'[')
                {
                    _depth++;
                }
                else if (value is (byte)'}' or (byte)']' && --_depth == 0)
                {
                    return i;
                }
            }

            return -1;
        }

        /// <summary>Which bracket of a block brings the depth to zero; -1 where none does.</summary>
        private readonly int End(ulong opening, ulong closing)
        {
            var depth = _depth;
            for (var brackets = opening | closing; brackets != 0; brackets &= brackets - 1)
            {
                var position = BitOperations.TrailingZeroCount(brackets);
                depth += (closing >> position & 1) != 0 ? -1 : 1;
                if (depth == 0)
                {
                    return position;
                }
            }

            return -1;
        }

        /// <summary>
        /// The characters that a backslash escapes: those behind a run of an odd number of them. Adding the starts of the runs to the runs
        /// carries each to its end, and whether that lies on an even or an odd bit tells its length.
        /// </summary>
        private ulong Escaped(ulong backslashes)
        {
            var carried = _isEscaped ? 1UL : 0;
            if (backslashes == 0)
            {
                _isEscaped = false;
                return carried;
            }

            backslashes &= ~carried;
            var behind = (backslashes << 1) | carried;
            var oddStarts = backslashes & ~EvenBits & ~behind;
            var ends = unchecked(oddStarts + backslashes);
            _isEscaped = ends < oddStarts;
            return (EvenBits ^ (ends << 1)) & behind;
        }

        private static ulong Positions(Vector256<byte> low, Vector256<byte> high, byte value) =>
            Vector256.Equals(low, Vector256.Create(value)).ExtractMostSignificantBits()
            | ((ulong)Vector256.Equals(high, Vector256.Create(value)).ExtractMostSignificantBits() << Vector256<byte>.Count);

        /// <summary>Sets each bit that has an odd number of set bits at or below it.</summary>
        private static ulong Parity(ulong bits)
        {
            bits ^= bits << 1;
            bits ^= bits << 2;
            bits ^= bits << 4;
            bits ^= bits << 8;
            bits ^= bits << 16;
            return bits ^ (bits << 32);
        }
    }
}
