namespace HaWebhook.Policy.Objects;

/// <summary>A regular container of a pod.</summary>
public sealed record Container
{
    private static readonly string[] _servingNames = ["http", "https", "web", "grpc"];
    private static readonly string[] _sideNames = ["metric", "prom", "admin", "monitor", "debug", "pprof", "jmx", "health"];

    /// <summary>Container name, unique in its pod.</summary>
    public string Name { get; init; } = "";

    /// <summary>Declared ports, in their order.</summary>
    public IReadOnlyList<ContainerPort> Ports { get; init; } = [];

    /// <summary><c>readinessProbe</c>; null where absent.</summary>
    public Probe? ReadinessProbe { get; init; }

    /// <summary><c>livenessProbe</c>; null where absent.</summary>
    public Probe? LivenessProbe { get; init; }

    /// <summary><c>startupProbe</c>; null where absent.</summary>
    public Probe? StartupProbe { get; init; }

    /// <summary>
    /// The TCP port that clients of the container use: the one named <c>http</c>, <c>https</c>, <c>web</c> or <c>grpc</c>, in this
    /// order, else the first that is not for metrics or administration. Null where there is none.
    /// </summary>
    public ContainerPort? ServingPort
    {
        get
        {
            foreach (var name in _servingNames)
            {
                foreach (var port in Ports)
                {
                    if (port.Name == name && IsTcp(port))
                    {
                        return port;
                    }
                }
            }

            foreach (var port in Ports)
            {
                if (IsTcp(port) && !IsAside(port))
                {
                    return port;
                }
            }

            return null;
        }
    }

    /// <summary>A probe that can be pasted into this container's YAML.</summary>
    internal string ExampleProbe(string name, string path) => ServingPort switch
    {
        null => $"{name}: {{exec: {{command: [/path/to/check]}}}}",
        { Name: "grpc" } port => $"{name}: {{grpc: {{port: {port.Number}}}}}",
        var port => $"{name}: {{httpGet: {{path: {path}, port: {port.Number}}}}}",
    };

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
