using System.Text;
using System.Text.Json.Nodes;

namespace HaWebhook.ApiServer.Admission;

/// <summary>The two configurations that register a webhook for everything that HaWebhook judges.</summary>
internal static class WebhookRegistration
{
    private const string Workloads = """
        [{"apiGroups":["apps"],"apiVersions":["*"],"operations":["CREATE","UPDATE"],"resources":["deployments","statefulsets","replicasets","daemonsets"]},
         {"apiGroups":[""],"apiVersions":["v1"],"operations":["CREATE","UPDATE"],"resources":["pods","replicationcontrollers"]},
         {"apiGroups":["batch"],"apiVersions":["*"],"operations":["CREATE","UPDATE"],"resources":["jobs","cronjobs"]}
        """;

    private const string Others = """
        ,{"apiGroups":["apps",""],"apiVersions":["*"],"operations":["UPDATE"],"resources":["*/scale"]},
         {"apiGroups":["autoscaling"],"apiVersions":["*"],"operations":["CREATE","UPDATE","DELETE"],"resources":["horizontalpodautoscalers"]},
         {"apiGroups":["argoproj.io"],"apiVersions":["*"],"operations":["CREATE","UPDATE"],"resources":["rollouts","rollouts/scale"]},
         {"apiGroups":["keda.sh"],"apiVersions":["*"],"operations":["CREATE","UPDATE","DELETE"],"resources":["scaledobjects"]},
         {"apiGroups":["policy"],"apiVersions":["*"],"operations":["CREATE","UPDATE","DELETE"],"resources":["poddisruptionbudgets"]},
         {"apiGroups":[""],"apiVersions":["v1"],"operations":["CREATE","UPDATE"],"resources":["namespaces","persistentvolumeclaims"]}
        """;

    public static IEnumerable<string> Configurations(Uri url, string caPem, string name, string failurePolicy, int timeoutSeconds)
    {
        yield return Configuration("MutatingWebhookConfiguration", "/mutate", Workloads + "]");
        yield return Configuration("ValidatingWebhookConfiguration", "/validate", Workloads + Others + "]");

        string Configuration(string kind, string path, string rules) => new JsonObject
        {
            ["apiVersion"] = "admissionregistration.k8s.io/v1",
            ["kind"] = kind,
            ["metadata"] = new JsonObject { ["name"] = name },
            ["webhooks"] = new JsonArray(new JsonObject
            {
                ["name"] = $"{(kind[0] == 'M' ? "mutate" : "validate")}.{name}.io",
                ["admissionReviewVersions"] = new JsonArray("v1"),
                ["sideEffects"] = "None",
                ["failurePolicy"] = failurePolicy,
                ["timeoutSeconds"] = timeoutSeconds,
                ["clientConfig"] = new JsonObject
                {
                    ["url"] = new Uri(url, path).ToString(),
                    ["caBundle"] = Convert.ToBase64String(Encoding.ASCII.GetBytes(caPem)),
                },
                ["rules"] = JsonNode.Parse(rules),
            }),
        }.ToJsonString();
    }
}
