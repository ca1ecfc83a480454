using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Json;

/// <summary>Reads what a probe or a hook does.</summary>
internal static class ActionReader
{
    private static readonly WellKnownWords _schemes = new("HTTP", "HTTPS");
    private static readonly WellKnownWords _paths = new("/", "/healthz", "/health", "/readyz", "/ready", "/livez");

    public static HttpGetAction? HttpGet(ref JsonCursor json)
    {
        if (!json.BeginObject())
        {
            return null;
        }

        string path = "", scheme = "HTTP", host = "";
        var port = new PortReference(0);
        IReadOnlyList<HttpHeader>? headers = null;
        ulong seen = 0;
        while (json.NextProperty())
        {
            if (json.Is("path"u8, ref seen, 0))
            {
                path = json.OneOf(_paths) ?? json.String();
            }
            else if (json.Is("port"u8, ref seen, 1))
            {
                port = Port(ref json);
            }
            else if (json.Is("scheme"u8, ref seen, 2))
            {
                scheme = json.OneOf(_schemes) ?? json.StringOrNull() ?? "HTTP";
            }
            else if (json.Is("host"u8, ref seen, 3))
            {
                host = json.String();
            }
            else if (json.Is("httpHeaders"u8, ref seen, 4))
            {
                headers = Headers(ref json);
            }
            else
            {
                json.Skip();
            }
        }

        // The API server's own default; a path that is written out must not look different from one that is not.
        return new(path.Length == 0 ? "/" : path, port, scheme) { Host = host.Length == 0 ? null : host, HttpHeaders = headers };
    }

    private static List<HttpHeader>? Headers(ref JsonCursor json)
    {
        if (!json.BeginArray())
        {
            return null;
        }

        List<HttpHeader>? headers = null;
        while (json.NextItem())
        {
            if (!json.BeginObject())
            {
                continue;
            }

            string name = "", value = "";
            ulong seen = 0;
            while (json.NextProperty())
            {
                if (json.Is("name"u8, ref seen, 0))
                {
                    name = json.String();
                }
                else if (json.Is("value"u8, ref seen, 1))
                {
                    value = json.String();
                }
                else
                {
                    json.Skip();
                }
            }

            (headers ??= []).Add(new(name, value));
        }

        return headers;
    }

    public static TcpSocketAction? TcpSocket(ref JsonCursor json)
    {
        if (!json.BeginObject())
        {
            return null;
        }

        var port = new PortReference(0);
        var host = "";
        ulong seen = 0;
        while (json.NextProperty())
        {
            if (json.Is("port"u8, ref seen, 0))
            {
                port = Port(ref json);
            }
            else if (json.Is("host"u8, ref seen, 1))
            {
                host = json.String();
            }
            else
            {
                json.Skip();
            }
        }

        return new(port) { Host = host.Length == 0 ? null : host };
    }

    public static GrpcAction? Grpc(ref JsonCursor json)
    {
        if (!json.BeginObject())
        {
            return null;
        }

        var port = 0;
        var service = "";
        ulong seen = 0;
        while (json.NextProperty())
        {
            if (json.Is("port"u8, ref seen, 0))
            {
                port = json.Int32OrNull() ?? 0;
            }
            else if (json.Is("service"u8, ref seen, 1))
            {
                service = json.String();
            }
            else
            {
                json.Skip();
            }
        }

        return new(port, service.Length == 0 ? null : service);
    }

    public static ExecAction? Exec(ref JsonCursor json)
    {
        if (!json.BeginObject())
        {
            return null;
        }

        IReadOnlyList<string> command = [];
        ulong seen = 0;
        while (json.NextProperty())
        {
            if (json.Is("command"u8, ref seen, 0))
            {
                command = MetadataReader.List(ref json);
            }
            else
            {
                json.Skip();
            }
        }

        return new(command);
    }

    private static PortReference Port(ref JsonCursor json) =>
        json.IsNumber ? new(json.Int32OrNull() ?? 0) : new(0, json.String());
}
