using System.Text;

namespace HaWebhook.Commands;

/// <summary>Reads files that a command is told to use.</summary>
internal static class GivenFile
{
    private static readonly UTF8Encoding _strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The text of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="largest">The most characters that it may have.</param>
    /// <param name="what">What it is, for the message where it has more: "a policy".</param>
    /// <exception cref="CommandException">The file cannot be read.</exception>
    public static string ReadText(string path, int largest, string what)
    {
        try
        {
            using var reader = new StreamReader(path, _strictUtf8);
            return LimitedText.ReadToEnd(reader, largest) ?? throw new CommandException($"{path}: is larger than {largest} bytes; {what} is not");
        }
        catch (DecoderFallbackException)
        {
            throw new CommandException($"{path}: is not UTF-8 text");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{path}: {FileErrors.Describe(exception)}");
        }
    }
}
