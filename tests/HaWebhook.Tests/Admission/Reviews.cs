using System.Text.Json;

namespace HaWebhook.Tests.Admission;

/// <summary>Small reviews, made for one test each.</summary>
internal static class Reviews
{
    public static string Text(
        string? uid = "u",
        string operation = "CREATE",
        string kind = """{"group":"apps","version":"v1","kind":"Deployment"}""",
        string metadata = """{"name":"web"}""",
        string spec = """{"replicas":1}""",
        string oldSpec = "",
        string user = "jane") =>
        $$$"""{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":{{{JsonSerializer.Serialize(uid)}}},"kind":{{{kind}}},"resource":{"group":"apps","version":"v1","resource":"deployments"},"name":"web","namespace":"shop","operation":"{{{operation}}}","userInfo":{"username":"{{{user}}}"},"object":{"metadata":{{{metadata}}},"spec":{{{spec}}}},"oldObject":{{{(oldSpec.Length == 0 ? "null" : $$"""{"metadata":{{metadata}},"spec":{{oldSpec}}}""")}}},"dryRun":false}}""";
}
