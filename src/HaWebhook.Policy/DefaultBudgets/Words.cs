using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.DefaultBudgets;

/// <summary>How objects are called.</summary>
internal static class Words
{
    public static string Of(KubernetesObject item) => SingleLine.Of($"{item.Kind} {item.Metadata.Name}");
}
