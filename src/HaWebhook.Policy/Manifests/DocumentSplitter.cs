namespace HaWebhook.Policy.Manifests;

/// <summary>Cuts a file into documents before any of it is parsed, so that a broken document does not take the others with it.</summary>
/// <remarks>
/// Nothing in YAML or JSON can hold a line that starts with --- or ... without ending the document.
/// Files that were pasted together may have a byte order mark at the start of each.
/// </remarks>
internal sealed class DocumentSplitter(string text)
{
    private const char ByteOrderMark = '\uFEFF';

    private readonly List<DocumentText> _documents = [];
    private int _start;
    private int _startLine = 1;
    private int _directiveLine;
    private int _contentLine;
    private bool _marked;

    public IReadOnlyList<DocumentText> Split()
    {
        var line = 1;
        for (var position = 0; position < text.Length; line++)
        {
            var next = EndOfLine(position);
            Take(text.AsSpan(position..next).TrimStart(ByteOrderMark), position, next, line);
            position = next;
        }

        Cut(text.Length, text.Length, line);
        return _documents;
    }

    private void Take(ReadOnlySpan<char> line, int position, int next, int number)
    {
        if (IsMarker(line, "..."))
        {
            Cut(position, next, number + 1);
            return;
        }

        if (IsMarker(line, "---"))
        {
            // Directives belong to the document whose marker follows.
            if (_marked || _contentLine > 0)
            {
                Cut(position, position, number);
            }

            _marked = true;
            line = line[3..];
        }

        var content = line.TrimStart(" \t\r\n");
        if (_contentLine > 0 || content.IsEmpty || content[0] == '#')
        {
            return;
        }

        if (!_marked && line[0] == '%')
        {
            _directiveLine = _directiveLine == 0 ? number : _directiveLine;
        }
        else
        {
            _contentLine = number;
        }
    }

    private void Cut(int end, int next, int nextLine)
    {
        // Directives without a marker are an error, which only the parser can word.
        var line = _contentLine == 0 && !_marked ? _directiveLine : _contentLine;
        if (line > 0)
        {
            _documents.Add(new DocumentText(WithoutMarks(text[_start..end]), _start, _startLine, line));
        }

        (_start, _startLine, _directiveLine, _contentLine, _marked) = (next, nextLine, 0, 0, false);
    }

    private static string WithoutMarks(string text)
    {
        return text.TrimStart(ByteOrderMark).Replace("\n\uFEFF", "\n", StringComparison.Ordinal);
    }

    private int EndOfLine(int position)
    {
        var length = text.AsSpan(position).IndexOfAny('\n', '\r');
        if (length < 0)
        {
            return text.Length;
        }

        var end = position + length;
        return text.AsSpan(end).StartsWith("\r\n") ? end + 2 : end + 1;
    }

    private static bool IsMarker(ReadOnlySpan<char> line, string marker)
    {
        return line.StartsWith(marker) && (line.Length == marker.Length || line[marker.Length] is ' ' or '\t' or '\r' or '\n');
    }
}
