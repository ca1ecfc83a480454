using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Objects;
using HaWebhook.Serving;

namespace HaWebhook.Cluster;

/// <summary>What the server knows beside the review itself.</summary>
/// <remarks>Ready once all that can be known is known, and from then on.</remarks>
internal interface IClusterKnowledge : IReadiness
{
    /// <summary>What stands around an object of a namespace, as far as it is known now. Never waits.</summary>
    RelatedObjects Around(string namespaceName);

    /// <summary>
    /// Looks the review's namespace up where it is too new to be known: its labels set the mode, and whoever applies it with what is in it has
    /// created it a moment ago.
    /// </summary>
    /// <param name="review">The review.</param>
    /// <param name="known">What is known.</param>
    /// <param name="budget">How long the look may take.</param>
    /// <returns>What is known then; no task at all where the namespace is known, or nothing hangs on it.</returns>
    /// <exception cref="NotKnownYetException">It could not be looked up, and the call has the time to be made once more.</exception>
    Task<Surroundings>? LookAround(Review review, RelatedObjects known, TimeSpan budget);

    /// <summary>
    /// Looks once more, at the API server itself, before a review is denied: what lifts the denial may have been created a moment ago.
    /// </summary>
    /// <param name="evaluator">Decides the review.</param>
    /// <param name="review">The review.</param>
    /// <param name="verdict">The verdict by what is known.</param>
    /// <param name="known">What is known.</param>
    /// <param name="budget">How long the look may take.</param>
    /// <returns>The verdict by what is seen then; no task at all where another look can change nothing.</returns>
    Task<Verdict>? Reconsider(PolicyEvaluator evaluator, Review review, Verdict verdict, RelatedObjects known, TimeSpan budget);

    /// <summary>What a change of a namespace's labels means for what is in it, as lines for whoever makes it; empty where it means nothing, or nothing is known.</summary>
    /// <param name="change">The change.</param>
    /// <param name="namespaceName">The namespace.</param>
    /// <param name="budget">How long the look may take.</param>
    IReadOnlyList<string> Preview(NamespaceChange change, string namespaceName, TimeSpan budget);
}

/// <summary>What stands around an object.</summary>
/// <param name="Known">What is known.</param>
/// <param name="Failure">Why the labels of its namespace are not, though they may choose mode and rules; null where they are, or there are none.</param>
internal readonly record struct Surroundings(RelatedObjects Known, Exception? Failure = null);
