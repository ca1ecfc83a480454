using HaWebhook.Checking;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Objects;
using HaWebhook.Policy.Survivability;

namespace HaWebhook.Auditing;

/// <summary>An object, with what the policy says to it and what it survives. Where a kind has both, they are here together.</summary>
internal sealed record AuditedObject
{
    /// <summary>Its group and version.</summary>
    public required string ApiVersion { get; init; }

    /// <summary>Its kind.</summary>
    public required string Kind { get; init; }

    /// <summary>Its namespace.</summary>
    public required string Namespace { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The uid that the API server gave it; empty over manifests, and for what only its pods tell of.</summary>
    public string Uid { get; init; } = "";

    /// <summary>Whose it is: the value of the team label of the object, else of its pod template, else of its namespace; empty where none has it.</summary>
    public string Team { get; init; } = "";

    /// <summary>The fewest pods that it runs with when nothing is wrong, and the field that says so; null for what has no count.</summary>
    public EffectiveReplicas? Replicas { get; init; }

    /// <summary>What was found, in the order of the rules, each with its line; in a cluster the line is 0.</summary>
    public IReadOnlyList<(Finding Finding, int Line)> Findings { get; init; } = [];

    /// <summary>What admission would fill in were it created anew, in an order in which it can be applied.</summary>
    public IReadOnlyList<RuleChange> Changes { get; init; } = [];

    /// <summary>Exemptions that made a difference.</summary>
    public IReadOnlyList<ExemptRule> Exempt { get; init; } = [];

    /// <summary>Rules that could not judge it for want of data.</summary>
    public IReadOnlyList<SkippedRule> Skipped { get; init; } = [];

    /// <summary>What it survives; null for what keeps no pods running, and for what is switched off.</summary>
    public WorkloadSurvival? Survival { get; init; }

    /// <summary>The manifest's file; empty in a cluster.</summary>
    public string File { get; init; } = "";

    /// <summary>The line of the file that it starts on; 0 in a cluster.</summary>
    public int Line { get; init; }

    /// <summary>The fewest pods with which it serves: 1, or a majority; null where it has no survival.</summary>
    public int? Minimum => Survival?.Minimum;

    /// <summary>Tells it from others.</summary>
    public ObjectKey Key => new(Namespace, KubernetesObject.GroupOf(ApiVersion), Kind, Name);

    /// <summary>Its kind, namespace and name, fit for a line.</summary>
    public string Title => Key.ToString();
}
