using HaWebhook.Commands;

namespace HaWebhook.Checking.Reports;

/// <summary>Writes a file whole or not at all, so that nobody reads half a report, be it in a race or after a full disk.</summary>
internal static class OutputFile
{
    /// <summary>Writes the file, in the place of what is there.</summary>
    /// <exception cref="CommandException">It cannot be written; what was there is left as it was.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        try
        {
            // A device such as /dev/stderr or /dev/null is written to and must not be replaced by a file.
            if (path.StartsWith("/dev/", StringComparison.Ordinal))
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

        var temporary = Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.{Path.GetRandomFileName()}");
        try
        {
            using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                write(file);
            }

            if (!OperatingSystem.IsWindows() && File.Exists(path))
            {
                File.SetUnixFileMode(temporary, File.GetUnixFileMode(path));
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
