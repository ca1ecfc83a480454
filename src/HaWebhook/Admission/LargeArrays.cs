namespace HaWebhook.Admission;

/// <summary>
/// Arrays for bodies of more than a mebibyte. Those that were given back are used again as long as the garbage collector has left them, and held by nothing else:
/// a burst of large reviews takes the memory of those that are read at a time, and after it the memory goes back.
/// </summary>
internal sealed class LargeArrays
{
    /// <summary>So many are remembered. Few large reviews fit in at a time.</summary>
    private const int MostRemembered = 16;

    private readonly Lock _lock = new();
    private readonly List<WeakReference<byte[]>> _returned = [];

    /// <summary>An array of exactly this length, which is what was booked for it, with whatever in it.</summary>
    public byte[] Rent(int length)
    {
        lock (_lock)
        {
            for (var i = _returned.Count - 1; i >= 0; i--)
            {
                if (!_returned[i].TryGetTarget(out var array))
                {
                    _returned.RemoveAt(i);
                }
                else if (array.Length == length)
                {
                    _returned.RemoveAt(i);
                    return array;
                }
            }
        }

        return GC.AllocateUninitializedArray<byte>(length);
    }

    /// <summary>Takes it back.</summary>
    public void Return(byte[] array)
    {
        lock (_lock)
        {
            if (_returned.Count == MostRemembered)
            {
                _returned.RemoveAt(0);
            }

            _returned.Add(new(array));
        }
    }
}
