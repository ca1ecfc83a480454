using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Rules.Validating;

/// <summary>A process that is killed before it could end drops the requests that it was answering, at every rollout and drain.</summary>
/// <remarks>
/// Reads <c>terminationGracePeriodSeconds</c> (absent means 30; at 0 the process is killed at once) and <c>lifecycle.preStop</c> of regular
/// containers and native sidecars. The hook's time counts against the grace period, so what it is known to sleep must be less (Kubernetes,
/// Termination of Pods); hooks of several containers run at the same time. A hook whose time cannot be told is not judged.
/// </remarks>
internal sealed class GracefulTermination : IValidatingRule<Workload>
{
    /// <summary>What a hook that sleeps for ever is known to take: see <see cref="PreStopHook.KnownSeconds"/>.</summary>
    private const long ForEver = int.MaxValue;

    /// <summary>
    /// The longest grace period to advise, in seconds: the cluster autoscaler waits no longer for a pod (default of
    /// <c>--max-graceful-termination-sec</c>).
    /// </summary>
    private const long LongestAdvice = 600;

    public static readonly ValidatingRuleDefinition Definition = new((_, _) => new GracefulTermination())
    {
        Id = "graceful-termination",
        Summary = "Pods have time to end by themselves, and preStop hooks do not use it all up.",
        Why = "A process that is killed before it could end drops the requests that it was answering, at every rollout, scale-down and node drain.",
        Judges = "Workloads: regular containers and native sidecars.",
        Reads =
        [
            "terminationGracePeriodSeconds: absent means 30",
            "containers[].lifecycle.preStop: its sleep, or the longest sleep in its command; absent means that the process is told to end at once",
        ],
        DefaultAction = ValidationAction.Audit,
        Example = """
            terminationGracePeriodSeconds: 45
            containers:
            - name: web
              lifecycle:
                preStop:
                  exec: {command: [sleep, "10"]}

            """,
    };

    public IEnumerable<RuleResult> Validate(Workload subject, RuleContext context)
    {
        var spec = subject.Template.Spec;
        if (spec.GracePeriodSeconds < 1)
        {
            return [TooShort(subject)];
        }

        List<Violation>? found = null;
        foreach (var container in spec.Containers)
        {
            Judge(subject, container, ref found);
        }

        foreach (var container in spec.InitContainers)
        {
            if (container.IsSidecar)
            {
                Judge(subject, container, ref found);
            }
        }

        return (IEnumerable<RuleResult>?)found ?? [];
    }

    private static void Judge(Workload subject, Container container, ref List<Violation>? found)
    {
        if (container.PreStop?.KnownSeconds is { } seconds && seconds >= Math.Min(subject.Template.Spec.GracePeriodSeconds, ForEver))
        {
            (found ??= []).Add(seconds < ForEver ? TooLong(subject, container, seconds) : Endless(subject, container));
        }
    }

    private static Violation TooShort(Workload subject)
    {
        var field = $"{subject.PodSpecField}.terminationGracePeriodSeconds";
        var seconds = subject.Template.Spec.GracePeriodSeconds;
        return new(
            field,
            $"is {seconds}, which leaves no time to end; must be at least 1",
            () => $"Remove {field}, which gives {PodSpec.DefaultGracePeriodSeconds} seconds, or set it to what the slowest request takes.")
        {
            Count = (int)Math.Max(seconds, int.MinValue),
        };
    }

    private static Violation TooLong(Workload subject, Container container, long seconds) => new(
        subject.ContainerField(container, "lifecycle.preStop"),
        $"takes {seconds} s; must take less than terminationGracePeriodSeconds ({GraceOf(subject)})",
        () => (seconds + PodSpec.DefaultGracePeriodSeconds <= LongestAdvice
                ? $"Set {subject.PodSpecField}.terminationGracePeriodSeconds to {seconds + PodSpec.DefaultGracePeriodSeconds}, or shorten the hook: "
                : "Shorten the hook: ")
            + "its time counts, and the process needs some of its own.");

    /// <summary>A grace period that is for ever as well is no bound: nothing ends such a pod but force.</summary>
    private static Violation Endless(Workload subject, Container container)
    {
        var isBounded = subject.Template.Spec.GracePeriodSeconds < ForEver;
        return new(
            subject.ContainerField(container, "lifecycle.preStop"),
            isBounded
                ? $"never ends; must take less than terminationGracePeriodSeconds ({GraceOf(subject)})"
                : "never ends, nor does terminationGracePeriodSeconds, so that the pod is never gone; must end",
            () => "Let it end in time, for instance preStop: {exec: {command: [sleep, \"10\"]}}"
                + (isBounded
                    ? "."
                    : $", and remove {subject.PodSpecField}.terminationGracePeriodSeconds, which gives {PodSpec.DefaultGracePeriodSeconds} seconds."));
    }

    private static string GraceOf(Workload subject) => subject.Template.Spec is { TerminationGracePeriodSeconds: null } spec
        ? $"{spec.GracePeriodSeconds} by default"
        : $"{subject.Template.Spec.GracePeriodSeconds}";
}
