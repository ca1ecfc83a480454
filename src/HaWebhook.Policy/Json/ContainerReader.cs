using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Json;

/// <summary>Reads containers, their ports and their probes.</summary>
internal static class ContainerReader
{
    private static readonly WellKnownWords _schemes = new("HTTP", "HTTPS");
    private static readonly WellKnownWords _protocols = new("TCP", "UDP", "SCTP");
    private static readonly WellKnownWords _portNames = new("http", "https", "web", "grpc", "metrics");

    public static IReadOnlyList<Container> ReadList(ref JsonCursor json)
    {
        if (!json.BeginArray())
        {
            return [];
        }

        var containers = new List<Container>();
        while (json.NextItem())
        {
            containers.Add(Read(ref json));
        }

        return containers;
    }

    private static Container Read(ref JsonCursor json)
    {
        string name = "", restartPolicy = "";
        IReadOnlyList<ContainerPort> ports = [];
        Probe? readiness = null, liveness = null, startup = null;
        ulong seen = 0;
        if (json.BeginObject())
        {
            while (json.NextProperty())
            {
                if (json.Is("name"u8, ref seen, 0))
                {
                    name = json.String();
                }
                else if (json.Is("ports"u8, ref seen, 1))
                {
                    ports = Ports(ref json);
                }
                else if (json.Is("readinessProbe"u8, ref seen, 2))
                {
                    readiness = ReadProbe(ref json);
                }
                else if (json.Is("livenessProbe"u8, ref seen, 3))
                {
                    liveness = ReadProbe(ref json);
                }
                else if (json.Is("startupProbe"u8, ref seen, 4))
                {
                    startup = ReadProbe(ref json);
                }
                else if (json.Is("restartPolicy"u8, ref seen, 5))
                {
                    restartPolicy = json.String();
                }
                else
                {
                    json.Skip();
                }
            }
        }

        return new Container
        {
            Name = name,
            RestartPolicy = restartPolicy,
            Ports = ports,
            ReadinessProbe = readiness,
            LivenessProbe = liveness,
            StartupProbe = startup,
        };
    }

    private static List<ContainerPort> Ports(ref JsonCursor json)
    {
        if (!json.BeginArray())
        {
            return [];
        }

        var ports = new List<ContainerPort>();
        while (json.NextItem())
        {
            if (!json.BeginObject())
            {
                continue;
            }

            var name = "";
            var number = 0;
            var protocol = "TCP";
            ulong seen = 0;
            while (json.NextProperty())
            {
                if (json.Is("name"u8, ref seen, 0))
                {
                    name = json.OneOf(_portNames) ?? json.String();
                }
                else if (json.Is("containerPort"u8, ref seen, 1))
                {
                    number = json.Int32OrNull() ?? 0;
                }
                else if (json.Is("protocol"u8, ref seen, 2))
                {
                    protocol = json.OneOf(_protocols) ?? json.StringOrNull() ?? "TCP";
                }
                else
                {
                    json.Skip();
                }
            }

            ports.Add(new(name, number, protocol));
        }

        return ports;
    }

    private static Probe? ReadProbe(ref JsonCursor json)
    {
        if (!json.BeginObject())
        {
            return null;
        }

        HttpGetAction? httpGet = null;
        TcpSocketAction? tcpSocket = null;
        int? period = null, timeout = null, failures = null;
        ulong seen = 0;
        while (json.NextProperty())
        {
            if (json.Is("httpGet"u8, ref seen, 0))
            {
                httpGet = HttpGet(ref json);
            }
            else if (json.Is("tcpSocket"u8, ref seen, 1))
            {
                tcpSocket = TcpSocket(ref json);
            }
            else if (json.Is("periodSeconds"u8, ref seen, 2))
            {
                period = json.Int32OrNull();
            }
            else if (json.Is("timeoutSeconds"u8, ref seen, 3))
            {
                timeout = json.Int32OrNull();
            }
            else if (json.Is("failureThreshold"u8, ref seen, 4))
            {
                failures = json.Int32OrNull();
            }
            else
            {
                json.Skip();
            }
        }

        return new Probe
        {
            HttpGet = httpGet,
            TcpSocket = tcpSocket,
            PeriodSeconds = period ?? 10,
            TimeoutSeconds = timeout ?? 1,
            FailureThreshold = failures ?? 3,
        };
    }

    private static HttpGetAction? HttpGet(ref JsonCursor json)
    {
        if (!json.BeginObject())
        {
            return null;
        }

        string path = "", scheme = "HTTP";
        var port = default(PortReference);
        ulong seen = 0;
        while (json.NextProperty())
        {
            if (json.Is("path"u8, ref seen, 0))
            {
                path = json.String();
            }
            else if (json.Is("port"u8, ref seen, 1))
            {
                port = Port(ref json);
            }
            else if (json.Is("scheme"u8, ref seen, 2))
            {
                scheme = json.OneOf(_schemes) ?? json.StringOrNull() ?? "HTTP";
            }
            else
            {
                json.Skip();
            }
        }

        return new(path, port, scheme);
    }

    private static TcpSocketAction? TcpSocket(ref JsonCursor json)
    {
        if (!json.BeginObject())
        {
            return null;
        }

        var port = default(PortReference);
        ulong seen = 0;
        while (json.NextProperty())
        {
            if (json.Is("port"u8, ref seen, 0))
            {
                port = Port(ref json);
            }
            else
            {
                json.Skip();
            }
        }

        return new(port);
    }

    private static PortReference Port(ref JsonCursor json) =>
        json.IsNumber ? new(json.Int32OrNull() ?? 0) : new(0, json.String());
}
