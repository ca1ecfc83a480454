using HaWebhook.Commands;

namespace HaWebhook.Checking.Reports;

/// <summary>Writes files that a command line names.</summary>
internal static class OutputFile
{
    /// <summary>Whether a path is that of a device, such as /dev/stderr or /dev/null: it is written to and must not be replaced by a file.</summary>
    public static bool IsDevice(string path) => path.StartsWith("/dev/", StringComparison.Ordinal);

    /// <summary>Writes the file whole or not at all, in the place of what is there.</summary>
    /// <exception cref="CommandException">It cannot be written; what was there is left as it was.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        try
        {
            if (IsDevice(path))
            {
                using var device = new FileStream(path, FileMode.Open, FileAccess.Write);
                write(device);
            }
            else
            {
                // A link stays one: what it leads to is replaced.
                var file = new FileInfo(path);
                Replace(file.LinkTarget is null ? file.FullName : file.ResolveLinkTarget(returnFinalTarget: true)!.FullName, write);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{path}: cannot be written: {FileErrors.Describe(exception)}");
        }
    }

    private static void Replace(string path, Action<Stream> write)
    {
        if (Directory.Exists(path))
        {
            throw new IOException("it is a directory");
        }

        AtomicFile.Replace(path, write);
    }
}
