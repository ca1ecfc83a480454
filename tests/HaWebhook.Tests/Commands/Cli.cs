using System.Diagnostics;

namespace HaWebhook.Tests.Commands;

/// <summary>What a run of the executable came to.</summary>
internal sealed record CliResult(int ExitCode, string Output, string Errors);

/// <summary>Runs the executable as a user does.</summary>
internal static class Cli
{
    /// <summary>The repository's root: the folder that holds the solution.</summary>
    public static string Root { get; } = FindRoot();

    public static Task<CliResult> RunAsync(params string[] arguments) => RunWithInputAsync("", arguments);

    public static Task<CliResult> RunWithInputAsync(string input, params string[] arguments) => RunAsync(Root, input, arguments);

    /// <summary>The same, with variables of the environment.</summary>
    public static Task<CliResult> RunWithEnvironmentAsync(Dictionary<string, string> environment, params string[] arguments) =>
        RunAsync(Root, "", arguments, environment);

    /// <summary>The same, in another working directory.</summary>
    public static Task<CliResult> RunInAsync(string folder, params string[] arguments) => RunAsync(folder, "", arguments);

    private static async Task<CliResult> RunAsync(
        string folder, string input, string[] arguments, Dictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Program).Assembly.Location, .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? [])
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new(process.ExitCode, await output, await errors);
    }

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
