using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Json;

/// <summary>Reads containers and their ports.</summary>
internal static class ContainerReader
{
    private static readonly WellKnownWords _protocols = new("TCP", "UDP", "SCTP");
    private static readonly WellKnownWords _portNames = new("http", "https", "web", "grpc", "metrics");
    private static readonly WellKnownWords _restartPolicies = new("Always", "OnFailure", "Never");

    public static IReadOnlyList<Container> ReadList(ref JsonCursor json, ContainerRole role)
    {
        if (!json.BeginArray())
        {
            return [];
        }

        var containers = new List<Container>();
        while (json.NextItem())
        {
            containers.Add(Read(ref json, role));
        }

        return containers;
    }

    private static Container Read(ref JsonCursor json, ContainerRole role)
    {
        string name = "", image = "", restartPolicy = "";
        IReadOnlyList<ContainerPort> ports = [];
        IReadOnlyList<VolumeMount> mounts = [];
        Probe? readiness = null, liveness = null, startup = null;
        PreStopHook? preStop = null;
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
                    readiness = ProbeReader.Read(ref json);
                }
                else if (json.Is("livenessProbe"u8, ref seen, 3))
                {
                    liveness = ProbeReader.Read(ref json);
                }
                else if (json.Is("startupProbe"u8, ref seen, 4))
                {
                    startup = ProbeReader.Read(ref json);
                }
                else if (json.Is("restartPolicy"u8, ref seen, 5))
                {
                    restartPolicy = json.OneOf(_restartPolicies) ?? json.String();
                }
                else if (json.Is("image"u8, ref seen, 6))
                {
                    image = json.String();
                }
                else if (json.Is("volumeMounts"u8, ref seen, 7))
                {
                    mounts = VolumeReader.ReadMounts(ref json);
                }
                else if (json.Is("lifecycle"u8, ref seen, 8))
                {
                    preStop = ProbeReader.ReadPreStop(ref json);
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
            Role = role,
            Image = image,
            RestartPolicy = restartPolicy,
            Ports = ports,
            ReadinessProbe = readiness,
            LivenessProbe = liveness,
            StartupProbe = startup,
            PreStop = preStop,
            VolumeMounts = mounts,
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
}
