using System.Globalization;
using System.Text;
using HaWebhook.Policy.Configuration;

namespace HaWebhook.Policy.Evaluation;

/// <summary>Writes the message of a denial: every violation at once, each with what to do.</summary>
internal static class DenialText
{
    public static string Of(Review review, Verdict verdict)
    {
        var denied = verdict.Findings.Where(finding => finding.Action == ValidationAction.Deny).ToList();
        var text = new StringBuilder();
        text.Append(SingleLine.Of(review.Title));
        if (denied.Count > 0)
        {
            text.Append(" is not highly available:");
            foreach (var finding in denied.Take(Answer.MostFindings))
            {
                text.Append(CultureInfo.InvariantCulture, $"\n- {finding.Rule}: {finding.Field} {finding.Message}.\n  {finding.Fix}");
            }

            var rest = denied.Count - Answer.MostFindings;
            if (rest > 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"\n- and {rest} more {(rest == 1 ? "violation" : "violations")}.");
            }

            return text.ToString();
        }

        var failed = string.Join(", ", verdict.Errors.Select(error => error.Rule).Distinct());
        return text.Append(CultureInfo.InvariantCulture, $" could not be judged: {failed} failed, which is a fault of HaWebhook and not of the object. ")
            .Append("The policy refuses such requests (onRuleError: Deny); ask your platform team.")
            .ToString();
    }
}
