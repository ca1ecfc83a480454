using System.Globalization;

namespace HaWebhook.Policy.Objects;

/// <summary>A container of a pod, whichever of its three lists it stands in.</summary>
public sealed record Container
{
    private static readonly string[] _httpNames = ["http", "https", "web"];
    private static readonly string[] _servingNames = [.. _httpNames, "grpc"];
    private static readonly string[] _sideNames = ["metric", "prom", "admin", "monitor", "debug", "pprof", "jmx", "health"];

    /// <summary>Container name, unique in its pod.</summary>
    public string Name { get; init; } = "";

    /// <summary>Which of the pod's lists it stands in.</summary>
    public ContainerRole Role { get; init; }

    /// <summary><c>image</c>, a reference as it was written; empty where absent.</summary>
    public string Image { get; init; } = "";

    /// <summary>The container's own <c>restartPolicy</c>; empty where the pod's holds.</summary>
    public string RestartPolicy { get; init; } = "";

    /// <summary>Whether it is a native sidecar: an init container that runs on beside the regular ones (Kubernetes 1.29, Sidecar Containers).</summary>
    public bool IsSidecar => Role == ContainerRole.Init && RestartPolicy == "Always";

    /// <summary>Declared ports, in their order.</summary>
    public IReadOnlyList<ContainerPort> Ports { get; init; } = [];

    /// <summary><c>readinessProbe</c>; null where absent.</summary>
    public Probe? ReadinessProbe { get; init; }

    /// <summary><c>livenessProbe</c>; null where absent.</summary>
    public Probe? LivenessProbe { get; init; }

    /// <summary><c>startupProbe</c>; null where absent.</summary>
    public Probe? StartupProbe { get; init; }

    /// <summary><c>lifecycle.preStop</c>; null where absent: the process gets its signal at once.</summary>
    public PreStopHook? PreStop { get; init; }

    /// <summary><c>volumeMounts</c>; empty where absent.</summary>
    public IReadOnlyList<VolumeMount> VolumeMounts { get; init; } = [];

    /// <summary>
    /// The TCP port that clients of the container use: the one named <c>http</c>, <c>https</c>, <c>web</c> or <c>grpc</c>, in this
    /// order, else the first that is not for metrics or administration. Null where there is none.
    /// </summary>
    public ContainerPort? ServingPort => Find(_servingNames) ?? First(port => !IsAside(port));

    /// <summary>The same for clients that speak HTTP: never a port that is named for gRPC.</summary>
    public ContainerPort? HttpPort =>
        Find(_httpNames) ?? First(port => !IsAside(port) && !port.Name.StartsWith("grpc", StringComparison.Ordinal));

    /// <summary>
    /// The number of a port that a probe of this container names: only its own ports count, and a name that is none of them is read as a
    /// number (kubelet, ResolveContainerPort). Null where there is none.
    /// </summary>
    public int? NumberOf(PortReference port)
    {
        if (port.Name.Length == 0)
        {
            return port.Number;
        }

        foreach (var declared in Ports)
        {
            if (declared.Name == port.Name)
            {
                return declared.Number;
            }
        }

        return int.TryParse(port.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    /// <summary>A probe that can be pasted into this container's YAML.</summary>
    internal string ExampleProbe(string name, string path) => ServingPort switch
    {
        null => $"{name}: {{exec: {{command: [/path/to/check]}}}}",
        { Name: "grpc" } port => $"{name}: {{grpc: {{port: {port.Number}}}}}",
        { Name: "https" } port => $"{name}: {{httpGet: {{path: {path}, port: {port.Number}, scheme: HTTPS}}}}",
        { Name: "http" or "web" } port => $"{name}: {{httpGet: {{path: {path}, port: {port.Number}}}}}",
        var port => $"{name}: {{tcpSocket: {{port: {port.Number}}}}}",
    };

    private ContainerPort? Find(string[] names)
    {
        foreach (var name in names)
        {
            foreach (var port in Ports)
            {
                if (port.Name == name && IsTcp(port))
                {
                    return port;
                }
            }
        }

        return null;
    }

    private ContainerPort? First(Func<ContainerPort, bool> serves)
    {
        foreach (var port in Ports)
        {
            if (IsTcp(port) && serves(port))
            {
                return port;
            }
        }

        return null;
    }

    private static bool IsTcp(ContainerPort port) => port.Protocol == "TCP" && port.Number > 0;

    private static bool IsAside(ContainerPort port)
    {
        foreach (var name in _sideNames)
        {
            if (port.Name.Contains(name, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
