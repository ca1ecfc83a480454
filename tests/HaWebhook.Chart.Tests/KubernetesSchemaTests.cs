using System.Text.Json.Nodes;

namespace HaWebhook.Chart.Tests;

/// <summary>Every object is of the form that Kubernetes' OpenAPI schemas describe, by a validator that is not ours.</summary>
public class KubernetesSchemaTests
{
    [Theory]
    [InlineData("selfManaged")]
    [InlineData("certManager")]
    [InlineData("existingSecret")]
    public async Task Kubernetes_knows_the_form_of_every_object(string certificates)
    {
        var render = await Render.WithAsync(Render.Everything(certificates));

        var verdicts = await ValidateAsync(render.Objects);

        Assert.Equal(
            render.Objects.Select(item => $"{item.Id()}\t{(item.Kind() is "Issuer" or "Certificate" or "ServiceMonitor" or "PrometheusRule" ? "unknown" : "ok")}"),
            verdicts);
    }

    [Fact]
    public async Task What_is_wrong_is_seen()
    {
        var deployment = (await Render.WithAsync()).Deployment;
        deployment["spec"]!["template"]!["spec"]!["containers"]![0]!["ports"]![0]!["containerPort"] = "https";

        Assert.Equal(["Deployment/ha-webhook\tdata/spec/template/spec/containers/0/ports/0/containerPort must be integer"], await ValidateAsync([deployment]));
    }

    internal static async Task<string[]> ValidateAsync(IEnumerable<JsonObject> objects)
    {
        var result = await Tool.KubernetesSchemas.RunWithInputAsync(new JsonArray([.. objects.Select(item => item.DeepClone())]).ToJsonString());
        Assert.True(result.ExitCode == 0, result.Errors);
        return result.Output.TrimEnd().Split('\n');
    }
}
