using System.Buffers;

namespace HaWebhook.Admission;

/// <summary>The bytes of a review as they come, and what they take of the server's limits until it is disposed of.</summary>
internal sealed class ReviewBody : IDisposable
{
    private readonly ReviewLimits _limits;
    private readonly int _announced;
    private byte[] _array;
    private int _length;
    private bool _isSmall;
    private long _reserved;

    /// <param name="limits">What it counts against.</param>
    /// <param name="announced">
    /// How long it says that it is, at most <see cref="AdmissionEndpoint.LargestBody"/>; null where it does not say. It then must be a small one: what room a larger one
    /// takes has to be known before. API servers always say it.
    /// </param>
    public ReviewBody(ReviewLimits limits, long? announced)
    {
        _limits = limits;
        _announced = (int)(announced ?? ReviewLimits.SmallBytes);
        _array = LentArray.Rent(announced is null ? 4096 : Math.Min(_announced, ReviewLimits.FreeBytes));
    }

    public ReadOnlyMemory<byte> Written => _array.AsMemory(0, _length);

    /// <summary>Whether it holds a share of what others may wait for.</summary>
    public bool HasShare => _isSmall || _reserved > 0;

    /// <summary>Appends what has come, if there is room for it already.</summary>
    public bool TryAppendWithoutGrowing(in ReadOnlySequence<byte> bytes)
    {
        var length = _length + bytes.Length;
        if (length > _array.Length)
        {
            return false;
        }

        bytes.CopyTo(_array.AsSpan(_length));
        _length = (int)length;
        return true;
    }

    /// <summary>Appends what has come.</summary>
    /// <returns>Whether there was room. Not where the body needs a share of the bytes first.</returns>
    /// <exception cref="BadHttpRequestException">It is not a small one, and does not say how long it is.</exception>
    public bool TryAppend(in ReadOnlySequence<byte> bytes) =>
        TryAppendWithoutGrowing(bytes) || (TryGrow(_length + bytes.Length) && TryAppendWithoutGrowing(bytes));

    /// <summary>Reserves room for all of the body.</summary>
    /// <returns>Whether it could be had in time.</returns>
    public async ValueTask<bool> ReserveAsync(TimeSpan longest)
    {
        var size = LentArray.SizeFor(_announced);
        if (!_limits.Bytes.TryTake(size) && !await _limits.Bytes.TakeAsync(size, longest))
        {
            return false;
        }

        _reserved = size;
        Replace(size > LentArray.LongestPooled ? _limits.Arrays.Rent(size) : LentArray.Rent(size));
        GiveSmall();
        return true;
    }

    public void Dispose()
    {
        Return(_array);
        (_array, _length) = ([], 0);
        GiveSmall();
        if (_reserved > 0)
        {
            _limits.Bytes.Give(_reserved);
            _reserved = 0;
        }
    }

    private bool TryGrow(long length)
    {
        if (length > _announced)
        {
            throw new BadHttpRequestException(
                $"a body of more than {ReviewLimits.SmallBytes} bytes needs a Content-Length, as API servers send it", StatusCodes.Status411LengthRequired);
        }

        if (length <= ReviewLimits.FreeBytes)
        {
            Replace(LentArray.Rent(Math.Min(ReviewLimits.FreeBytes, Math.Max((int)length, _array.Length * 2))));
            return true;
        }

        // A large one asks for all of its room at once: while it waits for that, it must not hold what small ones need.
        if (_isSmall || _announced > ReviewLimits.SmallBytes || !_limits.Small.TryTake(ReviewLimits.SmallBytes))
        {
            return false;
        }

        _isSmall = true;
        Replace(LentArray.Rent(Math.Min(_announced, ReviewLimits.SmallBytes)));
        return true;
    }

    private void Replace(byte[] larger)
    {
        _array.AsSpan(0, _length).CopyTo(larger);
        Return(_array);
        _array = larger;
    }

    private void Return(byte[] array)
    {
        if (array.Length > LentArray.LongestPooled)
        {
            _limits.Arrays.Return(array);
        }
        else
        {
            LentArray.Return(array);
        }
    }

    private void GiveSmall()
    {
        if (_isSmall)
        {
            _isSmall = false;
            _limits.Small.Give(ReviewLimits.SmallBytes);
        }
    }
}
