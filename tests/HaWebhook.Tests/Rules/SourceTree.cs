namespace HaWebhook.Tests.Rules;

/// <summary>The checked-out sources, which the tests compare with what is built from them.</summary>
internal static class SourceTree
{
    private static readonly string _root = FindRoot();

    /// <summary>The path of a file or folder of the sources.</summary>
    public static string PathOf(params string[] steps) => Path.Combine([_root, .. steps]);

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "HaWebhook.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException($"there is no HaWebhook.sln above {AppContext.BaseDirectory}");
    }
}
