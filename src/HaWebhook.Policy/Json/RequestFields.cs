using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Json;

/// <summary>The request while it is read.</summary>
internal ref struct RequestFields()
{
    public string? Uid;
    public KindEntry? Entry;
    public bool HasKind;
    public string Kind = "";
    public string ApiVersion = "";
    public string Group = "";
    public string Resource = "";
    public string Subresource = "";
    public string Name = "";
    public string Namespace = "";
    public Operation? Operation;
    public User? User;
    public bool DryRun;
    public KubernetesObject? Subject;
    public KubernetesObject? OldSubject;
    public ReadOnlyMemory<byte> SubjectLater;
    public ReadOnlyMemory<byte> OldSubjectLater;

    /// <summary>Whether the deletion of the object may leave something to be told.</summary>
    public readonly bool IsDeletionJudged =>
        Entry is { Shape: ObjectShape.Autoscaler or ObjectShape.PodDisruptionBudget } && Operation is Evaluation.Operation.Delete && Subresource.Length == 0;

    /// <summary>Whether the object matters: deletes are never denied, and of subresources only a scale changes what is judged.</summary>
    public readonly bool IsJudged =>
        Entry is not null
        && Operation is Evaluation.Operation.Create or Evaluation.Operation.Update
        && Subresource is "" or "scale";
}
