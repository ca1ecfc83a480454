using System.CommandLine;
using HaWebhook.Policy.Configuration;
using HaWebhook.Verification;

namespace HaWebhook.Commands;

/// <summary><c>ha-webhook verify</c>: proves through the API server that the webhook is asked. What <c>helm test</c> runs.</summary>
internal static class VerifyCommand
{
    /// <summary>Between two tries: what has just been installed may take a moment.</summary>
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(2);

    public static Command Create()
    {
        var namespaceName = EnvironmentOption.Create("--namespace", "A namespace that is judged; nothing is created in it.", "default", CommandOptions.TryName);
        var mode = CommandOptions.Mode();
        mode.Description = "The mode that holds there: Enforce (the default), Warn or Audit. [HAWEBHOOK_MODE]";
        var metrics = EnvironmentOption.Create<Uri?>(
            "--metrics", "Where the replicas' metrics are, by a host whose addresses are theirs: in Audit nothing else shows that something was judged.", null, TryUrl);
        var timeout = EnvironmentOption.Create("--timeout", "How long to try.", TimeSpan.FromSeconds(30), CommandOptions.TryDuration);
        var cluster = new ClusterOptions();
        var command = new Command("verify", "Prove by dry runs of a good and a bad Deployment that the API server asks the webhook.") { namespaceName, mode, metrics, timeout };
        cluster.AddTo(command);
        command.SetAction((parsed, cancellation) => cluster.RunAsync(parsed, client => RunAsync(
            new DryRunProof(
                client,
                parsed.GetValue(namespaceName)!,
                parsed.GetValue(mode) ?? Mode.Enforce,
                parsed.GetValue(metrics) is { } url ? new JudgedReviews(url) : null),
            parsed.GetValue(timeout),
            cancellation)));
        return command;
    }

    private static async Task<int> RunAsync(DryRunProof proof, TimeSpan timeout, CancellationToken cancellation)
    {
        for (var started = TimeProvider.System.GetTimestamp(); ; await Task.Delay(_pause, cancellation))
        {
            var (isProven, seen) = await proof.TryAsync(cancellation);
            if (!isProven && TimeProvider.System.GetElapsedTime(started) + _pause < timeout)
            {
                continue;
            }

            foreach (var line in seen)
            {
                Console.Out.WriteLine(LogLine.Of(line));
            }

            Console.Out.WriteLine(isProven ? "the API server asks HaWebhook" : "it is not proven that the API server asks HaWebhook");
            return isProven ? ExitCode.Success : ExitCode.Findings;
        }
    }

    private static bool TryUrl(string text, out Uri? value, out string expected)
    {
        expected = "an http or https URL";
        return Uri.TryCreate(text, UriKind.Absolute, out value) && value.Scheme is "http" or "https";
    }
}
