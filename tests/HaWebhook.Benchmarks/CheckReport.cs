using System.Text;

namespace HaWebhook.Benchmarks;

/// <summary>What <c>check</c> costs, as Markdown.</summary>
internal static class CheckReport
{
    public static string Write(string machine, string command, int rounds, IReadOnlyList<CheckCase> cases)
    {
        var text = new StringBuilder();
        text.Append($"Machine: {machine}.\n");
        text.Append($"Made by `{command}`.\n");
        text.Append("Conditions: `ha-webhook check FOLDER --output json`, one object a file; a process for each run; ");
        text.Append($"medians of {rounds} runs, the sizes in turns.\n\n");
        text.Append("| files | MB of YAML | seconds | CPU seconds | peak memory, MiB | ms a file | KiB a file |\n");
        text.Append("| --- | --- | --- | --- | --- | --- | --- |\n");
        foreach (var (row, index) in cases.Select((row, index) => (row, index)))
        {
            var (seconds, memory) = (row.Median(run => run.Elapsed.TotalSeconds), row.Median(run => run.PeakMemory));
            var processor = row.Median(run => run.Processor.TotalSeconds);
            text.Append($"| {row.Files:N0} | {row.Bytes / 1e6:N1} | {seconds:N2} | {processor:N2} | {memory / (1 << 20):N0} ");
            text.Append(index == 0 ? "| | |\n" : Slope(cases[0], row));
        }

        text.Append("\n* seconds: from the start of the process to its end, .NET's own start and the compilation of what runs included.\n");
        text.Append("* peak memory: VmHWM of /proc/PID/status, read every 2 ms; CPU: utime + stime of /proc/PID/stat, likewise.\n");
        text.Append("* ms and KiB a file: what each further file costs, counted from the first line. Where these stay the same, cost is linear.\n");
        return text.ToString();
    }

    private static string Slope(CheckCase first, CheckCase row)
    {
        var files = row.Files - first.Files;
        var seconds = row.Median(run => run.Elapsed.TotalSeconds) - first.Median(run => run.Elapsed.TotalSeconds);
        var memory = row.Median(run => run.PeakMemory) - first.Median(run => run.PeakMemory);
        return $"| {seconds * 1000 / files:N3} | {memory / 1024 / files:N1} |\n";
    }
}
