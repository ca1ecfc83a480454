using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Cluster;

/// <summary>A cluster as the caches know it, and as it is seen at a second look.</summary>
internal sealed class LiveCluster : IClusterKnowledge
{
    /// <summary>Judging thousands of objects takes a processor, and reviews come first.</summary>
    private static readonly TimeSpan _longestPreview = TimeSpan.FromSeconds(1);

    private readonly ClusterCaches _caches;
    private readonly ClusterObjects _objects;
    private readonly ObjectReduction _reduction;
    private readonly LiveLook _look;
    private readonly Lock _previewing = new();

    public LiveCluster(ClusterCaches caches, ClusterObjects objects, ObjectReduction reduction, LiveLook look, ClusterMetrics metrics, TimeProvider clock)
    {
        (_caches, _objects, _reduction, _look) = (caches, objects, reduction, look);
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

        using var time = new CancellationTokenSource(budget < _longestPreview ? budget : _longestPreview);
        var isAlone = _previewing.TryEnter();
        try
        {
            if (!isAlone)
            {
                // One at a time: whoever changes a label to and fro must not take all processors. The lines then say that nothing was looked at.
                time.Cancel();
            }

            return change.Preview(_objects.Whole(namespaceName), each => _reduction.ReadWhole(each.Kind, each.Kept.Json()), _objects.Around(namespaceName), time.Token);
        }
        finally
        {
            if (isAlone)
            {
                _previewing.Exit();
            }
        }
    }
}
