using System.Text.Json.Nodes;

namespace HaWebhook.Chart.Tests;

/// <summary>The restricted pod security standard, control by control (kubernetes.io, Pod Security Standards).</summary>
public class PodSecurityTests
{
    private static readonly string[] _volumes = ["configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"];

    [Theory]
    [InlineData("selfManaged")]
    [InlineData("certManager")]
    [InlineData("existingSecret")]
    public async Task Every_pod_is_restricted(string certificates)
    {
        var pods = (await Render.WithAsync(Render.Everything(certificates))).Pods().ToList();

        Assert.Equal(["Deployment/ha-webhook", "Job/ha-webhook-uninstall", "Pod/ha-webhook-test"], pods.Select(pod => pod.Of).Order(StringComparer.Ordinal));
        Assert.All(pods, pod => Assert.Empty(Violations(pod.Pod)));
    }

    [Fact]
    public async Task Nothing_is_written_to_and_no_link_of_a_Service_becomes_a_variable()
    {
        foreach (var (_, pod) in (await Render.WithAsync(Render.Everything("selfManaged"))).Pods())
        {
            Assert.Equal("false", pod.Text("enableServiceLinks"));
            Assert.All(pod.Items("containers"), container =>
            {
                Assert.Equal("true", container.Text("securityContext/readOnlyRootFilesystem"));

                // With it .NET opens a socket in /tmp.
                Assert.Contains(container.Items("env"), variable => variable.Text("name") == "DOTNET_EnableDiagnostics" && variable.Text("value") == "0");
                Assert.NotNull(container.At("resources/requests/cpu"));
                Assert.NotNull(container.At("resources/limits/memory"));
                Assert.Null(container.At("resources/limits/cpu"));
            });
        }
    }

    [Fact]
    public void The_checks_see_a_pod_that_is_not_restricted()
    {
        var pod = JsonNode.Parse("""
            {"hostNetwork":true,"volumes":[{"name":"root","hostPath":{"path":"/"}}],
             "containers":[{"name":"a","securityContext":{"privileged":true},"ports":[{"hostPort":80}]}]}
            """)!;

        Assert.Equal(
            ["allowPrivilegeEscalation", "capabilities", "hostNetwork", "hostPath", "hostPort", "privileged", "runAsNonRoot", "seccompProfile"],
            Violations(pod).Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> Violations(JsonNode pod)
    {
        foreach (var host in (string[])["hostNetwork", "hostPID", "hostIPC"])
        {
            if (pod[host] is JsonValue value && (bool)value)
            {
                yield return host;
            }
        }

        foreach (var source in pod.Items("volumes").SelectMany(volume => volume!.AsObject().Select(entry => entry.Key)).Where(key => key != "name" && !_volumes.Contains(key)))
        {
            yield return source;
        }

        foreach (var container in pod.Items("containers").Concat(pod.Items("initContainers")))
        {
            var context = container!["securityContext"];
            if (context?["privileged"] is JsonValue privileged && (bool)privileged)
            {
                yield return "privileged";
            }

            if (container.Items("ports").Any(port => port!["hostPort"] is not null))
            {
                yield return "hostPort";
            }

            if (context?["allowPrivilegeEscalation"]?.ToString() != "false")
            {
                yield return "allowPrivilegeEscalation";
            }

            if (!context.Texts("capabilities/drop").SequenceEqual(["ALL"]) || context.Items("capabilities/add").Count > 0)
            {
                yield return "capabilities";
            }

            if ((context?["runAsNonRoot"] ?? pod.At("securityContext/runAsNonRoot"))?.ToString() != "true" || (context?["runAsUser"] ?? pod.At("securityContext/runAsUser"))?.ToString() == "0")
            {
                yield return "runAsNonRoot";
            }

            if ((context.At("seccompProfile/type") ?? pod.At("securityContext/seccompProfile/type"))?.ToString() is not ("RuntimeDefault" or "Localhost"))
            {
                yield return "seccompProfile";
            }
        }
    }
}
