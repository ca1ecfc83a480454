using HaWebhook.Policy.Configuration;

namespace HaWebhook.Policy.Rules.Cluster;

/// <summary>What there is to know of a rule about what only a living cluster shows.</summary>
public sealed record ClusterRuleDefinition
{
    internal ClusterRuleDefinition(IClusterRule rule) => Rule = rule;

    /// <summary>Its id: the state it requires, in kebab-case.</summary>
    public required string Id { get; init; }

    /// <summary>What it requires, as one sentence.</summary>
    public required string Summary { get; init; }

    /// <summary>The outage that it prevents.</summary>
    public required string Why { get; init; }

    /// <summary>The workloads that it looks at.</summary>
    public required string Judges { get; init; }

    /// <summary>What it reads, and what the absence of each means.</summary>
    public required IReadOnlyList<string> Reads { get; init; }

    /// <summary>A piece of YAML that satisfies it.</summary>
    public required string Example { get; init; }

    /// <summary>What follows from a violation, within the mode. Nothing is refused for it: it is no request's fault.</summary>
    public ValidationAction Action { get; init; } = ValidationAction.Warn;

    internal IClusterRule Rule { get; }
}

/// <summary>Every rule about what only a living cluster shows, in the order in which findings are told: after those of admission.</summary>
public static class ClusterRules
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<ClusterRuleDefinition> All { get; } = [Placement.Definition, SchedulableReplicas.Definition, DataBackup.Definition];
}
