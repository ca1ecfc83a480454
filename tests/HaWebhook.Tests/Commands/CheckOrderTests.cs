namespace HaWebhook.Tests.Commands;

/// <summary>The objects of one run know each other, whichever comes first.</summary>
public class CheckOrderTests
{
    private const string Deployment = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web}
        spec:
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec: {containers: [{name: web, image: "registry.example.com/web:1.4.2"}]}

        """;

    [Theory]
    [InlineData(1, true, 1)]
    [InlineData(1, false, 1)]
    [InlineData(2, true, 0)]
    [InlineData(2, false, 0)]
    public async Task The_floor_of_an_autoscaler_decides_in_either_order(int floor, bool autoscalerFirst, int exitCode)
    {
        var autoscaler = $$"""
            apiVersion: autoscaling/v2
            kind: HorizontalPodAutoscaler
            metadata: {name: web}
            spec:
              scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
              minReplicas: {{floor}}
              maxReplicas: 4

            """;
        var input = autoscalerFirst ? $"{autoscaler}---\n{Deployment}" : $"{Deployment}---\n{autoscaler}";

        var result = await Cli.RunWithInputAsync(input, "check", "-");

        Assert.Equal((exitCode, ""), (result.ExitCode, result.Errors));
        var denials = result.Output.Split('\n')
            .Select(line => line.Trim())
            .Where(line => line.StartsWith("DENY", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);
        Assert.Equal(
            floor == 2
                ? []
                : [
                    "DENY   minimum-replicas: HorizontalPodAutoscaler/web spec.minReplicas is 1; must be at least 2",
                    "DENY   minimum-replicas: spec.minReplicas is 1; must be at least 2",
                ],
            denials);
    }
}
