using System.Text;

namespace HaWebhook.Kubernetes.Credentials;

/// <summary>Something that is given as it is or as the path of a file, which is read again as it rotates.</summary>
internal sealed class FileOrData
{
    /// <summary>
    /// The kubelet renews a token at 80 % of its life, which is 10 minutes or more, and swaps the file within its sync period and
    /// cache (about a minute and a half): a copy of one minute is never too old.
    /// </summary>
    private static readonly TimeSpan _keptFor = TimeSpan.FromMinutes(1);

    private readonly string? _path;
    private readonly TimeProvider _clock;
    private byte[]? _content;
    private long _readAt;
    private bool _isRefused;

    private FileOrData(string name, string? path, byte[]? data, TimeProvider clock)
    {
        Name = name;
        _path = path;
        _content = data;
        _clock = clock;
    }

    /// <summary>What errors call it.</summary>
    public string Name { get; }

    public static FileOrData File(string path, TimeProvider clock) => new(path, path, null, clock);

    public static FileOrData Data(string name, byte[] data) => new(name, null, data, TimeProvider.System);

    /// <summary>The content. It is the same array for as long as it has the same bytes.</summary>
    /// <exception cref="KubernetesConfigurationException">The file could not be read, and never was.</exception>
    public async ValueTask<byte[]> ReadAsync(CancellationToken cancellation)
    {
        if (_path is null || (_content is not null && !_isRefused && _clock.GetElapsedTime(_readAt) < _keptFor))
        {
            return _content!;
        }

        try
        {
            var content = await System.IO.File.ReadAllBytesAsync(_path, cancellation);
            _content = _content.AsSpan().SequenceEqual(content) && _content is not null ? _content : content;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A file that is gone for a moment is no reason to throw away what was good.
            if (_content is null)
            {
                var isMissing = exception is FileNotFoundException or DirectoryNotFoundException;
                var what = isMissing ? "does not exist" : $"cannot be read: {exception.Message}";
                throw new KubernetesConfigurationException($"{_path} {what}", exception);
            }
        }

        (_readAt, _isRefused) = (_clock.GetTimestamp(), false);
        return _content;
    }

    /// <summary>The content as one word, without the line break that files end with.</summary>
    /// <exception cref="KubernetesConfigurationException">It is empty, or cannot be read.</exception>
    public async ValueTask<string> ReadWordAsync(CancellationToken cancellation)
    {
        var word = Encoding.UTF8.GetString(await ReadAsync(cancellation)).Trim();
        return word.Length > 0 && !word.Any(char.IsControl) ? word : throw new KubernetesConfigurationException($"{Name} holds no token");
    }

    /// <summary>The server did not accept it: the next read looks at the file.</summary>
    public void Refuse() => _isRefused = true;
}
