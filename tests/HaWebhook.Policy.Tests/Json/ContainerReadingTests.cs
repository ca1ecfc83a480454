using HaWebhook.Policy.Json;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Tests.Json;

public class ContainerReadingTests
{
    [Fact]
    public void Containers_KnowTheirListAndSidecarsTheirPart()
    {
        var spec = SpecText.Pod("""
            {"containers":[{"name":"a","restartPolicy":"Always"}],
             "initContainers":[{"name":"b"},{"name":"c","restartPolicy":"Always"},{"name":"d","restartPolicy":"OnFailure"}],
             "ephemeralContainers":[{"name":"e"}]}
            """);

        Assert.Equal(
            ["a Regular False", "b Init False", "c Init True", "d Init False", "e Ephemeral False"],
            spec.AllContainers.Select(container => $"{container.Name} {container.Role} {container.IsSidecar}"));
    }

    [Fact]
    public void AbsentFields_HaveTheirMeaning()
    {
        var container = SpecText.Container("""{"image":null,"lifecycle":null,"volumeMounts":null,"livenessProbe":{}}""");

        Assert.Equal(("", null), (container.Image, container.PreStop));
        Assert.Empty(container.VolumeMounts);
        Assert.Equal(
            new Probe { InitialDelaySeconds = 0, PeriodSeconds = 10, TimeoutSeconds = 1, FailureThreshold = 3, SuccessThreshold = 1, TerminationGracePeriodSeconds = null },
            container.LivenessProbe);
    }

    [Fact]
    public void Probe_IsReadInFull()
    {
        var container = SpecText.Container("""
            {"image":"web:1",
             "livenessProbe":{"httpGet":{"path":"/","port":80,"host":"a","httpHeaders":[{"name":"b","value":"c"},{}]},
               "initialDelaySeconds":1,"periodSeconds":2,"timeoutSeconds":3,"failureThreshold":4,"successThreshold":5,"terminationGracePeriodSeconds":6000000000},
             "readinessProbe":{"grpc":{"port":9000,"service":"d"}},
             "startupProbe":{"exec":{"command":["e","f"]}}}
            """);
        var expected = new Probe
        {
            HttpGet = new("/", new(80), "HTTP") { Host = "a", HttpHeaders = [new("b", "c"), new("", "")] },
            InitialDelaySeconds = 1,
            PeriodSeconds = 2,
            TimeoutSeconds = 3,
            FailureThreshold = 4,
            SuccessThreshold = 5,
            TerminationGracePeriodSeconds = 6_000_000_000,
        };

        Assert.Equal("web:1", container.Image);
        Assert.Equal(expected, container.LivenessProbe);
        Assert.Equal(new Probe { Grpc = new(9000, "d") }, container.ReadinessProbe);
        Assert.Equal(new Probe { Exec = new(["e", "f"]) }, container.StartupProbe);
    }

    [Theory]
    [InlineData("""{"httpGet":{"port":80,"path":"/"}}""", """{"httpGet":{"path":"/","port":80,"scheme":"HTTP","host":"","httpHeaders":[]},"periodSeconds":1}""", true)]
    [InlineData("""{"httpGet":{"port":80,"path":"/"}}""", """{"httpGet":{"port":80,"path":"/a"}}""", false)]
    [InlineData("""{"httpGet":{"port":80}}""", """{"httpGet":{"port":80,"path":"/"}}""", true)]
    [InlineData("""{"httpGet":{"port":80}}""", """{"httpGet":{"port":"80"}}""", true)]
    [InlineData("""{"httpGet":{"port":80}}""", """{"httpGet":{"port":"http"}}""", true)]
    [InlineData("""{"httpGet":{"port":80}}""", """{"httpGet":{"port":"https"}}""", false)]
    [InlineData("""{"httpGet":{"port":80}}""", """{"httpGet":{"port":"http","path":"/a"}}""", false)]
    [InlineData("""{"tcpSocket":{"port":80}}""", """{"tcpSocket":{"port":"http"}}""", true)]
    [InlineData("""{"tcpSocket":{"port":80}}""", """{"tcpSocket":{"port":81}}""", false)]
    [InlineData("{}", "{}", false)]
    [InlineData("""{"httpGet":{"port":80}}""", """{"httpGet":{"port":80,"host":"a"}}""", false)]
    [InlineData("""{"httpGet":{"port":80}}""", """{"httpGet":{"port":80,"httpHeaders":[{"name":"a","value":"b"}]}}""", false)]
    [InlineData("""{"httpGet":{"port":80,"httpHeaders":[{"name":"a","value":"b"}]}}""", """{"httpGet":{"port":80,"httpHeaders":[{"name":"a","value":"b"}]}}""", true)]
    [InlineData("""{"httpGet":{"port":80}}""", """{"tcpSocket":{"port":80}}""", false)]
    [InlineData("""{"tcpSocket":{"port":80}}""", """{"tcpSocket":{"port":80,"host":""}}""", true)]
    [InlineData("""{"tcpSocket":{"port":80}}""", """{"tcpSocket":{"port":80,"host":"a"}}""", false)]
    [InlineData("""{"grpc":{"port":80}}""", """{"grpc":{"port":80,"service":""}}""", true)]
    [InlineData("""{"grpc":{"port":80}}""", """{"grpc":{"port":80,"service":"a"}}""", false)]
    [InlineData("""{"exec":{"command":["a","b"]}}""", """{"exec":{"command":["a","b"]},"failureThreshold":9}""", true)]
    [InlineData("""{"exec":{"command":["a","b"]}}""", """{"exec":{"command":["a b"]}}""", false)]
    public void Probes_AreComparedByWhatTheyAsk(string readiness, string liveness, bool same)
    {
        var container = SpecText.Container($$"""
            {"ports":[{"name":"https","containerPort":443},{"name":"http","containerPort":80}],"readinessProbe":{{readiness}},"livenessProbe":{{liveness}}}
            """);

        Assert.Equal(same, container.ReadinessProbe!.AsksTheSameAs(container.LivenessProbe!, container));
        Assert.Equal(same, container.LivenessProbe!.AsksTheSameAs(container.ReadinessProbe, container));
    }

    [Fact]
    public void PortThatIsLeftOut_HasNoName() => Assert.Equal("", SpecText.Container("""{"livenessProbe":{"tcpSocket":{}}}""").LivenessProbe!.Port!.Value.Name);

    [Fact]
    public void Zero_MeansTheDefault() => Assert.Equal(
        new Probe(),
        SpecText.Container("""{"livenessProbe":{"initialDelaySeconds":0,"periodSeconds":0,"timeoutSeconds":0,"failureThreshold":0,"successThreshold":0}}""").LivenessProbe);

    [Theory]
    [InlineData("""{"sleep":{"seconds":15}}""", 15)]
    [InlineData("""{"sleep":{"seconds":3000000000}}""", 3_000_000_000)]
    [InlineData("""{"sleep":{}}""", 0)]
    [InlineData("""{"httpGet":{"port":80}}""", 0)]
    [InlineData("{}", 0)]
    [InlineData("""{"exec":{"command":["sleep","15"]}}""", 15)]
    [InlineData("""{"exec":{"command":["/bin/sleep","15"]}}""", 15)]
    [InlineData("""{"exec":{"command":["/bin/sh","-c","sleep 15; nginx -s quit"]}}""", 15)]
    [InlineData("""{"exec":{"command":["sh","-c","nginx -s quit && sleep 5&&sleep 20"]}}""", 20)]
    [InlineData("""{"exec":{"command":["sh","-c","sleep 0.5"]}}""", 0)]
    [InlineData("""{"exec":{"command":["sh","-c","sleep 1.5m"]}}""", 90)]
    [InlineData("""{"exec":{"command":["sh","-c","exec sleep 10s"]}}""", 10)]
    [InlineData("""{"exec":{"command":["sh","-c","sleep infinity"]}}""", int.MaxValue)]
    [InlineData("""{"exec":{"command":["sh","-c","sleep $SECONDS"]}}""", 0)]
    [InlineData("""{"exec":{"command":["sh","-c","sleepy 15"]}}""", 0)]
    [InlineData("""{"exec":{"command":["sh","-c","sleep s"]}}""", 0)]
    [InlineData("""{"exec":{"command":["sh","-c","sleep"]}}""", 0)]
    [InlineData("""{"exec":{}}""", 0)]
    public void PreStop_SaysHowLongItIsKnownToTake(string hook, long seconds) =>
        Assert.Equal(seconds, SpecText.Container($$$"""{"lifecycle":{"postStart":7,"preStop":{{{hook}}}}}""").PreStop!.KnownSeconds);

    [Fact]
    public void VolumeMounts_AreRead() => Assert.Equal(
        [new("data", "/data", false), new("conf", "/conf", true)],
        SpecText.Container("""{"volumeMounts":[{"name":"data","mountPath":"/data"},{"name":"conf","mountPath":"/conf","readOnly":true},null]}""").VolumeMounts);

    [Fact]
    public void SecondsBeyond64Bits_AreRefused()
    {
        var exception = Assert.Throws<MalformedJsonException>(() => SpecText.Pod("""{"terminationGracePeriodSeconds":9223372036854775808}"""));

        Assert.Equal("spec.terminationGracePeriodSeconds must be a whole number of 64 bits", exception.Message);
    }
}
