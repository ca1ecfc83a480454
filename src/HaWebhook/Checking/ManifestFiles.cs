using System.Text;
using HaWebhook.Commands;

namespace HaWebhook.Checking;

/// <summary>Finds and reads the files that <c>check</c> is given.</summary>
internal static class ManifestFiles
{
    /// <summary>The most characters of one file: far more than a cluster's manifests come to, far less than memory.</summary>
    private const int LargestFile = 1 << 28;

    private static readonly string[] _extensions = [".yaml", ".yml", ".json"];
    private static readonly UTF8Encoding _strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The files of these paths, in order: files as they are, directories walked, <c>-</c> for standard input.</summary>
    /// <exception cref="CommandException">A path does not exist.</exception>
    public static IEnumerable<ManifestFile> Read(IEnumerable<string> paths, Stream standardInput)
    {
        // A file that is given twice, itself and by its directory, is one file.
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var path in paths)
        {
            if (path == "-")
            {
                yield return Read(ManifestFile.StandardInput, standardInput);
            }
            else if (Directory.Exists(path))
            {
                foreach (var file in Walk(path).Where(file => seen.Add(Path.GetFullPath(file))))
                {
                    yield return Read(file);
                }
            }
            else if (File.Exists(path))
            {
                if (seen.Add(Path.GetFullPath(path)))
                {
                    yield return Read(path);
                }
            }
            else
            {
                throw new CommandException($"{path}: no such file or directory");
            }
        }
    }

    /// <summary>
    /// Manifest files below a directory. Hidden directories hold no manifests (.git), and links to directories can lead in circles.
    /// </summary>
    private static IEnumerable<string> Walk(string directory)
    {
        string[] entries;
        try
        {
            entries = Directory.GetFileSystemEntries(directory);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{directory}: {FileErrors.Describe(exception)}");
        }

        foreach (var entry in entries.Order(StringComparer.Ordinal))
        {
            if (!Directory.Exists(entry))
            {
                if (_extensions.Contains(Path.GetExtension(entry), StringComparer.OrdinalIgnoreCase))
                {
                    yield return entry;
                }
            }
            else if (!Path.GetFileName(entry).StartsWith('.') && new DirectoryInfo(entry).LinkTarget is null)
            {
                foreach (var file in Walk(entry))
                {
                    yield return file;
                }
            }
        }
    }

    private static ManifestFile Read(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            return Read(path, file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new(path, null, FileErrors.Describe(exception));
        }
    }

    private static ManifestFile Read(string path, Stream stream)
    {
        try
        {
            using var reader = new StreamReader(stream, _strictUtf8, detectEncodingFromByteOrderMarks: true);
            return LimitedText.ReadToEnd(reader, LargestFile) is { } text
                ? new(path, text, null)
                : new(path, null, $"is larger than {LargestFile} bytes");
        }
        catch (DecoderFallbackException)
        {
            return new(path, null, "is not UTF-8 text");
        }
        catch (IOException exception)
        {
            return new(path, null, exception.Message);
        }
    }
}
