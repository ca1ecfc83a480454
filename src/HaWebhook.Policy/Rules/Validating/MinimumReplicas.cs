using System.Globalization;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Rules.Validating;

/// <summary>A workload with one pod is down whenever that pod is: on a node drain, a crash, an eviction or a rollout.</summary>
/// <remarks>
/// Reads <c>spec.replicas</c> (absent means 1; in a Scale 0), <c>minReplicas</c> of a HorizontalPodAutoscaler (absent means 1),
/// <c>minReplicaCount</c> of a ScaledObject (absent means 0), and the path that the policy gives for a replicated resource (absent means 1).
/// Where an autoscaler scales the workload its floor is judged in place of the workload's own number: see <see cref="EffectiveReplicas"/>.
/// </remarks>
internal sealed class MinimumReplicas(RuleSettings settings, PolicyOptions options)
    : IValidatingRule<Workload>, IValidatingRule<Scale>, IValidatingRule<Autoscaler>, IValidatingRule<ReplicatedResource>, IDeletionRule<Autoscaler>
{
    private const string Exempt =
        $"If this is right as it is, annotate {HaAnnotations.Exempt}: minimum-replicas and {HaAnnotations.ExemptReason}: <why>.";

    private const string Autoscaled = $"If an autoscaler is on its way, annotate {HaAnnotations.Autoscaled}: \"true\".";

    private static readonly ValidationAction[] _actions = [ValidationAction.Deny, ValidationAction.Warn, ValidationAction.Audit, ValidationAction.Off];

    private static readonly IntegerParameter _minimum =
        new("minimum", 2, 2, 100, "The fewest replicas that a workload may run with.");

    private static readonly BooleanParameter _allowZero =
        new("allowZero", true, "Whether 0 replicas are allowed: switched off on purpose.");

    private static readonly ChoiceParameter<ValidationAction> _whenOmitted =
        new("whenOmitted", ValidationAction.Deny, _actions, "What follows where the author left spec.replicas out, as charts do that leave it to an autoscaler.");

    private static readonly ChoiceParameter<ValidationAction> _fromZero =
        new("fromZero", ValidationAction.Deny, _actions, "What follows where a workload wakes up from 0 to fewer replicas than the minimum.");

    public static readonly ValidatingRuleDefinition Definition = new((settings, options) => new MinimumReplicas(settings, options))
    {
        Id = "minimum-replicas",
        Summary = "A workload runs with at least two replicas, or with none.",
        Why = "A workload with one pod is down whenever that pod is: on a node drain, a crash, an eviction or a rollout.",
        Judges = "Deployments, StatefulSets, ReplicaSets, ReplicationControllers, custom workloads and replicated resources of the policy, "
            + "scales of any of them, HorizontalPodAutoscalers and ScaledObjects (with the exemption of what they scale; not where that is switched "
            + "off). Of their deletion it warns at most. Objects that a controller made are not judged: their owner is. "
            + "Nor is the arbiter of a MongoDB replica set, which is one pod by design.",
        Reads =
        [
            "spec.replicas: absent means 1; in a Scale it means 0",
            "spec.minReplicas of the HorizontalPodAutoscaler that scales the workload: absent means 1; it counts in place of spec.replicas",
            "spec.minReplicaCount of the ScaledObject that scales the workload: absent means 0; it counts in place of spec.replicas",
            $"metadata.annotations[{HaAnnotations.Autoscaled}]: \"true\" makes a violation a warning until an autoscaler is known",
        ],
        Parameters = [_minimum, _allowZero, _whenOmitted, _fromZero],
        Uses = RelatedKinds.Autoscalers | RelatedKinds.Claims | RelatedKinds.Workloads,
        DefaultAction = ValidationAction.Deny,
        Example = "spec:\n  replicas: 2\n",
    };

    private readonly int _required = settings.Get(_minimum);
    private readonly bool _zeroIsAllowed = settings.Get(_allowZero);

    public IEnumerable<RuleResult> Validate(Workload subject, RuleContext context)
    {
        var effective = EffectiveReplicas.Of(subject, context.Related);
        if (IsEnough(effective.Count) || QuorumPart.IsArbiter(subject))
        {
            return [];
        }

        var violation = Falls(effective, () => FixOf(subject, effective, context));
        var value = ValueOf(effective);
        if (effective.Autoscaler is null && AuthoredReplicas.AreOmitted(subject))
        {
            value = string.Create(CultureInfo.InvariantCulture, $"is left out, which means {effective.Count}");
            violation = AtMost(violation, settings.Get(_whenOmitted)) with { Message = $"{value}; must be at least {_required}" };
        }

        violation = Announced(violation, value, effective, subject);
        return [context.OldSubject is Workload { DeclaredReplicas: 0 } ? AtMost(violation, settings.Get(_fromZero)) : violation];
    }

    public IEnumerable<RuleResult> Validate(Scale subject, RuleContext context)
    {
        var effective = EffectiveReplicas.Of(subject, context.Related);
        if (IsEnough(effective.Count) || (context.User is { } user && options.Autoscalers.Contains(user.Name, StringComparer.Ordinal)))
        {
            return [];
        }

        var target = JudgedWith.Of(subject, context.Related);
        if (IsArbiter(target, context))
        {
            return [];
        }

        var violation = Announced(Falls(effective, () => FixOfScale(subject, target, effective, context)), ValueOf(effective), effective, target);
        return [context.OldSubject is Scale { Replicas: 0 } ? AtMost(violation, settings.Get(_fromZero)) : violation];
    }

    public IEnumerable<RuleResult> Validate(Autoscaler subject, RuleContext context)
    {
        if (IsEnough(subject.Floor))
        {
            return [];
        }

        // An autoscaler pauses while its workload is switched off; waking that up is judged by the floor.
        var target = JudgedWith.Of(subject, context.Related);
        return (target is Workload { DeclaredReplicas: 0 } && _zeroIsAllowed) || IsArbiter(target, context)
            ? []
            : [Falls(new(subject.Floor, subject.FloorField, subject), () => $"{Raise($"set {subject.FloorField} to", target, context)}. {Exempt}")];
    }

    public IEnumerable<Violation> ValidateDeletion(Autoscaler gone, RuleContext context)
    {
        if (JudgedWith.Of(gone, context.Related) is not Workload workload || IsArbiter(workload, context))
        {
            return [];
        }

        var left = EffectiveReplicas.Without(workload, context.Related, gone);
        var field = left.Autoscaler is null ? $"{workload.Kind}/{workload.Metadata.Name} {left.Field}" : left.Field;
        return IsEnough(left.Count)
            ? []
            :
            [
                new(field, $"{ValueOf(left)} once {gone.Kind} {gone.Metadata.Name} is gone; must be at least {_required}", () => FixOf(workload, left, context))
                {
                    Count = left.Count,
                },
            ];
    }

    public IEnumerable<RuleResult> Validate(ReplicatedResource subject, RuleContext context) =>
        from count in subject.Counts
        where !IsEnough(count.Count)
        select Falls(new(count.Count, count.Field, null), () => $"Set {count.Field} to {FewestOf(subject, count, context)} or more. {Exempt}");

    private static bool IsArbiter(KubernetesObject? target, RuleContext context) =>
        target is not null && QuorumMinimum.Of(target, context.Related) == QuorumMinimum.Arbiter;

    private bool IsEnough(int count) => count >= _required || (count == 0 && _zeroIsAllowed);

    private Violation Falls(EffectiveReplicas effective, Func<string> fix) =>
        new(effective.Field, $"{ValueOf(effective)}; must be at least {_required}", fix) { Count = effective.Count };

    private static string ValueOf(EffectiveReplicas effective)
    {
        var verb = effective.Autoscaler is { Minimum: null } ? "is left out, which means" : effective.Field.Contains("[]", StringComparison.Ordinal) ? "adds up to" : "is";
        return string.Create(CultureInfo.InvariantCulture, $"{verb} {effective.Count}");
    }

    private static Violation AtMost(Violation violation, ValidationAction action) =>
        violation.AtMost is { } already && already < action ? violation : violation with { AtMost = action };

    private Violation Announced(Violation violation, string value, EffectiveReplicas effective, KubernetesObject? workload) =>
        effective.Autoscaler is not null || (workload as PodOwner)?.Annotation(HaAnnotations.Autoscaled) != "true"
            ? violation
            : AtMost(violation, ValidationAction.Warn) with
            {
                Message = $"{value} and no autoscaler is known yet; must be at least {_required}",
                Fix = () => $"Create the autoscaler, with a floor of {_required} or more.",
            };

    private string FixOfScale(Scale subject, KubernetesObject? target, EffectiveReplicas effective, RuleContext context)
    {
        var raise = effective.Autoscaler is { } autoscaler
            ? Raise($"set {autoscaler.FloorField} of {autoscaler.Kind} {autoscaler.Metadata.Name} to", target, context)
            : Raise("scale to", target, context);
        var exempt = $"{HaAnnotations.Exempt}: minimum-replicas and {HaAnnotations.ExemptReason}: <why>";
        return $"{raise}{(_zeroIsAllowed ? effective.Autoscaler is null ? ", or to 0 to switch it off" : ", or scale to 0 to switch it off" : "")}. "
            + (target is null
                ? $"A scale carries no annotations: if fewer are right, annotate the {subject.TargetKind} itself {exempt}, and set spec.replicas there."
                : $"If fewer are right, annotate {target.Kind} {target.Metadata.Name} {exempt}.");
    }

    /// <summary>What brings more replicas: not before they could run, nor fewer than a system that decides by majority needs.</summary>
    private string Raise(string how, KubernetesObject? target, RuleContext context)
    {
        var fewest = Math.Max(_required, target is null ? 0 : QuorumMinimum.Of(target, context.Related));
        return target is Workload workload && LoneClaim.Of(workload, context.Related) is { } claim
            ? $"{LoneClaim.Advice(claim)}{how} {fewest} or more"
            : $"{char.ToUpperInvariant(how[0])}{how[1..]} {fewest} or more";
    }

    /// <summary>What to advise: two members of a system that decides by majority would be worse than one.</summary>
    private int FewestOf(ReplicatedResource subject, (string Field, int Count) count, RuleContext context) =>
        Math.Max(_required, OperatedQuorum.Of(subject, count.Field, count.Count, context.Related)?.System.Minimum ?? 0);

    private string FixOf(Workload subject, EffectiveReplicas effective, RuleContext context)
    {
        var raise = effective.Autoscaler is { } autoscaler
            ? Raise($"set {autoscaler.FloorField} of {autoscaler.Kind} {autoscaler.Metadata.Name} to", subject, context)
            : Raise("set spec.replicas to", subject, context);
        return effective.Autoscaler is null && LoneClaim.Of(subject, context.Related) is null ? $"{raise}. {Autoscaled} {Exempt}" : $"{raise}. {Exempt}";
    }
}
