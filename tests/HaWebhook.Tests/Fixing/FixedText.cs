using System.Text;
using HaWebhook.Checking;
using HaWebhook.Fixing;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Rules;

namespace HaWebhook.Tests.Fixing;

/// <summary>Short ways to fix a text.</summary>
internal static class FixedText
{
    /// <summary>Only readiness probes, so that texts stay short.</summary>
    public const string ReadinessOnly = "rules: {default-topology-spread: {enabled: false}, default-probes: {liveness: Never}}\n";

    private static readonly FixedClock _clock = new();

    public static CheckResult Check(string text, string policy = "") =>
        new ManifestCheck(new PolicyEvaluators(Options(policy), _clock), "default").Run([new("a.yaml", text, null)]);

    public static FixedManifest Of(string text, string policy = "") => ManifestFix.Of(text, Check(text, policy).Objects.Where(subject => subject.Changes.Count > 0));

    /// <summary>Adds fields to the first object of the text.</summary>
    public static FixedManifest With(string text, params (string Path, string Json)[] changes)
    {
        var subject = Check(text).Objects[0];
        return ManifestFix.Of(text, [subject with { Changes = [.. changes.Select(change => new RuleChange("a-rule", new Change(change.Path, Encoding.UTF8.GetBytes(change.Json))))] }]);
    }

    /// <summary>What was refused, and why.</summary>
    public static string Refused(this FixedManifest manifest) => string.Join("\n", manifest.Refused.Select(refused => $"{refused.Subject.Manifest.Name}: {refused.Reason}"));

    private static PolicyOptions Options(string policy)
    {
        if (policy.Length == 0)
        {
            return PolicyOptions.Default;
        }

        var options = PolicyFile.Read(policy, out var errors);
        Assert.Empty(errors);
        return options!;
    }
}
