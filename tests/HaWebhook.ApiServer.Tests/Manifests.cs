namespace HaWebhook.ApiServer.Tests;

/// <summary>Small objects that tests begin with.</summary>
internal static class Manifests
{
    public static string Deployment(string name, int replicas = 2, string @namespace = "demo", string labels = "") => $$$"""
        {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"{{{name}}}","namespace":"{{{@namespace}}}","labels":{ {{{labels}}}"app":"{{{name}}}"}},
        "spec":{"replicas":{{{replicas}}},"selector":{"matchLabels":{"app":"{{{name}}}"}},"template":{"metadata":{"labels":{"app":"{{{name}}}"}},
        "spec":{"containers":[{"name":"nginx","image":"nginx:1.27"}]} } } }
        """;
}
