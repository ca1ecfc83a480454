using System.Globalization;
using System.Text;
using HaWebhook.Fuzzing.Running;

namespace HaWebhook.Fuzzing;

/// <summary>What a run did, as Markdown.</summary>
internal static class FuzzReport
{
    public static string Write(string machine, string command, FuzzResult result)
    {
        var text = new StringBuilder();
        var cases = result.Counts.Sum(count => count.Count.Cases);
        text.Append(CultureInfo.InvariantCulture, $"Machine: {machine}.\n");
        text.Append(CultureInfo.InvariantCulture, $"Made by `{command}`, seed {result.Options.Seed}, on {result.Options.Workers} threads in {result.Elapsed.TotalMinutes:0.0} minutes ");
        text.Append(CultureInfo.InvariantCulture, $"({cases / result.Elapsed.TotalSeconds:N0} cases/s); peak memory {result.PeakMemory >> 20} MiB.\n\n");
        text.Append(CultureInfo.InvariantCulture, $"**{cases:N0} cases, {result.Failures.Count} failures.**\n\n");
        text.Append("| fuzzer | input | cases | refused | most allocated, KiB | mean, µs | longest, ms |\n| --- | --- | --- | --- | --- | --- | --- |\n");
        foreach (var (kind, count) in result.Counts)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {kind.Name} | {kind.Input} | {count.Cases:N0} ");
            text.Append(CultureInfo.InvariantCulture, $"| {(count.Cases == 0 ? 0 : 100.0 * count.Refused / count.Cases):0.0} % ");
            text.Append(CultureInfo.InvariantCulture, $"| {count.LargestAllocation >> 10:N0} | {count.Total.TotalMicroseconds / Math.Max(1, count.Cases):N0} | {count.Longest.TotalMilliseconds:N0} |\n");
        }

        text.Append("\n* refused: answered with 400, or with errors and nothing else.\n");
        text.Append("* most allocated: for one case; of a review, for one call of the webhook.\n");
        text.Append("* mean, longest: of a case once it is mutated, with all that it is compared with and whatever else the machine did meanwhile.\n");
        return text.ToString();
    }
}
