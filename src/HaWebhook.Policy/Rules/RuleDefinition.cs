using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Rules;

/// <summary>What there is to know of a rule: <c>explain</c>, the documentation and the policy file's checks all come from here.</summary>
public abstract record RuleDefinition
{
    /// <summary>Its id: the state it requires or brings about, in kebab-case.</summary>
    public required string Id { get; init; }

    /// <summary>What it requires or does, as one sentence.</summary>
    public required string Summary { get; init; }

    /// <summary>The outage that it prevents.</summary>
    public required string Why { get; init; }

    /// <summary>The objects that it looks at.</summary>
    public required string Judges { get; init; }

    /// <summary>The fields that it reads, and what the absence of each means.</summary>
    public required IReadOnlyList<string> Reads { get; init; }

    /// <summary>Its parameters, beside <see cref="Switch"/>.</summary>
    public IReadOnlyList<PolicyKey> Parameters { get; init; } = [];

    /// <summary>The key that turns it on or off: <c>action</c> or <c>enabled</c>.</summary>
    public abstract PolicyKey Switch { get; }

    /// <summary>Whether it runs by these settings.</summary>
    public abstract bool IsOn(RuleSettings settings);

    /// <summary>All its keys in the policy file.</summary>
    public IReadOnlyList<PolicyKey> Keys => [Switch, .. Parameters];

    /// <summary>A piece of YAML that satisfies it, or that it writes.</summary>
    public required string Example { get; init; }
}

/// <summary>What there is to know of a rule that judges objects.</summary>
public sealed record ValidatingRuleDefinition : RuleDefinition
{
    internal ValidatingRuleDefinition(Func<RuleSettings, PolicyOptions, IValidatingRule> create) => Create = create;

    /// <summary>The related objects that it looks at, so that a front loads only what some rule needs. Default: none.</summary>
    public RelatedKinds Uses { get; init; }

    /// <summary>Its action where the policy says nothing.</summary>
    public required ValidationAction DefaultAction { get; init; }

    /// <inheritdoc/>
    public override PolicyKey Switch => Action;

    /// <inheritdoc/>
    public override bool IsOn(RuleSettings settings) => (settings.Action ?? DefaultAction) != ValidationAction.Off;

    internal PolicyKey<ValidationAction> Action => new(
        "action",
        PolicyValues.Choice<ValidationAction>(),
        DefaultAction,
        "What follows from a violation. Deny: the request is refused. Warn: the user reads a warning. Audit: it is recorded. "
            + "Off: the rule does not run.");

    /// <summary>Makes the rule with its parameters.</summary>
    internal Func<RuleSettings, PolicyOptions, IValidatingRule> Create { get; }
}

/// <summary>What there is to know of a rule that fills in fields.</summary>
public sealed record MutatingRuleDefinition : RuleDefinition
{
    internal MutatingRuleDefinition(Func<RuleSettings, IMutatingRule> create) => Create = create;

    /// <inheritdoc/>
    public override PolicyKey Switch => Enabled;

    /// <inheritdoc/>
    public override bool IsOn(RuleSettings settings) => settings.Enabled ?? Enabled.Default;

    internal PolicyKey<bool> Enabled { get; } = new("enabled", new TrueOrFalse(), true, "Whether the rule runs.");

    /// <summary>Makes the rule with its parameters.</summary>
    internal Func<RuleSettings, IMutatingRule> Create { get; }
}

/// <summary>
/// What there is to know of a rule that no review is about: <c>serve</c> keeps objects of its own in the cluster by it, after each audit in the
/// background. Nothing is written unless somebody asks for it.
/// </summary>
public sealed record BackgroundRuleDefinition : RuleDefinition
{
    /// <inheritdoc/>
    public override PolicyKey Switch => Enabled;

    /// <inheritdoc/>
    public override bool IsOn(RuleSettings settings) => settings.Enabled ?? Enabled.Default;

    internal PolicyKey<bool> Enabled { get; } = new("enabled", new TrueOrFalse(), false, "Whether the rule runs. It does so with --audit-interval.");
}
