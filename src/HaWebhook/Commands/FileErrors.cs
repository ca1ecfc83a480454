namespace HaWebhook.Commands;

/// <summary>Says in a few words why a file cannot be read.</summary>
internal static class FileErrors
{
    public static string Describe(Exception exception) => exception switch
    {
        FileNotFoundException or DirectoryNotFoundException => "no such file or directory",
        UnauthorizedAccessException => "permission denied, or not a file",
        _ => exception.Message,
    };
}
