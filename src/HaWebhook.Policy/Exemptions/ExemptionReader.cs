using System.Globalization;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Exemptions;

/// <summary>Finds the exemptions of a request: those of the policy and those of the object's annotations.</summary>
internal sealed class ExemptionReader(PolicyOptions options)
{
    private readonly AnnotationExemption _annotations = new(options.AnnotationExemptions);

    /// <param name="review">The request.</param>
    /// <param name="about">What the object is judged with, whose annotations count for it too; null for nothing.</param>
    /// <param name="today">The day it is (UTC).</param>
    public Exemptions Read(Review review, KubernetesObject? about, DateOnly today)
    {
        var subject = review.Subject!;
        if (options.Exemptions.Count == 0 && !HasAnnotations(subject) && (about is null || !HasAnnotations(about)))
        {
            return Exemptions.None;
        }

        List<Exemption> granted = [];
        List<ExemptionProblem> problems = [];
        for (var i = 0; i < options.Exemptions.Count; i++)
        {
            AddPolicy(options.Exemptions[i], i, review, today, granted, problems);
        }

        Read(subject, "");
        if (about is not null)
        {
            Read(about, $"{about.Kind}/{about.Metadata.Name} ");
        }

        return new(granted, problems);

        void Read(KubernetesObject annotated, string prefix)
        {
            _annotations.Read(annotated.Metadata.Annotations, prefix, today, granted, problems);
            _annotations.Read(TemplateOf(annotated), annotated is PodOwner pods ? $"{prefix}{pods.TemplateField}." : prefix, today, granted, problems);
        }
    }

    private static bool HasAnnotations(KubernetesObject subject) => subject.Metadata.Annotations.Count > 0 || TemplateOf(subject).Count > 0;

    private static IReadOnlyDictionary<string, string> TemplateOf(KubernetesObject subject) =>
        subject is PodOwner { TemplateField.Length: > 0 } owner ? owner.Template.Metadata.Annotations : Metadata.NoStrings;

    private static void AddPolicy(
        PolicyExemption exemption, int index, Review review, DateOnly today, List<Exemption> granted, List<ExemptionProblem> problems)
    {
        if (!Matches(exemption, review))
        {
            return;
        }

        if (exemption.Until is { } until && until < today)
        {
            problems.Add(new(
                string.Create(CultureInfo.InvariantCulture, $"policy exemptions[{index}].until"),
                string.Create(CultureInfo.InvariantCulture, $"is {until:yyyy-MM-dd}, which has passed"),
                "Ask your platform team to extend or remove it."));
            return;
        }

        granted.Add(new(
            exemption.Rules.Contains(Exemption.All, StringComparer.Ordinal) ? null : exemption.Rules,
            exemption.Reason,
            exemption.Until,
            "policy"));
    }

    /// <summary>All that is given must match, exactly.</summary>
    private static bool Matches(PolicyExemption exemption, Review review) =>
        MatchesAny(exemption.Namespaces, review.Namespace)
        && MatchesAny(exemption.Usernames, review.User?.Name)
        && (exemption.Groups.Count == 0 || (review.User?.Groups.Any(group => exemption.Groups.Contains(group, StringComparer.Ordinal)) ?? false))
        && (exemption.ServiceAccounts.Count == 0 || exemption.ServiceAccounts.Any(account => IsServiceAccount(review.User, account)));

    private static bool MatchesAny(IReadOnlyList<string> given, string? actual) =>
        given.Count == 0 || (actual is not null && given.Contains(actual, StringComparer.Ordinal));

    private static bool IsServiceAccount(User? user, string account) =>
        user?.Name == "system:serviceaccount:" + account.Replace('/', ':');
}
