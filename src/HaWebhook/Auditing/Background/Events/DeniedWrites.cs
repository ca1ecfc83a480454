using System.Threading.Channels;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Evaluation;

namespace HaWebhook.Auditing.Background.Events;

/// <summary>A write of a controller that was denied. It holds names alone, nothing of the object.</summary>
/// <param name="Subject">The object that owns what was to be written, else that itself.</param>
/// <param name="Written">What was to be written: operation, kind and name.</param>
/// <param name="User">The controller.</param>
/// <param name="Rules">The ids of the rules that denied it.</param>
internal sealed record DeniedWrite(EventSubject Subject, string Written, string User, IReadOnlyList<string> Rules);

/// <summary>
/// Takes denials of controllers from where reviews are answered, to be told as events: a person sees a denial, a controller tries again in
/// silence. Never waits, and drops what is too much.
/// </summary>
internal sealed class DeniedWrites(AuditMetrics metrics)
{
    private const int MostQueued = 256;
    private const string ServiceAccount = "system:serviceaccount:";

    private readonly Channel<DeniedWrite> _queue = Channel.CreateBounded<DeniedWrite>(new BoundedChannelOptions(MostQueued) { SingleReader = true });

    /// <summary>Those that wait to be told.</summary>
    public ChannelReader<DeniedWrite> Waiting => _queue.Reader;

    /// <summary>Takes a review that was denied and is no dry run.</summary>
    public void Take(Review review, Verdict verdict)
    {
        if (review.User is { } user && (user.Name.StartsWith(ServiceAccount, StringComparison.Ordinal) || user.IsKubernetesController)
            && SubjectOf(review) is { } subject
            && !_queue.Writer.TryWrite(new(subject, $"{review.Operation.ToString().ToLowerInvariant()} of {review.Title}", user.Name, RulesOf(verdict))))
        {
            metrics.Wrote("event", "dropped");
        }
    }

    /// <summary>What a person looks at: the owner, which is there and waits for what was denied. Null where neither has a name yet.</summary>
    private static EventSubject? SubjectOf(Review review)
    {
        if (review.Namespace.Length == 0)
        {
            return null;
        }

        if (review.Subject?.Metadata.Controller is { } owner)
        {
            return new(owner.ApiVersion, owner.Kind, review.Namespace, owner.Name, owner.Uid);
        }

        // What is created anew has a uid for this review alone: the next try has another, and is the same to whoever looks.
        return review.Name.Length > 0 && review.Subject is { } subject
            ? new(subject.ApiVersion, review.Kind, review.Namespace, review.Name, review.Operation == Operation.Create ? null : subject.Metadata.Uid)
            : null;
    }

    private static string[] RulesOf(Verdict verdict) =>
    [
        .. verdict.Findings.Where(finding => finding.Action == ValidationAction.Deny).Select(finding => finding.Rule)
            .Concat(verdict.Errors.Select(error => error.Rule)).Distinct(),
    ];
}
