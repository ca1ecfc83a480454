using System.Text;

namespace HaWebhook.ApiServer.Admission;

/// <summary>
/// What a webhook sends over a connection. There is always one read under way, so that a connection which is closed while nobody uses it is noticed.
/// </summary>
internal sealed class WebhookInput(Stream stream)
{
    private readonly byte[] _buffer = new byte[16 << 10];
    private Task<int>? _read;
    private int _start;
    private int _end;

    /// <summary>Begins to wait for the next byte.</summary>
    /// <returns>Done as soon as one came, or the connection ended.</returns>
    public Task Listen() => _read ??= stream.ReadAsync(_buffer, 0, _buffer.Length);

    /// <summary>Whether something came, or the connection ended, without anything having been asked.</summary>
    public bool IsUnsolicited => _start < _end || _read is { IsCompleted: true };

    /// <summary>A line without its end.</summary>
    public async Task<string> LineAsync()
    {
        var line = new StringBuilder();
        while (true)
        {
            await FillAsync();
            var feed = Array.IndexOf(_buffer, (byte)'\n', _start, _end - _start);
            line.Append(Encoding.Latin1.GetString(_buffer, _start, (feed < 0 ? _end : feed) - _start));
            _start = feed < 0 ? _end : feed + 1;
            if (feed >= 0)
            {
                return line.ToString().TrimEnd('\r');
            }
        }
    }

    /// <summary>So many bytes.</summary>
    public async Task<byte[]> BytesAsync(int count)
    {
        var bytes = new byte[count];
        for (var have = 0; have < count;)
        {
            await FillAsync();
            var some = Math.Min(_end - _start, count - have);
            _buffer.AsSpan(_start, some).CopyTo(bytes.AsSpan(have));
            (_start, have) = (_start + some, have + some);
        }

        return bytes;
    }

    /// <summary>Everything until the server closes.</summary>
    public async Task<byte[]> RestAsync()
    {
        using var bytes = new MemoryStream();
        while (await TryFillAsync())
        {
            bytes.Write(_buffer, _start, _end - _start);
            _start = _end;
        }

        return bytes.ToArray();
    }

    private async Task FillAsync()
    {
        if (!await TryFillAsync())
        {
            throw new EndOfStreamException();
        }
    }

    private async Task<bool> TryFillAsync()
    {
        if (_start == _end)
        {
            _ = Listen();
            (_start, _end) = (0, await _read!);
            _read = null;
        }

        return _end > _start;
    }
}
