using System.Text.Json.Nodes;
using HaWebhook.ApiServer.Kinds;

namespace HaWebhook.ApiServer.Objects;

/// <summary>
/// What the API server fills in when it decodes an object, before anything else sees it: the webhooks always see defaulted objects.
/// And what it leaves out: nulls and empty lists, which its types omit.
/// </summary>
internal static class Defaults
{
    /// <summary>Fills in a whole object, in place.</summary>
    public static void Apply(ApiKind kind, JsonObject value)
    {
        if (kind.Custom)
        {
            return;
        }

        Omit(value, top: true);
        var spec = value.Child("spec");
        if (spec is not null)
        {
            Spec(kind.Kind, value, spec);
        }

        foreach (var webhook in kind.Group == "admissionregistration.k8s.io" ? value.Items("webhooks") : [])
        {
            Webhook(kind.Kind, webhook);
        }

        if (kind.Kind == "Namespace")
        {
            value.Metadata().ChildOrNew("labels")["kubernetes.io/metadata.name"] = value.Metadata().Text("name");
        }

        if (kind.Kind == "Secret")
        {
            value.Default("type", "Opaque");
            StringData(value);
        }

        Fill(value, kind.NewEmpty());
    }

    private static void Spec(string kind, JsonObject value, JsonObject spec)
    {
        switch (kind)
        {
            case "Deployment":
                spec.Default("replicas", 1);
                spec.Default("revisionHistoryLimit", 10);
                spec.Default("progressDeadlineSeconds", 600);
                Rolling(spec.ChildOrNew("strategy"), "25%", "25%");
                Workloads.Template(spec);
                break;
            case "StatefulSet":
                spec.Default("replicas", 1);
                spec.Default("revisionHistoryLimit", 10);
                spec.Default("podManagementPolicy", "OrderedReady");
                var update = spec.ChildOrNew("updateStrategy");
                update.Default("type", "RollingUpdate");
                if (update.Text("type") == "RollingUpdate")
                {
                    update.ChildOrNew("rollingUpdate").Default("partition", 0);
                }

                var retention = spec.ChildOrNew("persistentVolumeClaimRetentionPolicy");
                retention.Default("whenDeleted", "Retain");
                retention.Default("whenScaled", "Retain");
                foreach (var claim in spec.Items("volumeClaimTemplates"))
                {
                    claim.Default("kind", "PersistentVolumeClaim");
                    claim.Default("apiVersion", "v1");
                    claim.ChildOrNew("spec").Default("volumeMode", "Filesystem");
                    claim.ChildOrNew("status").Default("phase", "Pending");
                }

                Workloads.Template(spec);
                break;
            case "DaemonSet":
                spec.Default("revisionHistoryLimit", 10);
                Rolling(spec.ChildOrNew("updateStrategy"), 1, 0);
                value.Metadata().ChildOrNew("annotations").Default("deprecated.daemonset.template.generation", "0");
                Workloads.Template(spec);
                break;
            case "ReplicaSet" or "ReplicationController":
                spec.Default("replicas", 1);
                if (kind == "ReplicationController" && spec.At("template", "metadata", "labels") is { } labels)
                {
                    value.Metadata().Default("labels", labels.DeepClone());
                    spec.Default("selector", labels.DeepClone());
                }

                Workloads.Template(spec);
                break;
            case "Job":
                Workloads.Job(spec);
                break;
            case "CronJob":
                spec.Default("concurrencyPolicy", "Allow");
                spec.Default("suspend", false);
                spec.Default("successfulJobsHistoryLimit", 3);
                spec.Default("failedJobsHistoryLimit", 1);
                Workloads.Template(spec.ChildOrNew("jobTemplate").ChildOrNew("spec"));
                break;
            case "Pod":
                Workloads.Pod(spec);
                spec.Default("enableServiceLinks", true);
                break;
            case "HorizontalPodAutoscaler" when value.Text("apiVersion") == "autoscaling/v1":
                spec.Default("minReplicas", 1);
                break;
            case "HorizontalPodAutoscaler":
                spec.Default("minReplicas", 1);
                spec.Default("metrics", JsonNode.Parse(
                    """[{"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":80}}}]"""));
                break;
            case "PersistentVolumeClaim":
                spec.Default("volumeMode", "Filesystem");
                break;
            case "Service":
                spec.Default("type", "ClusterIP");
                spec.Default("sessionAffinity", "None");
                spec.Default("internalTrafficPolicy", "Cluster");
                foreach (var port in spec.Items("ports"))
                {
                    port.Default("protocol", "TCP");
                    port.Default("targetPort", port["port"]?.DeepClone());
                }

                break;
        }
    }

    private static void Rolling(JsonObject strategy, JsonNode maxUnavailable, JsonNode maxSurge)
    {
        strategy.Default("type", "RollingUpdate");
        if (strategy.Text("type") == "RollingUpdate")
        {
            var rolling = strategy.ChildOrNew("rollingUpdate");
            rolling.Default("maxUnavailable", maxUnavailable);
            rolling.Default("maxSurge", maxSurge);
        }
    }

    private static void Webhook(string kind, JsonObject webhook)
    {
        webhook.Default("failurePolicy", "Fail");
        webhook.Default("matchPolicy", "Equivalent");
        webhook.Default("namespaceSelector", new JsonObject());
        webhook.Default("objectSelector", new JsonObject());
        webhook.Default("timeoutSeconds", 10);
        if (kind == "MutatingWebhookConfiguration")
        {
            webhook.Default("reinvocationPolicy", "Never");
        }

        webhook.Child("clientConfig").Child("service")?.Default("port", 443);
        foreach (var rule in webhook.Items("rules"))
        {
            rule.Default("scope", "*");
        }
    }

    private static void StringData(JsonObject secret)
    {
        foreach (var (name, text) in secret.Child("stringData") ?? [])
        {
            secret.ChildOrNew("data")[name] = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(text?.ToString() ?? ""));
        }

        secret.Remove("stringData");
    }

    /// <summary>Drops nulls, empty lists, and the empty maps of labels and annotations; what lies in status stays.</summary>
    private static void Omit(JsonObject value, bool top)
    {
        foreach (var (name, child) in value.ToList())
        {
            if (top && name == "status")
            {
                continue;
            }

            if (child is JsonObject map && name != "fieldsV1")
            {
                Omit(map, top: false);
            }

            foreach (var item in (child as JsonArray ?? []).OfType<JsonObject>())
            {
                Omit(item, top: false);
            }

            if (child is null or JsonArray { Count: 0 } || (child is JsonObject { Count: 0 } && name is "labels" or "annotations"))
            {
                value.Remove(name);
            }
        }
    }

    private static void Fill(JsonObject value, JsonObject empty)
    {
        foreach (var (name, child) in empty)
        {
            if (child is JsonObject wanted && value[name] is JsonObject present)
            {
                Fill(present, wanted);
            }
            else
            {
                value.Default(name, child?.DeepClone());
            }
        }
    }
}
