using HaWebhook.Policy.Evaluation;

namespace HaWebhook.Admission;

/// <summary>The policy in force. It can change between two reviews, never during one.</summary>
internal interface ICurrentPolicy
{
    PolicyEvaluators Evaluators { get; }
}
