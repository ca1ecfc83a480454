using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace HaWebhook.Policy.Json;

/// <summary>Finds what matters in the text of a JSON string, sixteen bytes at a time.</summary>
internal static class JsonStrings
{
    /// <summary>The position of the next quote, backslash or control character; past the end of the text where there is none.</summary>
    /// <param name="text">The document.</param>
    /// <param name="start">Where to begin; at most the end of the text.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int IndexOfSpecial(ReadOnlySpan<byte> text, int start)
    {
        ref var first = ref MemoryMarshal.GetReference(text);
        var i = start;
        for (; i <= text.Length - Vector128<byte>.Count; i += Vector128<byte>.Count)
        {
            var block = Vector128.LoadUnsafe(ref first, (nuint)i);
            var special = (Vector128.Equals(block, Vector128.Create((byte)'"'))
                | Vector128.Equals(block, Vector128.Create((byte)'\\'))
                | Vector128.LessThan(block, Vector128.Create((byte)' '))).ExtractMostSignificantBits();
            if (special != 0)
            {
                return i + BitOperations.TrailingZeroCount(special);
            }
        }

        for (; i < text.Length && text[i] is >= (byte)' ' and not (byte)'"' and not (byte)'\\'; i++)
        {
        }

        return i;
    }
}
