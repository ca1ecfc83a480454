using HaWebhook.Cluster;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Fuzzing.Admission;

/// <summary>A cluster in which the same objects stand around everything. It serves the kinds of Argo and no other custom resources.</summary>
internal sealed class FuzzedCluster(RelatedObjects related) : IClusterKnowledge
{
    private readonly RelatedObjects _related = related with { ServesGroup = static group => group == "argoproj.io" };

    public string? NotReady => null;

    public RelatedObjects Around(string namespaceName) => _related;

    public Task<Surroundings>? LookAround(Review review, RelatedObjects known, TimeSpan budget) => null;

    public Task<Verdict>? Reconsider(PolicyEvaluator evaluator, Review review, Verdict verdict, RelatedObjects known, TimeSpan budget) => null;

    public IReadOnlyList<string> Preview(NamespaceChange change, string namespaceName, TimeSpan budget) => [];
}
