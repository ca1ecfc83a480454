using System.Diagnostics;
using System.Globalization;

namespace HaWebhook.Benchmarks;

/// <summary>
/// Tells how much of either core went to anything but the measurement. A load generator that has to share its core leaves the server idle,
/// so both cores count.
/// </summary>
internal sealed class Disturbance
{
    /// <summary>The share of a core from which a round is repeated.</summary>
    public const double Limit = 0.05;

    private readonly Cores _cores;
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly TimeSpan _serverCore;
    private readonly TimeSpan _loadCore;
    private readonly TimeSpan _load;

    private Disturbance(Cores cores)
    {
        _cores = cores;
        _serverCore = Cores.BusyTime(cores.ServerCore);
        _loadCore = Cores.BusyTime(cores.LoadCore);
        _load = LoadTime();
    }

    /// <returns>Null where nothing is pinned, since then no core belongs to anybody.</returns>
    public static Disturbance? Watch(Cores cores) => cores.IsPinned ? new Disturbance(cores) : null;

    /// <param name="server">CPU time of the server since this was made.</param>
    public double Share(TimeSpan server)
    {
        var elapsed = Stopwatch.GetElapsedTime(_start);
        var besideServer = Cores.BusyTime(_cores.ServerCore) - _serverCore - server;
        var besideLoad = Cores.BusyTime(_cores.LoadCore) - _loadCore - (LoadTime() - _load);
        return Math.Max(0, Math.Max(besideServer / elapsed, besideLoad / elapsed));
    }

    /// <summary>CPU time of this process and of the children that have ended: the load generator, built in or not.</summary>
    private static TimeSpan LoadTime()
    {
        // The name in parentheses may hold blanks; from the state after it, utime stime cutime cstime are the twelfth to fifteenth fields.
        var stat = File.ReadAllText("/proc/self/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return Cores.FromTicks(fields[11..15].Sum(field => long.Parse(field, CultureInfo.InvariantCulture)));
    }
}
