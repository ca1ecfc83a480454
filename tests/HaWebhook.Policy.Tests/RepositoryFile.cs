namespace HaWebhook.Policy.Tests;

/// <summary>Reads files of the repository as they are, not as a build copied them.</summary>
internal static class RepositoryFile
{
    /// <summary>The review of a real API server: a Deployment with three replicas, created by its administrator.</summary>
    public const string CapturedReview = "tests/HaWebhook.Policy.Tests/Reviews/api-gateway.deployments.create.admin.validate.json";

    private static readonly string _root = FindRoot();

    public static string ReadText(string path) => File.ReadAllText(Path.Combine(_root, path));

    public static byte[] ReadBytes(string path) => File.ReadAllBytes(Path.Combine(_root, path));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "HaWebhook.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException($"HaWebhook.sln is in no folder above {AppContext.BaseDirectory}");
    }
}
