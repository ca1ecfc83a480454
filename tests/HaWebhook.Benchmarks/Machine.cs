using System.Runtime.InteropServices;

namespace HaWebhook.Benchmarks;

/// <summary>What the figures were measured on.</summary>
internal static class Machine
{
    // Asked before this process is pinned to one core, which changes what the runtime counts.
    public static string Describe()
    {
        var cpu = ValueIn("/proc/cpuinfo", "model name", ':') ?? RuntimeInformation.ProcessArchitecture.ToString();
        var system = ValueIn("/etc/os-release", "PRETTY_NAME", '=')?.Trim('"') ?? RuntimeInformation.OSDescription;
        var kernel = string.Join('.', (ValueIn("/proc/sys/kernel/osrelease", "", '\0') ?? "").Split('.').Take(2));
        return $"{cpu}, {Environment.ProcessorCount} cores; {system}, kernel {kernel}; {RuntimeInformation.FrameworkDescription}";
    }

    private static string? ValueIn(string file, string key, char separator) =>
        File.Exists(file)
            ? File.ReadLines(file)
                .Where(line => line.StartsWith(key, StringComparison.Ordinal))
                .Select(line => line[(line.IndexOf(separator, StringComparison.Ordinal) + 1)..].Trim())
                .FirstOrDefault()
            : null;
}
