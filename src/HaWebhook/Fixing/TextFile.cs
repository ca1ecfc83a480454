using System.Text;
using HaWebhook.Commands;

namespace HaWebhook.Fixing;

/// <summary>A file of UTF-8 text that is to be replaced.</summary>
/// <param name="Path">The file itself, where a symbolic link leads to it.</param>
/// <param name="Mark">Its byte order mark; empty for none.</param>
/// <param name="Text">Its text, without the mark.</param>
internal sealed record TextFile(string Path, string Mark, string Text)
{
    private static readonly UTF8Encoding _strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The file that a path leads to.</summary>
    /// <exception cref="IOException">The links lead nowhere.</exception>
    public static string TargetOf(string path) => File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? System.IO.Path.GetFullPath(path);

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file, or a link to it.</param>
    /// <param name="toReplace">Whether it is to be replaced. What may not be written must not be, although its folder would let us.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read, or not be written.</exception>
    /// <exception cref="DecoderFallbackException">It is not UTF-8.</exception>
    public static TextFile Read(string path, bool toReplace)
    {
        var target = TargetOf(path);
        using var file = new FileStream(target, FileMode.Open, toReplace ? FileAccess.ReadWrite : FileAccess.Read);
        if (!file.CanSeek)
        {
            throw new IOException("not a file that can be replaced");
        }

        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        var text = _strictUtf8.GetString(bytes);
        return text.StartsWith('\uFEFF') ? new(target, text[..1], text[1..]) : new(target, "", text);
    }

    /// <summary>Puts another text in the place of this one, in one step. The mark and the file's mode stay.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">Its folder may not be written.</exception>
    public void Replace(string text) => AtomicFile.Replace(Path, file => file.Write(_strictUtf8.GetBytes(Mark + text)));
}
