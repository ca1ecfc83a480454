using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Manifests;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Rules.Validating;

/// <summary>A probe that cannot succeed, or kills where it should wait, makes outages of its own.</summary>
/// <remarks>
/// <para>
/// Reads the probes and the named ports of each regular container and native sidecar. A port by name is looked up in the container that has the
/// probe and in no other; a port by number need not be declared.
/// </para>
/// <para>
/// A liveness probe that asks what the readiness probe asks must be more patient in all it does, else pods are killed that should only be taken
/// out of rotation. The time until a connection is opened is not compared: a process that is merely slow does not lengthen it.
/// </para>
/// <para>
/// A timeout beyond the period delays the next attempt, because the kubelet makes one attempt after the other: that is only right for a startup
/// probe, which does nothing but wait (Kubernetes, Configure Liveness, Readiness and Startup Probes).
/// </para>
/// <para>
/// The start-up budget is what the probe that acts first, startup or else liveness, grants a container that does not answer yet: initial delay
/// plus threshold times period. Its default, 30 seconds, is what Kubernetes' own defaults grant (3 failures, 10 seconds apart).
/// </para>
/// </remarks>
internal sealed class ProbeSettings(RuleSettings settings) : IValidatingRule<PodOwner>
{
    private const string Exempt = $"If this is right as it is, annotate {HaAnnotations.Exempt}: probe-settings and {HaAnnotations.ExemptReason}: <why>.";

    private const int LongestList = 60;
    private const int SuggestedPeriodSeconds = 5;
    private const int SuggestedBudgetSeconds = 300;

    private static readonly IntegerParameter _startupSeconds = new(
        "startupSeconds",
        30,
        0,
        3600,
        "The fewest seconds that a container must have to start before a probe kills it; 0 asks for none.");

    public static readonly ValidatingRuleDefinition Definition = new((settings, _) => new ProbeSettings(settings))
    {
        Id = "probe-settings",
        Summary = "Probes can succeed, and kill a container only when waiting has not helped.",
        Why = "A probe that asks for a port that is not there never succeeds, and a hasty liveness probe restarts pods that are only busy or still "
            + "starting: all of them at once, under load or when a node or a zone is lost.",
        Judges = "Workloads, DaemonSets and bare Pods that do not run to completion: regular containers and native sidecars.",
        Reads =
        [
            "containers[].ports[].name: a probe's port by name must be one of its own container; by number it need not be declared",
            "livenessProbe, readinessProbe, startupProbe of each container: each absence means that nothing is asked",
            "initialDelaySeconds: absent means 0",
            "periodSeconds: absent means 10",
            "timeoutSeconds: absent means 1; of liveness and readiness probes at most periodSeconds",
            "failureThreshold: absent means 3",
        ],
        Parameters = [_startupSeconds],
        DefaultAction = ValidationAction.Warn,
        Example = """
            readinessProbe:
              httpGet: {path: /ready, port: http}
              periodSeconds: 5
              failureThreshold: 2
            livenessProbe:
              httpGet: {path: /health, port: http}
              periodSeconds: 5
              failureThreshold: 4
            startupProbe:
              httpGet: {path: /health, port: http}
              periodSeconds: 5
              failureThreshold: 60

            """,
    };

    private readonly int _required = settings.Get(_startupSeconds);

    public IEnumerable<RuleResult> Validate(PodOwner subject, RuleContext context)
    {
        if (subject.RunsToCompletion)
        {
            return [];
        }

        var found = new Findings(subject);
        foreach (var container in subject.Template.Spec.Containers)
        {
            Judge(container, ref found);
        }

        foreach (var container in subject.Template.Spec.InitContainers)
        {
            if (container.IsSidecar)
            {
                Judge(container, ref found);
            }
        }

        return found.Violations;
    }

    private void Judge(Container container, ref Findings found)
    {
        JudgePort(container, container.ReadinessProbe, "readinessProbe", ref found);
        JudgeTimeout(container, container.ReadinessProbe, "readinessProbe", ref found);
        JudgePort(container, container.LivenessProbe, "livenessProbe", ref found);
        JudgeTimeout(container, container.LivenessProbe, "livenessProbe", ref found);
        JudgePort(container, container.StartupProbe, "startupProbe", ref found);
        if (container is { LivenessProbe: { } liveness, ReadinessProbe: { } readiness } && liveness.AsksTheSameAs(readiness, container))
        {
            JudgePatience(container, liveness, readiness, ref found);
        }

        JudgeStart(container, ref found);
    }

    private static void JudgePort(Container container, Probe? probe, string name, ref Findings found)
    {
        if (probe?.Port is { } port && container.NumberOf(port) is null)
        {
            found.AddPort(container, $"{name}.{(probe.HttpGet is null ? "tcpSocket" : "httpGet")}.port", port.Name);
        }
    }

    private static void JudgeTimeout(Container container, Probe? probe, string name, ref Findings found)
    {
        if (probe?.TimeoutSeconds > probe?.PeriodSeconds)
        {
            found.Add(container, $"{name}.timeoutSeconds", Overlong(probe));
        }
    }

    private static void JudgePatience(Container container, Probe liveness, Probe readiness, ref Findings found)
    {
        if (liveness.ToleranceSeconds <= readiness.ToleranceSeconds)
        {
            found.Add(container, "livenessProbe.failureThreshold", Hasty(liveness, readiness));
        }

        // A timeout beyond the period is told already, and asks for the opposite.
        if (liveness.TcpSocket is null && liveness.TimeoutSeconds < readiness.TimeoutSeconds && liveness.TimeoutSeconds <= liveness.PeriodSeconds)
        {
            found.Add(container, "livenessProbe.timeoutSeconds", Curt(liveness, readiness));
        }
    }

    private void JudgeStart(Container container, ref Findings found)
    {
        var first = container.StartupProbe ?? container.LivenessProbe;
        if (first is not null && first.BudgetSeconds < _required)
        {
            found.Add(container, container.StartupProbe is null ? "startupProbe" : "startupProbe.failureThreshold", Short(container));
        }
    }

    private static Saying Overlong(Probe probe) => new(
        $"is {probe.TimeoutSeconds}; must be at most periodSeconds ({probe.PeriodSeconds})",
        () => $"Set timeoutSeconds to {probe.PeriodSeconds} or less, or periodSeconds to {probe.TimeoutSeconds} or more. {Exempt}");

    private static Saying Hasty(Probe liveness, Probe readiness) => new(
        $"is {liveness.FailureThreshold} ({liveness.ToleranceSeconds} s); must outlast readinessProbe, which asks the same "
            + $"({readiness.ToleranceSeconds} s)",
        () => $"Set failureThreshold to {Periods(readiness.ToleranceSeconds + 1, liveness.PeriodSeconds)} or more, so that a pod is taken out of "
            + $"rotation before it is killed; or let livenessProbe ask what only a process that hangs fails. {Exempt}",
        liveness.ToleranceSeconds);

    private static Saying Curt(Probe liveness, Probe readiness) => new(
        $"is {liveness.TimeoutSeconds}; must be at least that of readinessProbe, which asks the same ({readiness.TimeoutSeconds})",
        () => $"Set timeoutSeconds to {readiness.TimeoutSeconds} or more: an answer that keeps a pod in rotation must not be too slow "
            + $"to keep it alive. {Exempt}",
        liveness.TimeoutSeconds);

    private Saying Short(Container container) => container.StartupProbe is { } startup
        ? new(
            $"is {startup.FailureThreshold}, which kills after {startup.BudgetSeconds} s; must leave {_required} s to start",
            () => $"Set failureThreshold to {Periods(_required - startup.InitialDelaySeconds, startup.PeriodSeconds)} or more. {Exempt}",
            startup.BudgetSeconds)
        : new(
            $"is missing, so livenessProbe kills after {container.LivenessProbe!.BudgetSeconds} s; must leave {_required} s to start",
            () => $"{PatientlyAsked(container.LivenessProbe)} {Exempt}",
            container.LivenessProbe.BudgetSeconds);

    /// <summary>
    /// Says to add a startup probe that asks what the liveness probe asks, to be pasted as JSON, which is YAML. Commands and headers may hold
    /// secrets: they are not repeated.
    /// </summary>
    private string PatientlyAsked(Probe liveness)
    {
        var period = Math.Max(SuggestedPeriodSeconds, liveness.TimeoutSeconds);
        var failures = (int)Periods(Math.Max(SuggestedBudgetSeconds, _required), period);
        if (liveness.Exec is not null || liveness.HttpGet?.HttpHeaders is not null)
        {
            return $"Copy livenessProbe to startupProbe, and set initialDelaySeconds: 0, periodSeconds: {period} and failureThreshold: {failures} there.";
        }

        var startup = liveness with
        {
            InitialDelaySeconds = 0,
            PeriodSeconds = period,
            FailureThreshold = failures,
            TerminationGracePeriodSeconds = null,
        };
        return $"Add startupProbe: {PatchJson.Readable(startup)}.";
    }

    /// <summary>The fewest periods that last so many seconds.</summary>
    private static long Periods(long seconds, int period) => (seconds + period - 1) / period;

    /// <summary>What there is to say of a field. Made only when something is wrong: closures cost.</summary>
    private sealed record Saying(string Message, Func<string> Fix, long? Seconds = null);

    /// <summary>The violations so far. Nothing is allocated until there is one.</summary>
    private struct Findings(PodOwner subject)
    {
        private List<Violation>? _violations;
        private Dictionary<string, ContainerPort>? _ports;

        public readonly IEnumerable<RuleResult> Violations => (IEnumerable<RuleResult>?)_violations ?? [];

        public void Add(Container container, string field, Saying saying) =>
            (_violations ??= []).Add(new(subject.ContainerField(container, field), saying.Message, saying.Fix)
            {
                Count = saying.Seconds is { } seconds ? (int)Math.Clamp(seconds, int.MinValue, int.MaxValue) : null,
            });

        public void AddPort(Container container, string field, string port) =>
            Add(container, field, (_ports ??= NamedPorts()).TryGetValue(port, out var elsewhere) ? Foreign(elsewhere) : Unknown(container, port));

        private static Saying Foreign(ContainerPort elsewhere) => new(
            $"is {elsewhere.Name}, a port of another container; must be a port of its own container",
            () => $"Set port to {elsewhere.Number}: the containers of a pod share their ports, but not the names.");

        private static Saying Unknown(Container container, string port)
        {
            var names = container.Ports.Select(declared => declared.Name).Where(name => name.Length > 0).ToList();
            return names.Count == 0
                ? new(
                    $"is {port}; must be a port of its container, which names none",
                    () => $"Set port to a number, or add ports: [{{name: {FlowYaml.Scalar(port)}, containerPort: <number>}}] to the container.")
                : new(
                    $"is {port}; must be a port of its container ({SingleLine.Of(string.Join(", ", names), LongestList)})",
                    () => $"Set port to {FlowYaml.Scalar(NearestName.Of(port, names) ?? names[0])}, or to a number.");
        }

        /// <summary>The named ports of all containers that run on.</summary>
        private readonly Dictionary<string, ContainerPort> NamedPorts()
        {
            Dictionary<string, ContainerPort> ports = new(StringComparer.Ordinal);
            foreach (var container in subject.Template.Spec.Containers.Concat(subject.Template.Spec.InitContainers.Where(init => init.IsSidecar)))
            {
                foreach (var port in container.Ports)
                {
                    ports.TryAdd(port.Name, port);
                }
            }

            return ports;
        }
    }
}
