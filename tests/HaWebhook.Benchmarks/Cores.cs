using System.Diagnostics;
using System.Globalization;

namespace HaWebhook.Benchmarks;

/// <summary>
/// Who runs where: the server on one core and everything else, load generator included, on another, so that throughput is per core.
/// Without taskset or a second core nothing is pinned.
/// </summary>
internal sealed class Cores
{
    private readonly IReadOnlyList<int> _allowed;

    private Cores(IReadOnlyList<int> allowed, bool pinned)
    {
        _allowed = allowed;
        IsPinned = pinned;
    }

    public bool IsPinned { get; }

    public int ServerCore => _allowed[0];

    public int LoadCore => _allowed[1];

    public string Description => IsPinned
        ? $"server pinned to core {ServerCore}, load generator to core {LoadCore}"
        : "nothing pinned (needs taskset and two cores), so throughput is not per core; CPU time per review is";

    /// <summary>Pins this process, and with it every load generator that it starts.</summary>
    public static Cores Pin()
    {
        var allowed = AllowedCores();
        if (allowed.Count < 2 || !File.Exists("/usr/bin/taskset"))
        {
            return new Cores(allowed, pinned: false);
        }

        // With --all-tasks, because threads of the runtime that already exist would otherwise stay where they are.
        var core = allowed[1].ToString(CultureInfo.InvariantCulture);
        var start = new ProcessStartInfo("taskset", ["--all-tasks", "--cpu-list", "--pid", core, $"{Environment.ProcessId}"])
        {
            RedirectStandardOutput = true,
        };
        using var taskset = Process.Start(start) ?? throw new InvalidOperationException("taskset did not start.");
        taskset.StandardOutput.ReadToEnd();
        taskset.WaitForExit();
        return new Cores(allowed, pinned: taskset.ExitCode == 0);
    }

    /// <summary>What to put before a command so that it runs on the server's core, or on all of them.</summary>
    public IEnumerable<string> PrefixFor(Placement placement) => (IsPinned, placement) switch
    {
        (false, _) => [],
        (_, Placement.OneCore) => ["taskset", "--cpu-list", $"{ServerCore}"],
        (_, _) => ["taskset", "--cpu-list", string.Join(',', _allowed)],
    };

    /// <summary>Time that a core has spent on anything at all.</summary>
    public static TimeSpan BusyTime(int core)
    {
        // cpuN user nice system idle iowait irq softirq steal
        var name = $"cpu{core} ";
        var fields = File.ReadLines("/proc/stat").First(line => line.StartsWith(name, StringComparison.Ordinal)).Split(' ');
        var times = fields[1..9].Select(field => long.Parse(field, CultureInfo.InvariantCulture));
        return FromTicks(times.Where((_, index) => index is not 3 and not 4).Sum());
    }

    /// <summary>The kernel tells times in hundredths of a second, whatever its own clock does.</summary>
    public static TimeSpan FromTicks(long ticks) => TimeSpan.FromMilliseconds(ticks * 10);

    private static List<int> AllowedCores()
    {
        const string Label = "Cpus_allowed_list:";
        var list = File.ReadLines("/proc/self/status").First(line => line.StartsWith(Label, StringComparison.Ordinal))[Label.Length..];
        return [.. list.Split(',').SelectMany(Range)];
    }

    private static IEnumerable<int> Range(string text)
    {
        var ends = text.Split('-').Select(end => int.Parse(end, CultureInfo.InvariantCulture)).ToArray();
        return Enumerable.Range(ends[0], ends[^1] - ends[0] + 1);
    }
}

internal enum Placement
{
    OneCore,
    AllCores,
}
