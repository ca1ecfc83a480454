using System.Globalization;
using System.Text.Json;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Rules.Mutating;

/// <summary>To which workloads a liveness probe is given that its author did not write.</summary>
internal enum GuessedLiveness
{
    /// <summary>To none.</summary>
    Never,

    /// <summary>To those that keep no data.</summary>
    Stateless,

    /// <summary>To all.</summary>
    Always,
}

/// <summary>Gives containers that declare a TCP port the probes that their author left out.</summary>
/// <remarks>
/// The figures are those of the project's founding examples: every 5 seconds, 5 seconds to answer, not ready after 2 failures,
/// restarted after 4; a startup probe grants 5 minutes before liveness counts.
/// </remarks>
internal sealed class DefaultProbes(RuleSettings settings) : IMutatingRule
{
    private const int PeriodSeconds = 5;
    private const int TimeoutSeconds = 5;
    private const int ReadinessFailures = 2;
    private const int LivenessFailures = 4;
    private const int StartupFailures = 60;

    private static readonly BooleanParameter _readiness = new("readiness", true, "Whether missing readiness probes are added.");

    private static readonly ChoiceParameter<GuessedLiveness> _liveness = new(
        "liveness",
        GuessedLiveness.Stateless,
        [GuessedLiveness.Never, GuessedLiveness.Stateless, GuessedLiveness.Always],
        "Who gets missing liveness probes, with a startup probe that grants 5 minutes: nobody, pods that keep no data, or everybody.");

    public static readonly MutatingRuleDefinition Definition = new(settings => new DefaultProbes(settings))
    {
        Id = "default-probes",
        Summary = "Adds missing probes to containers that declare a TCP port.",
        Why = "Without probes a rollout goes on over pods that do not answer, and a process that hangs is never restarted.",
        Judges = "Workloads that no controller owns, when they are created and when their pod spec changes; Pods when they are created. Never Jobs, "
            + "DaemonSets, init containers or ephemeral containers.",
        Reads =
        [
            "containers[].ports: the port named http, https, web or grpc is probed, else the first that is not for metrics or administration; absent means no probes",
            "containers[].readinessProbe: added where absent; one that was added before follows its port where an update changes that",
            "containers[].livenessProbe, containers[].startupProbe: added only where both are absent, and only to pods that keep no data",
            $"metadata.annotations[{HaAnnotations.HealthPath}]: the pod's serving container is probed by httpGet on this path, and for liveness whatever data it keeps",
            $"metadata.annotations[{HaAnnotations.ReadyPath}]: the path for readiness; absent means the health path",
        ],
        Parameters = [_readiness, _liveness, FillIn.OnUpdate, FillIn.Pods],
        Example = "readinessProbe:\n  tcpSocket: {port: 8080}\n  periodSeconds: 5\n  timeoutSeconds: 5\n  failureThreshold: 2\n",
    };

    public Mutation Mutate(PodOwner subject, RuleContext context)
    {
        if (!FillIn.Applies(subject, context, settings))
        {
            return Mutation.None(subject);
        }

        var spec = subject.Template.Spec;
        var serving = HasPaths(subject) ? ServingContainer(spec) : null;
        var onlyKeep = FillIn.Keeps(context, settings);
        var old = (context.OldSubject as PodOwner)?.Template.Spec.Containers
            .DistinctBy(container => container.Name).ToDictionary(container => container.Name, StringComparer.Ordinal);
        List<Change>? changes = null;
        Container[]? containers = null;
        for (var i = 0; i < spec.Containers.Count; i++)
        {
            var before = spec.Containers[i];
            var after = Fill(before, subject, ReferenceEquals(before, serving), old?.GetValueOrDefault(before.Name), onlyKeep);
            if (ReferenceEquals(before, after))
            {
                continue;
            }

            containers ??= [.. spec.Containers];
            containers[i] = after;
            var pointer = string.Create(CultureInfo.InvariantCulture, $"{FillIn.Pointer(subject)}/containers/{i}");
            changes ??= [];
            Add(changes, pointer, "readinessProbe", before.ReadinessProbe, after.ReadinessProbe, before.Name);
            Add(changes, pointer, "livenessProbe", before.LivenessProbe, after.LivenessProbe, before.Name);
            Add(changes, pointer, "startupProbe", before.StartupProbe, after.StartupProbe, before.Name);
        }

        return changes is null ? Mutation.None(subject) : new(subject.WithPodSpec(spec with { Containers = containers! }), changes);
    }

    private Container Fill(Container container, PodOwner subject, bool isServing, Container? old, bool onlyKeep)
    {
        var lacksReadiness = settings.Get(_readiness)
            && (container.ReadinessProbe is null || (!onlyKeep && IsStale(container.ReadinessProbe, old?.ReadinessProbe, ReadinessFailures, container, old)));
        var lacksLiveness = (container.LivenessProbe is null && container.StartupProbe is null)
            || (!onlyKeep
                && IsStale(container.LivenessProbe, old?.LivenessProbe, LivenessFailures, container, old)
                && IsStale(container.StartupProbe, old?.StartupProbe, StartupFailures, container, old));
        if (!(lacksReadiness || lacksLiveness) || container.ServingPort is not { } port)
        {
            return container;
        }

        var healthPath = isServing ? Path(subject, HaAnnotations.HealthPath) : null;
        var readyPath = isServing ? Path(subject, HaAnnotations.ReadyPath) ?? healthPath : null;
        port = isServing ? container.HttpPort ?? port : port;
        var filled = container;
        if (lacksReadiness && NewProbe(port, readyPath, ReadinessFailures) is var readiness && (!onlyKeep || old?.ReadinessProbe == readiness))
        {
            filled = filled with { ReadinessProbe = readiness };
        }

        if (lacksLiveness && GetsLiveness(subject, healthPath))
        {
            var liveness = NewProbe(port, healthPath, LivenessFailures);
            var startup = NewProbe(port, healthPath, StartupFailures);
            if (!onlyKeep || (old?.LivenessProbe == liveness && old.StartupProbe == startup))
            {
                filled = filled with { LivenessProbe = liveness, StartupProbe = startup };
            }
        }

        return filled;
    }

    /// <summary>
    /// Whether a probe that was filled in asks a port that the update takes away. It counts as missing: its author never wrote it, and so does not
    /// move it, and no new pod would ever be ready.
    /// </summary>
    private static bool IsStale(Probe? probe, Probe? before, int failures, Container container, Container? old) =>
        probe is { Port: { Name: "", Number: var asked } }
        && probe == before
        && PortOf(container, asked) is null
        && PortOf(old!, asked) is { } port
        && probe == NewProbe(port, probe.HttpGet?.Path, failures);

    private static ContainerPort? PortOf(Container container, int number)
    {
        foreach (var port in container.Ports)
        {
            if (port.Number == number)
            {
                return port;
            }
        }

        return null;
    }

    /// <summary>With a health path liveness is no guess, so only the policy's own <c>Never</c> withholds it.</summary>
    private bool GetsLiveness(PodOwner subject, string? healthPath) => settings.Get(_liveness) switch
    {
        GuessedLiveness.Never => false,
        GuessedLiveness.Always => true,
        _ => healthPath is not null || subject.IsStateless,
    };

    /// <summary>The path that an annotation gives. One that can never answer must not make a probe: it would restart the pods without end.</summary>
    private static string? Path(PodOwner subject, string annotation) =>
        subject.Annotation(annotation) is { Length: > 0 } path
        && !path.Any(character => char.IsWhiteSpace(character) || char.IsControl(character))
        && !path.Contains("://", StringComparison.Ordinal)
            ? path
            : null;

    private static bool HasPaths(PodOwner subject) =>
        subject.Annotation(HaAnnotations.HealthPath) is not null || subject.Annotation(HaAnnotations.ReadyPath) is not null;

    /// <summary>The container that the pod's paths speak of: the first with an HTTP port by name, else the first with a port that may be one.</summary>
    private static Container? ServingContainer(PodSpec spec) =>
        spec.Containers.FirstOrDefault(container => container.HttpPort is { Name: "http" or "https" or "web" })
        ?? spec.Containers.FirstOrDefault(container => container.HttpPort is not null);

    private static Probe NewProbe(ContainerPort port, string? path, int failures) => new()
    {
        HttpGet = path is null ? null : new(path[0] == '/' ? path : "/" + path, new(port.Number), port.Name == "https" ? "HTTPS" : "HTTP"),
        TcpSocket = path is null ? new(new(port.Number)) : null,
        PeriodSeconds = PeriodSeconds,
        TimeoutSeconds = TimeoutSeconds,
        FailureThreshold = failures,
    };

    private static void Add(List<Change> changes, string pointer, string field, Probe? before, Probe? after, string container)
    {
        if (after is not null && after != before)
        {
            changes.Add(new($"{pointer}/{field}", JsonSerializer.SerializeToUtf8Bytes(after, PatchJson.Default.Probe), container));
        }
    }
}
