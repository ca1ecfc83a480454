using System.Text.Json;
using System.Text.Json.Serialization;

namespace HaWebhook.Policy.Objects;

/// <summary>A container probe. Read with Kubernetes' defaults filled in; written with what is set.</summary>
public sealed record Probe
{
    /// <summary><c>httpGet</c>; null for other kinds of probe.</summary>
    public HttpGetAction? HttpGet { get; init; }

    /// <summary><c>tcpSocket</c>; null for other kinds of probe.</summary>
    public TcpSocketAction? TcpSocket { get; init; }

    /// <summary><c>grpc</c>; null for other kinds of probe.</summary>
    public GrpcAction? Grpc { get; init; }

    /// <summary><c>exec</c>; null for other kinds of probe.</summary>
    public ExecAction? Exec { get; init; }

    /// <summary>Seconds from the container's start to the first probe; absent means 0 (Kubernetes API, Probe).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int InitialDelaySeconds { get; init; }

    /// <summary>Seconds between two probes; absent means 10 (Kubernetes API, Probe).</summary>
    public int PeriodSeconds { get; init; } = 10;

    /// <summary>Seconds until a probe counts as failed; absent means 1 (Kubernetes API, Probe).</summary>
    public int TimeoutSeconds { get; init; } = 1;

    /// <summary>Failures in a row until the probe has failed; absent means 3 (Kubernetes API, Probe).</summary>
    public int FailureThreshold { get; init; } = 3;

    /// <summary>Successes in a row until a failed probe has succeeded again; absent means 1 (Kubernetes API, Probe). Rules never write it.</summary>
    [JsonIgnore]
    public int SuccessThreshold { get; init; } = 1;

    /// <summary>Seconds that the process has to end once the probe has failed; null where absent: the pod's own grace period.</summary>
    public long? TerminationGracePeriodSeconds { get; init; }

    /// <summary>Seconds for which a container that answered may fail before the probe has failed: threshold times period.</summary>
    [JsonIgnore]
    public long ToleranceSeconds => (long)FailureThreshold * PeriodSeconds;

    /// <summary>Seconds from a container's start until the probe has failed where it never answers.</summary>
    [JsonIgnore]
    public long BudgetSeconds => InitialDelaySeconds + ToleranceSeconds;

    /// <summary>The port that it asks for; null where it runs a command, or speaks gRPC, which knows ports by number only.</summary>
    [JsonIgnore]
    public PortReference? Port => HttpGet?.Port ?? TcpSocket?.Port;

    /// <summary>Whether the other probe asks this container the very same thing, however often and however patiently.</summary>
    public bool AsksTheSameAs(Probe other, Container container) => (this, other) switch
    {
        ({ HttpGet: { } one }, { HttpGet: { } two }) =>
            one == two || (container.NumberOf(one.Port) == container.NumberOf(two.Port) && one with { Port = two.Port } == two),
        ({ TcpSocket: { } one }, { TcpSocket: { } two }) => container.NumberOf(one.Port) == container.NumberOf(two.Port) && one.Host == two.Host,
        ({ Grpc: { } one }, { Grpc: { } two }) => one == two,
        ({ Exec: { } one }, { Exec: { } two }) => one == two,
        _ => false,
    };
}

/// <summary>A probe by HTTP GET.</summary>
/// <param name="Path">Request path; absent means <c>/</c>.</param>
/// <param name="Port">Port number, or the name of a container port.</param>
/// <param name="Scheme"><c>HTTP</c> or <c>HTTPS</c>; absent means <c>HTTP</c>.</param>
public sealed record HttpGetAction(string Path, PortReference Port, string Scheme)
{
    /// <summary>The host that is asked; null where absent: the pod itself.</summary>
    public string? Host { get; init; }

    /// <summary>Request headers, in their order; null where absent.</summary>
    public IReadOnlyList<HttpHeader>? HttpHeaders { get; init; }

    /// <inheritdoc/>
    public bool Equals(HttpGetAction? other) =>
        other is not null
        && Path == other.Path
        && Port == other.Port
        && Scheme == other.Scheme
        && Host == other.Host
        && (HttpHeaders ?? []).SequenceEqual(other.HttpHeaders ?? []);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Path, Port, Scheme, Host);
}

/// <summary>A header of a probe's request.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value.</param>
public sealed record HttpHeader(string Name, string Value);

/// <summary>A probe by the gRPC health checking protocol.</summary>
/// <param name="Port">Port number.</param>
/// <param name="Service">The service that is asked about; null where absent or empty: the server as a whole.</param>
public sealed record GrpcAction(int Port, string? Service);

/// <summary>A command that is run in the container.</summary>
/// <param name="Command">The command and its arguments, without a shell; empty where absent.</param>
public sealed record ExecAction(IReadOnlyList<string> Command)
{
    /// <inheritdoc/>
    public bool Equals(ExecAction? other) => other is not null && Command.SequenceEqual(other.Command);

    /// <inheritdoc/>
    public override int GetHashCode() => Command.Count == 0 ? 0 : Command[0].GetHashCode(StringComparison.Ordinal);
}

/// <summary>A probe that opens a TCP connection.</summary>
/// <param name="Port">Port number, or the name of a container port.</param>
public sealed record TcpSocketAction(PortReference Port)
{
    /// <summary>The host that is connected to; null where absent: the pod itself.</summary>
    public string? Host { get; init; }
}

/// <summary>A port by number or by the name that a container gives it.</summary>
/// <param name="Number">Port number; 0 where the port is given by name.</param>
/// <param name="Name">Port name; empty where the port is given by number.</param>
[JsonConverter(typeof(PortReferenceConverter))]
public readonly record struct PortReference(int Number, string Name = "");

/// <summary>Writes a port as Kubernetes does: a number or a string.</summary>
internal sealed class PortReferenceConverter : JsonConverter<PortReference>
{
    public override PortReference Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number ? new(reader.GetInt32()) : new(0, reader.GetString() ?? "");

    public override void Write(Utf8JsonWriter writer, PortReference value, JsonSerializerOptions options)
    {
        if (value.Name.Length > 0)
        {
            writer.WriteStringValue(value.Name);
        }
        else
        {
            writer.WriteNumberValue(value.Number);
        }
    }
}
