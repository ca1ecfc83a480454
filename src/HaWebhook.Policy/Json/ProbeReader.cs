using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Json;

/// <summary>Reads probes and preStop hooks.</summary>
internal static class ProbeReader
{
    public static Probe? Read(ref JsonCursor json)
    {
        if (!json.BeginObject())
        {
            return null;
        }

        HttpGetAction? httpGet = null;
        TcpSocketAction? tcpSocket = null;
        GrpcAction? grpc = null;
        ExecAction? exec = null;
        int? delay = null, period = null, timeout = null, failures = null, successes = null;
        long? grace = null;
        ulong seen = 0;
        while (json.NextProperty())
        {
            if (json.Is("httpGet"u8, ref seen, 0))
            {
                httpGet = ActionReader.HttpGet(ref json);
            }
            else if (json.Is("tcpSocket"u8, ref seen, 1))
            {
                tcpSocket = ActionReader.TcpSocket(ref json);
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
            else if (json.Is("successThreshold"u8, ref seen, 5))
            {
                successes = json.Int32OrNull();
            }
            else if (json.Is("initialDelaySeconds"u8, ref seen, 6))
            {
                delay = json.Int32OrNull();
            }
            else if (json.Is("grpc"u8, ref seen, 7))
            {
                grpc = ActionReader.Grpc(ref json);
            }
            else if (json.Is("exec"u8, ref seen, 8))
            {
                exec = ActionReader.Exec(ref json);
            }
            else if (json.Is("terminationGracePeriodSeconds"u8, ref seen, 9))
            {
                grace = ScalarReader.Int64OrNull(ref json);
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
            Grpc = grpc,
            Exec = exec,
            InitialDelaySeconds = delay ?? 0,
            PeriodSeconds = OrDefault(period, 10),
            TimeoutSeconds = OrDefault(timeout, 1),
            FailureThreshold = OrDefault(failures, 3),
            SuccessThreshold = OrDefault(successes, 1),
            TerminationGracePeriodSeconds = grace,
        };
    }

    /// <summary>The API server gives 0 and absence the same default, and refuses less.</summary>
    private static int OrDefault(int? value, int absent) => value is null or < 1 ? absent : value.Value;

    /// <summary>The <c>preStop</c> of a <c>lifecycle</c>.</summary>
    public static PreStopHook? ReadPreStop(ref JsonCursor json)
    {
        PreStopHook? hook = null;
        if (!json.BeginObject())
        {
            return hook;
        }

        ulong seen = 0;
        while (json.NextProperty())
        {
            if (json.Is("preStop"u8, ref seen, 0))
            {
                hook = Hook(ref json);
            }
            else
            {
                json.Skip();
            }
        }

        return hook;
    }

    private static PreStopHook? Hook(ref JsonCursor json)
    {
        if (!json.BeginObject())
        {
            return null;
        }

        long? sleep = null;
        ExecAction? exec = null;
        ulong seen = 0;
        while (json.NextProperty())
        {
            if (json.Is("sleep"u8, ref seen, 0))
            {
                sleep = Sleep(ref json);
            }
            else if (json.Is("exec"u8, ref seen, 1))
            {
                exec = ActionReader.Exec(ref json);
            }
            else
            {
                json.Skip();
            }
        }

        return new(sleep, exec);
    }

    private static long? Sleep(ref JsonCursor json)
    {
        long? seconds = null;
        if (!json.BeginObject())
        {
            return seconds;
        }

        ulong seen = 0;
        while (json.NextProperty())
        {
            if (json.Is("seconds"u8, ref seen, 0))
            {
                seconds = ScalarReader.Int64OrNull(ref json);
            }
            else
            {
                json.Skip();
            }
        }

        return seconds ?? 0;
    }
}
