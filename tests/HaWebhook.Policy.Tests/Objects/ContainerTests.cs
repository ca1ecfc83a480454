using System.Globalization;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Tests.Objects;

public class ContainerTests
{
    [Theory]
    [InlineData("80", 80)]
    [InlineData("app:8080", 8080)]
    [InlineData("app:8080 api:8081", 8080)]
    [InlineData("app:8080 http:80", 80)]
    [InlineData("app:8080 https:443", 443)]
    [InlineData("app:8080 web:81", 81)]
    [InlineData("app:8080 grpc:9000", 9000)]
    [InlineData("grpc:9000 web:81 https:443 http:80", 80)]
    [InlineData("grpc:9000 web:81 https:443", 443)]
    [InlineData("grpc:9000 web:81", 81)]
    [InlineData("http:53/UDP grpc:9000", 9000)]
    [InlineData("HTTP:80 web:81", 81)]
    [InlineData("http-alt:8008 app:8080", 8008)]
    [InlineData("metrics:9090 app:8080", 8080)]
    [InlineData("http-metrics:9090 app:8080", 8080)]
    [InlineData("prometheus:9090 app:8080", 8080)]
    [InlineData("admin:9901 app:8080", 8080)]
    [InlineData("Admin:9901 app:8080", 8080)]
    [InlineData("monitoring:9901 debug:5005 pprof:6060 jmx:1099 health:8081 app:8080", 8080)]
    [InlineData("metrics:9090 80", 80)]
    [InlineData("dns:53/UDP dns-tcp:53", 53)]
    [InlineData("app:8080/SCTP api:8081", 8081)]
    [InlineData("app:0 api:8081", 8081)]
    [InlineData("metrics:9090", null)]
    [InlineData("metrics:9090 admin:9901", null)]
    [InlineData("dns:53/UDP", null)]
    [InlineData("http:80/UDP", null)]
    [InlineData("app:0", null)]
    [InlineData("", null)]
    public void ServingPort_IsTheOneThatClientsUse(string ports, int? serving)
    {
        var container = new Container { Ports = [.. ports.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Parse)] };

        Assert.Equal(serving, container.ServingPort?.Number);
    }

    [Theory]
    [InlineData("app:8080", 8080)]
    [InlineData("grpc:9000 http:80", 80)]
    [InlineData("grpc:9000 app:8080", 8080)]
    [InlineData("app:8080 web:81", 81)]
    [InlineData("metrics:9090 app:8080", 8080)]
    [InlineData("grpc:9000", null)]
    [InlineData("grpc-api:9000", null)]
    [InlineData("metrics:9090", null)]
    [InlineData("http:80/UDP", null)]
    [InlineData("", null)]
    public void HttpPort_IsNeverThatOfGrpc(string ports, int? http) =>
        Assert.Equal(http, new Container { Ports = [.. ports.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Parse)] }.HttpPort?.Number);

    [Theory]
    [InlineData("http:8080", "livenessProbe: {httpGet: {path: /health, port: 8080}}")]
    [InlineData("web:8080", "livenessProbe: {httpGet: {path: /health, port: 8080}}")]
    [InlineData("https:8443", "livenessProbe: {httpGet: {path: /health, port: 8443, scheme: HTTPS}}")]
    [InlineData("app:8080", "livenessProbe: {tcpSocket: {port: 8080}}")]
    [InlineData("grpc:9000", "livenessProbe: {grpc: {port: 9000}}")]
    [InlineData("metrics:9090", "livenessProbe: {exec: {command: [/path/to/check]}}")]
    public void ExampleProbe_FitsThePort(string ports, string probe) =>
        Assert.Equal(probe, new Container { Ports = [Parse(ports)] }.ExampleProbe("livenessProbe", "/health"));

    /// <summary>A port such as <c>http:80/UDP</c>; name and protocol may be left out.</summary>
    private static ContainerPort Parse(string text)
    {
        var (port, protocol) = text.Split('/') is [var before, var after] ? (before, after) : (text, "TCP");
        var (name, number) = port.Split(':') is [var left, var right] ? (left, right) : ("", port);
        return new(name, int.Parse(number, CultureInfo.InvariantCulture), protocol);
    }
}
