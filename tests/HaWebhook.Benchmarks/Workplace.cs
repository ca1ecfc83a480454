namespace HaWebhook.Benchmarks;

/// <summary>A private directory for one run: certificate, sockets, logs, load scripts. Gone when the run is over.</summary>
internal sealed class Workplace : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("ha-webhook-benchmark-");
    private int _files;

    public Workplace()
    {
        Certificate = ThrowAwayCertificate.Create(_directory.FullName);
    }

    public string Path => _directory.FullName;

    public ThrowAwayCertificate Certificate { get; }

    public string NewFile(string extension)
    {
        var number = Interlocked.Increment(ref _files);
        return System.IO.Path.Combine(Path, $"{number}.{extension}");
    }

    public void Dispose()
    {
        Certificate.Dispose();
        _directory.Delete(recursive: true);
    }
}
