using System.Diagnostics;
using System.Text.Json;
using Microsoft.Playwright;

namespace HaWebhook.Browser.Tests;

/// <summary>
/// axe-core, which knows rules of accessibility: roles, names, contrast and more. It is fetched once from the npm registry, as package-lock.json names it.
/// Where that does not work the tests are skipped with one line, and fail in continuous integration (<c>CI=true</c>).
/// </summary>
internal static class Axe
{
    private static readonly Lazy<Task<(string? Script, string? Problem)>> _fetched = new(FetchAsync);

    /// <summary>What is wrong with the page as it is now, each with where.</summary>
    public static async Task<IReadOnlyList<string>> ViolationsAsync(IPage page)
    {
        var (script, problem) = await _fetched.Value;
        if (script is null)
        {
            var reason = $"axe-core cannot be fetched: {problem}";
            Assert.SkipWhen(Environment.GetEnvironmentVariable("CI") != "true", reason);
            Assert.Fail(reason);
        }

        await page.EvaluateAsync(script + "; undefined");
        var result = await page.EvaluateAsync<JsonElement>("async () => (await axe.run(document, { resultTypes: ['violations'] })).violations.map(one => ({ id: one.id, nodes: one.nodes.map(node => node.html + ' ' + node.failureSummary) }))");
        return [.. result.EnumerateArray().Select(violation => $"{violation.GetProperty("id").GetString()}: {violation.GetProperty("nodes")[0].GetString()}")];
    }

    private static async Task<(string? Script, string? Problem)> FetchAsync()
    {
        var folder = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "tools", "axe")).FullName;
        var script = Path.Combine(folder, "node_modules", "axe-core", "axe.min.js");
        if (!File.Exists(script))
        {
            foreach (var file in (string[])["package.json", "package-lock.json"])
            {
                File.Copy(Path.Combine(AppContext.BaseDirectory, file), Path.Combine(folder, file), overwrite: true);
            }

            try
            {
                var start = new ProcessStartInfo("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1", "--fetch-timeout=60000"])
                {
                    WorkingDirectory = folder,
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                };
                using var npm = Process.Start(start)!;
                var output = npm.StandardOutput.ReadToEndAsync();
                var errors = await npm.StandardError.ReadToEndAsync();
                await output;
                await npm.WaitForExitAsync();
                if (npm.ExitCode != 0)
                {
                    return (null, $"npm ci: {errors.Split('\n')[0]}");
                }
            }
            catch (System.ComponentModel.Win32Exception exception)
            {
                return (null, exception.Message);
            }
        }

        return (await File.ReadAllTextAsync(script), null);
    }
}
