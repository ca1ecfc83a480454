using System.Text.Json;

namespace HaWebhook.Policy.Objects;

/// <summary>A container probe. Read with Kubernetes' defaults filled in; written with what is set.</summary>
public sealed record Probe
{
    /// <summary><c>httpGet</c>; null for other kinds of probe.</summary>
    public HttpGetAction? HttpGet { get; init; }

    /// <summary><c>tcpSocket</c>; null for other kinds of probe.</summary>
    public TcpSocketAction? TcpSocket { get; init; }

    /// <summary>Seconds between two probes; absent means 10 (Kubernetes API, Probe).</summary>
    public int PeriodSeconds { get; init; } = 10;

    /// <summary>Seconds until a probe counts as failed; absent means 1 (Kubernetes API, Probe).</summary>
    public int TimeoutSeconds { get; init; } = 1;

    /// <summary>Failures in a row until the probe has failed; absent means 3 (Kubernetes API, Probe).</summary>
    public int FailureThreshold { get; init; } = 3;
}

/// <summary>A probe by HTTP GET.</summary>
/// <param name="Path">Request path.</param>
/// <param name="Port">Port number, or the name of a container port.</param>
/// <param name="Scheme"><c>HTTP</c> or <c>HTTPS</c>; absent means <c>HTTP</c>.</param>
public sealed record HttpGetAction(string Path, PortReference Port, string Scheme);

/// <summary>A probe that opens a TCP connection.</summary>
/// <param name="Port">Port number, or the name of a container port.</param>
public sealed record TcpSocketAction(PortReference Port);

/// <summary>A port by number or by the name that a container gives it.</summary>
/// <param name="Number">Port number; 0 where the port is given by name.</param>
/// <param name="Name">Port name; empty where the port is given by number.</param>
[System.Text.Json.Serialization.JsonConverter(typeof(PortReferenceConverter))]
public readonly record struct PortReference(int Number, string Name = "");

/// <summary>Writes a port as Kubernetes does: a number or a string.</summary>
internal sealed class PortReferenceConverter : System.Text.Json.Serialization.JsonConverter<PortReference>
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
