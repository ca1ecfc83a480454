using HaWebhook.Kubernetes;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Json;
using HaWebhook.Policy.Objects;
using HaWebhook.Policy.Rules;

namespace HaWebhook.Cluster;

/// <summary>
/// Looks at the API server itself before a review is denied. The caches lag behind: whoever applies a Deployment and its autoscaler in one go has
/// created the autoscaler a moment ago.
/// </summary>
internal sealed partial class LiveLook(
    KubernetesClient client, ClusterCaches caches, ObjectReduction reduction, ClusterMetrics metrics, ILogger<LiveLook> logger) : IDisposable
{
    /// <summary>So many looks at a time: a storm of denials must not become one of lists.</summary>
    private const int MostAtOnce = 16;

    private readonly SemaphoreSlim _turns = new(MostAtOnce);

    public void Dispose() => _turns.Dispose();

    /// <summary>The verdict by what is seen now; no task where a look can change nothing.</summary>
    public Task<Verdict>? Reconsider(PolicyEvaluator evaluator, Review review, Verdict verdict, RelatedObjects known, TimeSpan budget)
    {
        var isLiftable = review.Subject is Workload or Scale && verdict.Findings.Any(IsLiftedByAutoscalers);
        var isOwnerUnknown = review.Subject?.Metadata.Controller is { IsBuiltIn: false } owner
            && known.ServesGroup?.Invoke(KubernetesObject.GroupOf(owner.ApiVersion)) == false
            && verdict.Findings.Any(finding => finding.Intended == ValidationAction.Deny);
        return isLiftable || isOwnerUnknown ? ReconsiderAsync(evaluator, review, verdict, known, isLiftable, isOwnerUnknown, budget) : null;
    }

    private async Task<Verdict> ReconsiderAsync(
        PolicyEvaluator evaluator, Review review, Verdict verdict, RelatedObjects known, bool isLiftable, bool isOwnerUnknown, TimeSpan budget)
    {
        using var time = new CancellationTokenSource(budget);
        try
        {
            await _turns.WaitAsync(time.Token);
            try
            {
                if (isOwnerUnknown)
                {
                    known = known with { ServesGroup = await caches.DiscoverAsync(time.Token) };
                }

                if (isLiftable)
                {
                    known = known with { Autoscalers = await AutoscalersAsync(review.Namespace, time.Token) };
                }

                if (review.Subject is Scale scale)
                {
                    known = known with { ScaleTarget = await TargetAsync(scale, review, time.Token) };
                }
            }
            finally
            {
                _turns.Release();
            }

            metrics.Looked("answered");
            return evaluator.Validate(review, known);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or TimeoutException or OperationCanceledException
            or KubernetesApiException or InvalidDataException or MalformedJsonException)
        {
            metrics.Looked("failed");
            var reason = exception is OperationCanceledException ? "the API server did not answer in time" : exception.Message;
            Log.Failed(logger, SingleLine.Of(review.Uid), SingleLine.Of(reason));

            // What is known stands, though it may be old. Where nothing is known, a failed look is a failure and not "there is no autoscaler".
            return known.Has(RelatedKinds.Autoscalers) || !isLiftable ? verdict : verdict.Failing(IsLiftedByAutoscalers, exception);
        }
    }

    private async Task<AutoscalerIndex> AutoscalersAsync(string namespaceName, CancellationToken cancellation)
    {
        var autoscalers = await ListAsync(ClusterKind.HorizontalPodAutoscalers, namespaceName, cancellation);
        if (caches.IsServed(ClusterKind.ScaledObjects))
        {
            autoscalers.AddRange(await ListAsync(ClusterKind.ScaledObjects, namespaceName, cancellation));
        }

        return new AutoscalerIndex(autoscalers);
    }

    private async Task<List<Autoscaler>> ListAsync(ClusterKind kind, string namespaceName, CancellationToken cancellation)
    {
        var list = await client.ListAsync(kind.Resource, namespaceName, json => reduction.Read(kind, json), cancellation);
        return [.. list.Items.OfType<Autoscaler>()];
    }

    /// <summary>The workload that is scaled; null where its kind is none that can be read, or it is gone.</summary>
    private async Task<KubernetesObject?> TargetAsync(Scale scale, Review review, CancellationToken cancellation)
    {
        if (caches.KindOf(scale.TargetGroup, scale.TargetKind) is not { } kind)
        {
            return null;
        }

        try
        {
            return reduction.ReadWhole(kind, await client.GetAsync(kind.Resource, review.Namespace, review.Name, cancellation));
        }
        catch (KubernetesApiException exception) when (exception.IsNotFound)
        {
            return null;
        }
    }

    private static bool IsLiftedByAutoscalers(Finding finding) =>
        finding.Intended == ValidationAction.Deny
        && BuiltInRules.Validating.Any(rule => rule.Id == finding.Rule && rule.Uses.HasFlag(RelatedKinds.Autoscalers));

    private static partial class Log
    {
        [LoggerMessage(60, LogLevel.Warning, "review {Uid} is judged by what was known before, as the cluster could not be asked: {Error}")]
        public static partial void Failed(ILogger logger, string uid, string error);
    }
}
