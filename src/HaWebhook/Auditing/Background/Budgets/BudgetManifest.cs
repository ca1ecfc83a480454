using System.Text.Json;
using System.Text.Json.Serialization;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Auditing.Background.Budgets;

/// <summary>A PodDisruptionBudget of <c>policy/v1</c> as it is applied: the fields that are HaWebhook's, and no others.</summary>
internal sealed record BudgetManifest(string ApiVersion, string Kind, BudgetMetadata Metadata, BudgetSpec Spec)
{
    /// <summary>The manifest of a default budget.</summary>
    /// <param name="budget">The budget.</param>
    /// <param name="namespaceName">Its namespace.</param>
    /// <param name="service">The installation that keeps it.</param>
    public static byte[] Of(DefaultBudget budget, string namespaceName, string service)
    {
        var owner = budget.Owner;
        return JsonSerializer.SerializeToUtf8Bytes(
            new(
                "policy/v1",
                "PodDisruptionBudget",
                new(budget.Name, namespaceName, budget.LabelsOf(service), [new(owner.ApiVersion, owner.Kind, owner.Metadata.Name, owner.Metadata.Uid)]),
                new(DefaultBudget.MaxUnavailable, DefaultBudget.UnhealthyPods, budget.Selector)),
            BudgetJson.Default.BudgetManifest);
    }

    /// <summary>The state of an object of a list: its resourceVersion.</summary>
    public static string StateOf(ReadOnlyMemory<byte> json) =>
        JsonSerializer.Deserialize(json.Span, BudgetJson.Default.BudgetHead)?.Metadata?.ResourceVersion ?? "";
}

/// <summary>Its metadata. The owner is no controller: nobody but HaWebhook keeps it, and Kubernetes removes it with the owner all the same.</summary>
internal sealed record BudgetMetadata(string Name, string Namespace, IReadOnlyDictionary<string, string> Labels, IReadOnlyList<BudgetOwner> OwnerReferences);

/// <summary>The workload.</summary>
internal sealed record BudgetOwner(string ApiVersion, string Kind, string Name, string Uid);

/// <summary>What it says.</summary>
internal sealed record BudgetSpec(int MaxUnavailable, string UnhealthyPodEvictionPolicy, LabelSelector Selector);

/// <summary>What is read of one beside what rules read.</summary>
internal sealed record BudgetHead(BudgetState? Metadata);

/// <summary>Which state of it there is.</summary>
internal sealed record BudgetState(string? ResourceVersion);

/// <summary>Its serializer.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, PropertyNameCaseInsensitive = false, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BudgetManifest))]
[JsonSerializable(typeof(BudgetHead))]
internal sealed partial class BudgetJson : JsonSerializerContext;
