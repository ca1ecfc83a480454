using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Cluster;

/// <summary><c>serve --no-cluster</c>: every object is judged by itself.</summary>
internal sealed class NoCluster : IClusterKnowledge
{
    public string? NotReady => null;

    public RelatedObjects Around(string namespaceName) => RelatedObjects.None;

    public Task<Surroundings>? LookAround(Review review, RelatedObjects known, TimeSpan budget) => null;

    public Task<Verdict>? Reconsider(PolicyEvaluator evaluator, Review review, Verdict verdict, RelatedObjects known, TimeSpan budget) => null;

    public IReadOnlyList<string> Preview(NamespaceChange change, string namespaceName, TimeSpan budget) => [];
}
