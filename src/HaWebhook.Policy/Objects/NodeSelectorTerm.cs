namespace HaWebhook.Policy.Objects;

/// <summary>
/// One of the terms of a required node affinity. A node must meet all of its requirements; a term without any is met by no node
/// (Kubernetes API, NodeSelectorTerm).
/// </summary>
/// <param name="MatchExpressions">
/// Requirements on the node's labels; empty where absent. Beside the operators of label selectors there are <c>Gt</c> and <c>Lt</c>.
/// </param>
/// <param name="MatchFields">Requirements on the node's fields, of which there is one, <c>metadata.name</c>; empty where absent.</param>
public sealed record NodeSelectorTerm(
    IReadOnlyList<LabelSelectorRequirement> MatchExpressions,
    IReadOnlyList<LabelSelectorRequirement> MatchFields);
