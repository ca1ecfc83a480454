using HaWebhook.Fuzzing.Admission;
using HaWebhook.Fuzzing.Trees;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Fuzzing.Bypass;

/// <summary>A review that is denied, and what may be done to it so that it still must be.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="Review">The review.</param>
/// <param name="Rule">The rule that denies it.</param>
/// <param name="Policy">The policy.</param>
/// <param name="Related">What stands around the object.</param>
internal sealed record ViolatingReview(string Name, Tree Review, string Rule, FuzzedPolicy Policy, RelatedObjects Related)
{
    /// <summary>Whether the verdict hangs on nothing but the object, so that its name may be any.</summary>
    public bool StandsAlone { get; init; }

    /// <summary>Whether it is denied without <c>spec.replicas</c> too.</summary>
    public bool CountMayBeAbsent { get; init; }

    /// <summary>Whether it is denied too where nothing is known of what is stored.</summary>
    public bool OldMayBeAbsent { get; init; }

    /// <summary>What became of it was denied on update, whatever was stored.</summary>
    public bool KeepsNothing => Policy.Options.ExistingViolations == HaWebhook.Policy.Configuration.Outcome.Deny;

    public bool IsUpdate => Review["request"]!["operation"]!.Text.Span.SequenceEqual("\"UPDATE\""u8);

    public bool IsScale => Kind == "Scale";

    public bool IsPod => Kind == "Pod";

    /// <summary>Whether the object has a pod template with metadata of its own.</summary>
    public bool HasTemplate => Review["request"]!["object"]!["spec"]?["template"]?.IsObject ?? false;

    /// <summary>Kind of the object.</summary>
    public string Kind { get; } = System.Text.Encoding.UTF8.GetString(Review["request"]!["kind"]!["kind"]!.Text.Span).Trim('"');

    /// <summary>The review's uid.</summary>
    public string Uid { get; } = System.Text.Encoding.UTF8.GetString(Review["request"]!["uid"]!.Text.Span).Trim('"');

    /// <summary>Whether some mutating rule is on, whose patch comes before the verdict.</summary>
    public bool IsMutated { get; } = Policy.Options.SettingsOf("default-probes").Enabled ?? true;

    /// <summary>A server that decides it.</summary>
    public FuzzedWebhook Webhook() => new(Policy, Related);
}
