using System.Text;

namespace HaWebhook.Kubernetes.Tests;

/// <summary>A directory that is gone after the test.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("ha-webhook-").FullName;

    public string Write(string name, string content) => Write(name, Encoding.UTF8.GetBytes(content));

    /// <summary>Writes a file in one step, as the kubelet does.</summary>
    public string Write(string name, byte[] content)
    {
        var file = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file + ".new", content);
        File.Move(file + ".new", file, overwrite: true);
        return file;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
