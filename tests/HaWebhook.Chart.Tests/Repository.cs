namespace HaWebhook.Chart.Tests;

/// <summary>The files of the repository, as they are and not as a build copied them.</summary>
internal static class Repository
{
    /// <summary>The folder that holds the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The chart's folder.</summary>
    public static string Chart { get; } = PathOf("charts/ha-webhook");

    public static string PathOf(string path) => Path.Combine(Root, path);

    public static string Read(string path) => File.ReadAllText(PathOf(path));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "HaWebhook.sln")))
        {
            folder = folder.Parent!;
        }

        return folder.FullName;
    }
}
