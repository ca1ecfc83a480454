using System.Text.Json;

namespace HaWebhook.Kubernetes.Json;

/// <summary>Reads a page of a list and hands out its items one by one: never more than one of them is in memory as text.</summary>
/// <param name="buffer">The page as it arrives.</param>
/// <param name="take">Takes an item, whose bytes are only valid during the call.</param>
internal sealed class ListReader(StreamBuffer buffer, Action<ReadOnlyMemory<byte>> take)
{
    private JsonReaderState _state = new(WireJson.Reading);
    private bool _isInItems;
    private bool _hadItems;
    private bool _isDone;
    private ListMeta? _meta;

    /// <summary>Reads to the end of the page.</summary>
    /// <exception cref="InvalidDataException">It is not a list.</exception>
    public async Task<ListMeta> ReadAsync(CancellationToken cancellation)
    {
        while (true)
        {
            ReadWhatIsThere();
            if (_isDone)
            {
                return _hadItems && _meta is not null ? _meta : throw new InvalidDataException("the answer is no list: it has no items or no metadata");
            }

            // An item that is not whole is read again from its start. Twice as many bytes each time keep that linear.
            await buffer.FillAsync(Math.Max(buffer.Unread.Length * 2, 4096), cancellation);
        }
    }

    private void ReadWhatIsThere()
    {
        var reader = new Utf8JsonReader(buffer.Unread.Span, buffer.IsComplete, _state);
        long used = 0;
        try
        {
            while (!_isDone && (_isInItems ? TryReadItem(ref reader) : TryReadMember(ref reader)))
            {
                used = reader.BytesConsumed;
                _state = reader.CurrentState;
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"the answer is no list: {exception.Message}", exception);
        }

        buffer.Consume((int)used);
    }

    private bool TryReadItem(ref Utf8JsonReader reader)
    {
        if (!reader.Read())
        {
            return false;
        }

        if (reader.TokenType == JsonTokenType.EndArray)
        {
            _isInItems = false;
            return true;
        }

        if (!TryReadValue(ref reader, out var item))
        {
            return false;
        }

        take(item);
        return true;
    }

    private bool TryReadMember(ref Utf8JsonReader reader)
    {
        if (!reader.Read())
        {
            return false;
        }

        if (reader.TokenType != JsonTokenType.PropertyName)
        {
            _isDone = reader.TokenType == JsonTokenType.EndObject;
            return _isDone || reader.TokenType == JsonTokenType.StartObject ? true : throw new JsonException("it is not an object");
        }

        var isItems = reader.ValueTextEquals("items"u8);
        var isMetadata = reader.ValueTextEquals("metadata"u8);
        if (!reader.Read())
        {
            return false;
        }

        if (isItems && reader.TokenType == JsonTokenType.StartArray)
        {
            _isInItems = _hadItems = true;
            return true;
        }

        if (!TryReadValue(ref reader, out var value))
        {
            return false;
        }

        // An empty list of a server written in Go may say null.
        _hadItems |= isItems && reader.TokenType == JsonTokenType.Null;
        if (isMetadata)
        {
            _meta = JsonSerializer.Deserialize(value.Span, WireJson.Default.ListMeta);
        }

        return true;
    }

    private bool TryReadValue(ref Utf8JsonReader reader, out ReadOnlyMemory<byte> value)
    {
        var start = (int)reader.TokenStartIndex;
        var isWhole = reader.TrySkip();
        value = isWhole ? buffer.Unread[start..(int)reader.BytesConsumed] : default;
        return isWhole;
    }
}
