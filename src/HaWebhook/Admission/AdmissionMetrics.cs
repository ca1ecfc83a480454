using System.Diagnostics;
using System.Diagnostics.Metrics;
using HaWebhook.Policy.Evaluation;

namespace HaWebhook.Admission;

/// <summary>Measures what is asked, what is answered and how long that takes. No label holds what a request could make up.</summary>
internal sealed class AdmissionMetrics
{
    /// <summary>The name of the meter to listen to.</summary>
    public const string MeterName = "HaWebhook.Admission";

    /// <summary>The counter of reviews, with the most labels.</summary>
    public const string Reviews = "ha_webhook_admission_requests_total";

    private readonly Histogram<double> _durations;
    private readonly ReviewCounts _reviews;
    private readonly RuleCounts _rules = new();

    public AdmissionMetrics(IMeterFactory meters, ICurrentPolicy policy)
    {
        _reviews = new ReviewCounts(policy);
        var meter = meters.Create(MeterName);
        _durations = meter.CreateHistogram<double>(
            "ha_webhook_admission_duration_seconds", "s", "Time from a review's last byte to its answer, by webhook; not the way there and back.");
        meter.CreateObservableCounter(
            Reviews,
            _reviews.Observe,
            null,
            "Reviews answered, by webhook, operation, resource, decision, mode in force, and whether it was a dry run.");
        meter.CreateObservableCounter(
            "ha_webhook_rule_results_total", _rules.ObserveResults, null, "Reviews in which a rule came to this result. Dry runs are left out.");
        meter.CreateObservableCounter(
            "ha_webhook_rule_errors_total", _rules.ObserveErrors, null, "Reviews in which a rule failed: a fault of HaWebhook, not of the object.");
    }

    /// <summary>Records a review that was answered.</summary>
    /// <param name="kind">Which webhook was called.</param>
    /// <param name="review">The review.</param>
    /// <param name="verdict">What the policy says to it.</param>
    /// <param name="evaluator">Whose verdict it is.</param>
    /// <param name="decision">The answer in one word, <see cref="Answer.Decision"/>.</param>
    /// <param name="started">When the review had been received, as <see cref="Stopwatch.GetTimestamp"/> has it.</param>
    public void Decided(ReviewKind kind, Review review, Verdict verdict, PolicyEvaluator evaluator, string decision, long started)
    {
        _reviews.Add(kind, review, verdict, evaluator, decision);
        _rules.Add(kind, review, verdict);
        _durations.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, WebhookLabel.Of(kind));
    }
}
