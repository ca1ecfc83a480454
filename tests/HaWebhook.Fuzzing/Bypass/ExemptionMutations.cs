using HaWebhook.Fuzzing.Running;
using HaWebhook.Fuzzing.Trees;
using HaWebhook.Policy.Rules;

namespace HaWebhook.Fuzzing.Bypass;

/// <summary>Exemptions that do not hold: misspelt, without a reason, expired, of another rule, in the wrong place.</summary>
internal static class ExemptionMutations
{
    private const string Exempt = "ha-webhook.io/exempt";
    private const string Reason = "ha-webhook.io/exempt-reason";
    private const string Until = "ha-webhook.io/exempt-until";

    /// <summary>Not quite the annotation: case, white space, letters of other alphabets, other domains.</summary>
    private static readonly string[] _misspelt =
    [
        "ha-webhook.io/Exempt", "HA-webhook.io/exempt", "ha-webhook.io/exempt ", " ha-webhook.io/exempt", "ha-webhook.io/\u0435xempt", "h\u0430-webhook.io/exempt",
        "ha\u2010webhook.io/exempt", "ha-webhook.io/exempt\u0000", "ha-webhook.io//exempt", "ha-webhook.io/exempts", "x.ha-webhook.io/exempt", "ha-webhook.io.x/exempt",
        "ha-webhook.io/exempt.", "ha-webhook.io", "exempt", "ha_webhook.io/exempt", "\uFEFFha-webhook.io/exempt", "ha-webhook.io/exempt/",
    ];

    /// <summary>No reasons: only what is no white space counts.</summary>
    private static readonly string?[] _noReasons = [null, "", " ", "\t", "\n \r\n", "\u00a0", "\u3000"];

    /// <summary>No days, days that have passed, and days that are too far ahead.</summary>
    private static readonly string[] _noDays =
    [
        "2026-11-19", "2020-01-01", "0001-01-01", "9999-12-31", "2030-01-01", "2026-13-01", "2026-02-30", "tomorrow", "", "2026-12-1", "31.12.2026",
        "2026-12-31T00:00:00Z", "20261231", "+2026-12-31", "2026-12-31\u0000", "never", "\u0662\u0660\u0662\u0666-12-31",
    ];

    /// <summary>Names of no rule.</summary>
    private static readonly string[] _noRules =
    [
        "", ",", ",,", "ALL", "All", "*", ".*", "\u0430ll", "all\u0000", "[all]", "all;", "minimum_replicas", "Minimum-Replicas", "minimum-replica", "minimum-replicas;",
        "minimum-rep\u0142icas", "minimum-replicas.*", "managed-pods|all", "true", "rules", "none", "minimum\u2010replicas", "mini mum-replicas",
    ];

    private static readonly string[] _noAnnouncements = ["True", "TRUE", "yes", "1", "true ", " true", "\"true\"", "t", "on", "\u0442rue"];

    public static IReadOnlyList<Mutation> All { get; } =
    [
        new("an exemption misspelt", static (ReviewDraft draft, ref FuzzRandom random) =>
            Write(Annotations(draft, ref random), Name(draft, ref random), "a good reason", until: null, random.Pick(_misspelt))),
        new("an exemption without a reason", static (ReviewDraft draft, ref FuzzRandom random) =>
            Write(Annotations(draft, ref random), Name(draft, ref random), random.Pick(_noReasons), until: random.OneIn(2) ? "2026-12-01" : null)),
        new("an exemption that has ended", static (ReviewDraft draft, ref FuzzRandom random) =>
            Write(Annotations(draft, ref random), Name(draft, ref random), "a good reason", random.Pick(_noDays))),
        new("an exemption from other rules", static (ReviewDraft draft, ref FuzzRandom random) =>
            Write(Annotations(draft, ref random), Others(draft, ref random), "a good reason", until: null)),
        new("an exemption among the labels", Labels),
        new("an exemption of what was there", OfTheOld),
        new("an exemption that the policy forbids", Forbidden),
        new("an autoscaler announced wrongly", Announced),
        new("the mark of a static pod", Mirror),
    ];

    /// <summary>Writes an exemption in the place of any other that is there.</summary>
    private static void Write(Tree annotations, string rules, string? reason, string? until, string name = Exempt)
    {
        annotations.Remove(Exempt);
        annotations.Remove(Reason);
        annotations.Remove(Until);
        annotations.Set(name, Tree.OfText(rules));
        if (reason is not null)
        {
            annotations.Set(Reason, Tree.OfText(reason));
        }

        if (until is not null)
        {
            annotations.Set(Until, Tree.OfText(until));
        }
    }

    private static string Name(ReviewDraft draft, ref FuzzRandom random) =>
        random.Next(3) switch { 0 => "all", 1 when draft.Original.Rule.Length > 0 => draft.Original.Rule, _ => $"{draft.Original.Rule},default-probes,all" };

    private static string Others(ReviewDraft draft, ref FuzzRandom random)
    {
        var other = random.Pick(BuiltInRules.All).Id;

        // Of a review as it was sent any of several rules may be meant.
        return draft.Original.Rule is "" || other == draft.Original.Rule || random.OneIn(2) ? random.Pick(_noRules) : $"{other},{random.Pick(_noRules)}";
    }

    private static void Labels(ReviewDraft draft, ref FuzzRandom random)
    {
        Write(draft.Metadata.Edit("labels"), "all", "a good reason", until: null);
        if (draft.Original.IsPod || !draft.Original.HasTemplate)
        {
            return;
        }

        draft.TemplateMetadata.Edit("labels").Set(Exempt, "\"all\"");
        draft.TemplateMetadata.Edit("labels").Set(Reason, "\"a good reason\"");
    }

    private static void OfTheOld(ReviewDraft draft, ref FuzzRandom random)
    {
        if (draft.Original.IsUpdate && draft.Request["oldObject"] is { IsObject: true })
        {
            Write(draft.Request.Edit("oldObject").Edit("metadata").Edit("annotations"), "all", "a good reason", until: null);
        }
    }

    private static void Forbidden(ReviewDraft draft, ref FuzzRandom random)
    {
        if (!draft.Original.Policy.Options.AnnotationExemptions.Allowed)
        {
            Write(Annotations(draft, ref random), Name(draft, ref random), "a good reason", "2026-12-01");
        }
    }

    private static void Announced(ReviewDraft draft, ref FuzzRandom random)
    {
        var name = random.OneIn(2) ? "ha-webhook.io/autoscaled" : random.OneIn(2) ? "ha-webhook.io/Autoscaled" : "ha-webhook.io/autosc\u0430led";
        Annotations(draft, ref random).Set(name, Tree.OfText(name.EndsWith("/autoscaled", StringComparison.Ordinal) ? random.Pick(_noAnnouncements) : "true"));
    }

    /// <summary>Only the kubelet of the pod's own node may set it.</summary>
    private static void Mirror(ReviewDraft draft, ref FuzzRandom random) =>
        draft.Metadata.Edit("annotations").Set("kubernetes.io/config.mirror", "\"7e8d55ca\"");

    private static Tree Annotations(ReviewDraft draft, ref FuzzRandom random) =>
        (draft.Original.HasTemplate && random.OneIn(2) ? draft.TemplateMetadata : draft.Metadata).Edit("annotations");
}
