using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Objects;
using HaWebhook.Serving;

namespace HaWebhook.Cluster;

/// <summary>A cluster as the caches know it, and as it is seen at a second look.</summary>
internal sealed class LiveCluster : IClusterKnowledge
{
    private readonly ClusterCaches _caches;
    private readonly ClusterObjects _objects;
    private readonly ObjectReduction _reduction;
    private readonly LiveLook _look;
    private readonly TimeProvider _clock;
    private readonly PreviewBudget _previews;
    private readonly bool _knowsCallers;
    private readonly Lock _previewing = new();

    public LiveCluster(
        ClusterCaches caches, ClusterObjects objects, ObjectReduction reduction, LiveLook look, ServingOptions options, ClusterMetrics metrics, TimeProvider clock)
    {
        (_caches, _objects, _reduction, _look, _clock) = (caches, objects, reduction, look, clock);
        (_previews, _knowsCallers) = (new(clock), options.Certificates.ClientAuthorities is not null);
        metrics.Observe(caches, clock);
    }

    public string? NotReady => _caches.NotReady;

    public RelatedObjects Around(string namespaceName) => _objects.Around(namespaceName);

    public Task<Surroundings>? LookAround(Review review, RelatedObjects known, TimeSpan budget) => _look.LookAround(review, known, budget);

    public Task<Verdict>? Reconsider(PolicyEvaluator evaluator, Review review, Verdict verdict, RelatedObjects known, TimeSpan budget) =>
        _look.Reconsider(evaluator, review, verdict, known, budget);

    public IReadOnlyList<string> Preview(NamespaceChange change, string namespaceName, TimeSpan budget)
    {
        if (!change.IsTightened)
        {
            return [];
        }

        // One at a time, and not for long: whoever changes a label to and fro must not take all processors.
        if (!_previewing.TryEnter())
        {
            return Tell(change, namespaceName, TimeSpan.Zero);
        }

        var started = _clock.GetTimestamp();
        try
        {
            var left = _previews.Left;
            return Tell(change, namespaceName, budget < left ? budget : left);
        }
        finally
        {
            _previews.Spend(_clock.GetElapsedTime(started));
            _previewing.Exit();
        }
    }

    /// <summary>The lines. What cannot be looked at in time is counted, and in no time nothing can.</summary>
    private IReadOnlyList<string> Tell(NamespaceChange change, string namespaceName, TimeSpan longest)
    {
        using var time = new CancellationTokenSource(longest);

        // Whoever reaches the port can say that a namespace gets a stricter mode: names are for API servers, which have shown who they are.
        return change.Preview(
            _objects.Whole(namespaceName), each => _reduction.ReadWhole(each.Kind, each.Kept.Json()), _objects.Around(namespaceName), _knowsCallers, time.Token);
    }
}
