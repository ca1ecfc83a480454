using System.Buffers;

namespace HaWebhook.Kubernetes.Json;

/// <summary>The bytes of a stream that have arrived and are not used yet, in one piece.</summary>
internal sealed class StreamBuffer(Stream stream) : IDisposable
{
    /// <summary>No object of Kubernetes is larger: etcd holds 1.5 MiB, and JSON escapes at most six times as much.</summary>
    private const int Limit = 64 * 1024 * 1024;

    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(32 * 1024);
    private int _start;
    private int _end;

    /// <summary>Whether the stream has ended: there will be no more bytes.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>What is there. Valid until the next <see cref="FillAsync"/>.</summary>
    public ReadOnlyMemory<byte> Unread => _bytes.AsMemory(_start.._end);

    public void Consume(int count) => _start += count;

    /// <summary>Waits until so many bytes are there, or the stream ends.</summary>
    /// <exception cref="InvalidDataException">They are more than any object has.</exception>
    public async ValueTask FillAsync(int count, CancellationToken cancellation)
    {
        MakeRoom(count);
        while (!IsComplete && _end - _start < count)
        {
            var read = await stream.ReadAsync(_bytes.AsMemory(_end), cancellation);
            _end += read;
            IsComplete = read == 0;
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        _start = _end = 0;
    }

    private void MakeRoom(int count)
    {
        if (count > Limit)
        {
            throw new InvalidDataException($"the server sent more than {Limit / 1024 / 1024} MiB as one object");
        }

        var unread = Unread;
        if (count > _bytes.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(count);
            unread.CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = larger;
        }
        else if (_start > 0)
        {
            unread.CopyTo(_bytes);
        }

        (_start, _end) = (0, unread.Length);
    }
}
