using System.Buffers;
using System.Numerics;

namespace HaWebhook.Admission;

/// <summary>Arrays for bodies and answers, which come and go by the thousand.</summary>
internal static class LentArray
{
    /// <summary>
    /// The longest array that comes from the shared pool, 1 MiB. The pool rounds up to a power of two, and keeps what it was lent until the garbage of the oldest
    /// generation is collected, which a quiet server may not do for hours: eight reviews of 17 MB would leave 256 MiB behind. They are made to measure instead, and
    /// are garbage when they are decided.
    /// </summary>
    public const int LongestPooled = 1 << 20;

    /// <summary>An array of at least this length, with whatever in it.</summary>
    public static byte[] Rent(int length) =>
        length <= LongestPooled ? ArrayPool<byte>.Shared.Rent(length) : GC.AllocateUninitializedArray<byte>(length);

    /// <summary>
    /// How long an array for so many bytes really is, where room is booked for it: the next power of two, as in the pool, and above it the next sixteenth of one, so that
    /// reviews of about the same size use the same arrays.
    /// </summary>
    /// <param name="length">How much has to fit in; more than 0.</param>
    public static int SizeFor(int length)
    {
        var power = (int)BitOperations.RoundUpToPowerOf2((uint)length);
        var step = length <= LongestPooled ? power : power / 16;
        return (length + step - 1) / step * step;
    }

    /// <summary>Takes it back.</summary>
    public static void Return(byte[] array)
    {
        if (array.Length is > 0 and <= LongestPooled)
        {
            ArrayPool<byte>.Shared.Return(array);
        }
    }
}
