using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Evaluation;

namespace HaWebhook.Policy.Tests.Evaluation;

/// <summary>Evaluators of policies that are given as the text of their files.</summary>
internal static class PolicyText
{
    public static PolicyEvaluator Evaluator(string policy)
    {
        var options = policy.Length == 0
            ? PolicyOptions.Default
            : PolicyFile.Read(policy, out var errors) ?? throw new ArgumentException(errors[0].Message, nameof(policy));

        // The hash of a text says nothing that a test could be read by.
        return new PolicyEvaluator(options with { Hash = "0123456789ab" }, FixedClock.Default);
    }

    /// <summary>A finding in one line, with what follows from it.</summary>
    public static string Line(Finding finding) =>
        $"{finding.Action} {finding.Rule}: {finding.Field} {finding.Message}{(finding.IsExisting ? " (as before)" : "")}";

    /// <summary>Audit annotations in one text.</summary>
    public static string AuditText(this Answer answer) =>
        string.Join('\n', answer.AuditAnnotations.Select(annotation => $"{annotation.Key}={annotation.Value}"));
}
