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
        text.Append("The three parts one after the other.\n\n");
        text.Append($"Rotation: {options.Replicas} replicas, `--ca-lifetime {options.AuthorityLifetime} --certificate-lifetime {options.CertificateLifetime} ");
        text.Append($"--ca-propagation {options.Propagation}`, load as above, {options.Rate} reviews/s, until the first authority has left every caBundle.\n\n");
        text.Append("| calls | calls/s | failed calls | wrong verdicts | writes not sent | p99 ms | longest ms | certificates renewed | the bundle, and since when |\n");
        text.Append("| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
        text.Append($"| {counts.Calls:N0} | {rotation.ReviewsPerSecond:N0} | **{counts.FailedCalls:N0}** | {counts.WrongVerdicts:N0} | {counts.NotSent:N0} | {rotation.P99Milliseconds:N1} ");
        text.Append($"| {counts.Longest.TotalMilliseconds:N0} | {rotation.Leaves} ");
        text.Append($"| {string.Join(", ", rotation.Bundles.Select(bundle => $"{bundle.Authorities} ({bundle.At.TotalSeconds:N0} s)"))} |\n");
        WriteReasons(text, "the rotation", rotation.Reasons);
        var times = rotation.Rotation;
        text.Append("\n| the second authority | s after it was made |\n| --- | --- |\n");
        text.Append($"| is in every caBundle | {Seconds(times.Trusted - times.Made)} |\n");
        text.Append($"| has signed what every replica shows | {Seconds(times.Signs - times.Made)} |\n");
        text.Append($"| stands alone: the first has come to its end and left every caBundle | {Seconds(times.Gone - times.Made)} |\n");

        text.Append($"\nFaults: {trust.Replicas} replicas with default lifetimes, started at once with no Secret: trusted by every webhook after {Seconds(trust.Trusted)} s ");
        text.Append($"by {trust.Authorities} {(trust.Authorities == 1 ? "authority" : "authorities")}, {trust.Writes} writes to Secret and configurations ");
        text.Append($"and {trust.Refused} refused ones. Then, with {TrustFaults.Rate} reviews/s, what they hold on to is broken:\n\n");
        text.Append("| broken | repaired after s | calls meanwhile | of those failed |\n| --- | --- | --- | --- |\n");
        foreach (var fault in trust.Faults)
        {
            text.Append($"| {fault.What} | {Seconds(fault.Repaired)} | {fault.Calls:N0} | {fault.FailedCalls:N0} |\n");
        }

        foreach (var fault in trust.Faults)
        {
            WriteReasons(text, fault.What, fault.Reasons);
        }

        text.Append("\nClocks: a replica each, without load, both at the same time.\n\n");
        text.Append("| clock | another certificate after s | which API servers trust after s |\n| --- | --- | --- |\n");
        foreach (var clock in clocks)
        {
            text.Append($"| {clock.What} | {Seconds(clock.Renewed)} | {Seconds(clock.Trusted)} |\n");
        }

        return text.ToString();
    }

    public static IReadOnlyList<Requirement> Judge(RotationOptions options, RotationCase rotation, TrustCase trust, IReadOnlyList<ClockCase> clocks) =>
    [
        new("a full rotation in under two minutes: made, trusted by all, signs for all, the old one gone",
            rotation.Rotation.Whole < TimeSpan.FromMinutes(2), $"{Seconds(rotation.Rotation.Whole)} s"),
        new("rotation: no failed call, no failed write, no wrong verdict",
            rotation.Counts is { FailedCalls: 0, FailedWrites: 0, WrongVerdicts: 0 },
            $"{rotation.Counts.FailedCalls}, {rotation.Counts.FailedWrites}, {rotation.Counts.WrongVerdicts}"),
        new($"rotation: at least {options.Rate} reviews/s", rotation.ReviewsPerSecond >= options.Rate, $"{rotation.ReviewsPerSecond:N0}/s"),
        new($"{trust.Replicas} replicas at once without a Secret: one authority, every certificate verifies", trust.Authorities == 1, $"{trust.Authorities}"),
        new($"fewer than {WriteLimit} writes until then", trust.Writes + trust.Refused < WriteLimit, $"{trust.Writes + trust.Refused}"),
        .. trust.Faults.Select(fault => new Requirement($"{fault.What}: repaired in {RepairLimit} s", fault.Repaired?.TotalSeconds <= RepairLimit, $"{Seconds(fault.Repaired)} s")),
        .. clocks.Select(clock => new Requirement(
            $"{clock.What}: renewed, and trusted, within a minute", clock.Trusted <= TimeSpan.FromMinutes(1), $"{Seconds(clock.Trusted)} s")),
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
