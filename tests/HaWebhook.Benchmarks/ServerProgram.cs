namespace HaWebhook.Benchmarks;

/// <summary>How a server is started, short of its ports and certificate.</summary>
internal sealed record ServerProgram(string Name, IReadOnlyList<string> Arguments, bool HasHealthPort)
{
    /// <summary>Whether it is given the throw-away certificate; else it makes its own.</summary>
    public bool IsGivenCertificate { get; init; } = true;

    /// <summary>Given in place of a path to the webhook: the floor against itself, which shows how much of a difference is noise.</summary>
    public const string FloorItself = "floor";

    /// <summary>The floor under the runtime settings (garbage collector, JIT) of the program it is compared with.</summary>
    public static ServerProgram Floor(string name, string comparedWith)
    {
        var self = typeof(ServerProgram).Assembly.Location;
        var settings = comparedWith == FloorItself ? self : comparedWith;
        return new ServerProgram(name, ["exec", "--runtimeconfig", Path.ChangeExtension(settings, ".runtimeconfig.json"), self, "floor"], false);
    }

    public static ServerProgram Webhook(string path) =>
        path == FloorItself
            ? Floor("webhook (the floor again)", path)
            : new ServerProgram("webhook", [path, "serve", "--no-cluster"], true);

    /// <summary>The webhook in a cluster, which it finds by a kubeconfig.</summary>
    public static ServerProgram InCluster(string path, string name, string kubeConfig, params ReadOnlySpan<string> options) =>
        new(name, [path, "serve", "--kubeconfig", kubeConfig, .. options], true);

    /// <summary>What the build put into src/HaWebhook, in the configuration and for the framework that this was built for.</summary>
    public static string DefaultWebhookPath()
    {
        var output = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        var root = output;
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "HaWebhook.sln")))
        {
            root = root.Parent;
        }

        return Path.Combine(root?.FullName ?? ".", "src", "HaWebhook", "bin", output.Parent?.Name ?? "", output.Name, "ha-webhook.dll");
    }
}
