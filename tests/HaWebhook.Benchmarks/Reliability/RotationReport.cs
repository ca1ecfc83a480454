using System.Text;

namespace HaWebhook.Benchmarks.Reliability;

/// <summary>What rotations and faults cost, as Markdown.</summary>
internal static class RotationReport
{
    /// <summary>How long a fault may last, in seconds.</summary>
    private const int RepairLimit = 30;

    private const int WriteLimit = 20;

    public static string Write(RotationOptions options, RotationCase rotation, TrustCase trust, IReadOnlyList<ClockCase> clocks)
    {
        var text = new StringBuilder();
        var counts = rotation.Counts;
        text.Append("Conditions: processes of `ha-webhook serve --certificates self-managed` on loopback, the API server double in the measuring process, ");
        text.Append("failure policy Fail; what is trusted and shown is read from outside, by handshakes and from the stored objects, and judged as Go judges it. ");
        text.Append("All three parts at the same time.\n\n");
        text.Append($"Rotation: {options.Replicas} replicas, `--ca-lifetime {options.AuthorityLifetime} --certificate-lifetime {options.CertificateLifetime} ");
        text.Append($"--ca-propagation {options.Propagation}`, load as above, {options.Rate} reviews/s.\n\n");
        text.Append("| calls | calls/s | failed calls | wrong verdicts | p99 ms | longest ms | certificates renewed | the bundle, and since when | rotation took s |\n");
        text.Append("| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
        text.Append($"| {counts.Calls:N0} | {rotation.ReviewsPerSecond:N0} | **{counts.FailedCalls:N0}** | {counts.WrongVerdicts:N0} | {rotation.P99Milliseconds:N1} ");
        text.Append($"| {counts.Longest.TotalMilliseconds:N0} | {rotation.Leaves} ");
        text.Append($"| {string.Join(", ", rotation.Bundles.Select(bundle => $"{bundle.Authorities} ({bundle.At.TotalSeconds:N0} s)"))} ");
        text.Append($"| {Seconds(rotation.Rotated)} |\n");
        WriteReasons(text, "the rotation", rotation.Reasons);

        text.Append($"\nFaults: {trust.Replicas} replicas with default lifetimes, started at once with no Secret: trusted by every webhook after {Seconds(trust.Trusted)} s ");
        text.Append($"by {trust.Authorities} {(trust.Authorities == 1 ? "authority" : "authorities")}, {trust.Writes} writes to Secret and configurations ");
        text.Append($"and {trust.Refused} refused ones. Then, with 50 reviews/s, what they hold on to is broken:\n\n");
        text.Append("| broken | repaired after s | calls meanwhile | of those failed |\n| --- | --- | --- | --- |\n");
        foreach (var fault in trust.Faults)
        {
            text.Append($"| {fault.What} | {Seconds(fault.Repaired)} | {fault.Calls:N0} | {fault.FailedCalls:N0} |\n");
        }

        foreach (var fault in trust.Faults)
        {
            WriteReasons(text, fault.What, fault.Reasons);
        }

        text.Append("\n| clock | renewed after s | trusted |\n| --- | --- | --- |\n");
        foreach (var clock in clocks)
        {
            text.Append($"| {clock.What} | {Seconds(clock.Renewed)} | {(clock.IsTrusted ? "yes" : "no")} |\n");
        }

        return text.ToString();
    }

    public static IReadOnlyList<Requirement> Judge(RotationOptions options, RotationCase rotation, TrustCase trust, IReadOnlyList<ClockCase> clocks) =>
    [
        new("a full rotation in under two minutes", rotation.Rotated < TimeSpan.FromMinutes(2), $"{Seconds(rotation.Rotated)} s"),
        new("rotation: no failed call, no failed write, no wrong verdict",
            rotation.Counts is { FailedCalls: 0, FailedWrites: 0, WrongVerdicts: 0 },
            $"{rotation.Counts.FailedCalls}, {rotation.Counts.FailedWrites}, {rotation.Counts.WrongVerdicts}"),
        new($"rotation: at least {options.Rate} reviews/s", rotation.ReviewsPerSecond >= options.Rate, $"{rotation.ReviewsPerSecond:N0}/s"),
        new($"{trust.Replicas} replicas at once without a Secret: one authority, every certificate verifies", trust.Authorities == 1, $"{trust.Authorities}"),
        new($"fewer than {WriteLimit} writes until then", trust.Writes + trust.Refused < WriteLimit, $"{trust.Writes + trust.Refused}"),
        .. trust.Faults.Select(fault => new Requirement($"{fault.What}: repaired in {RepairLimit} s", fault.Repaired?.TotalSeconds <= RepairLimit, $"{Seconds(fault.Repaired)} s")),
        .. clocks.Select(clock => new Requirement(
            $"{clock.What}: renewed within a minute", clock.Renewed <= TimeSpan.FromMinutes(1) && clock.IsTrusted, $"{Seconds(clock.Renewed)} s")),
    ];

    private static void WriteReasons(StringBuilder text, string what, IReadOnlyDictionary<string, int> reasons)
    {
        if (reasons.Count > 0)
        {
            text.Append($"\nFailed, {what}: {string.Join("; ", reasons.OrderByDescending(reason => reason.Value).Select(reason => $"{reason.Value} `{reason.Key}`"))}.\n");
        }
    }

    private static string Seconds(TimeSpan? time) => time is { } known ? $"{known.TotalSeconds:N1}" : "never";
}
