using System.Buffers;

namespace HaWebhook.Admission;

/// <summary>Bytes in an array that is lent: for answers, which come and go by the thousand.</summary>
internal sealed class PooledBuffer : IBufferWriter<byte>, IDisposable
{
    private byte[] _array;
    private int _length;

    public PooledBuffer(int capacity) => _array = LentArray.Rent(capacity);

    public int Length => _length;

    public ReadOnlyMemory<byte> Written => _array.AsMemory(0, _length);

    public void Advance(int count) => _length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _array.AsMemory(_length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _array.AsSpan(_length);
    }

    public void Dispose()
    {
        LentArray.Return(_array);
        (_array, _length) = ([], 0);
    }

    private void Reserve(int size)
    {
        if (_array.Length - _length >= Math.Max(size, 1))
        {
            return;
        }

        var larger = LentArray.Rent(Math.Max(_length + size, _array.Length * 2));
        _array.AsSpan(0, _length).CopyTo(larger);
        LentArray.Return(_array);
        _array = larger;
    }
}
