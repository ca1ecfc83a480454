using System.Text.Json.Nodes;

namespace HaWebhook.ApiServer.Objects;

/// <summary>The defaults of pods, in pods and in templates.</summary>
internal static class Workloads
{
    public static void Template(JsonObject spec)
    {
        var template = spec.ChildOrNew("template");
        template.ChildOrNew("metadata");
        Pod(template.ChildOrNew("spec"));
    }

    public static void Job(JsonObject spec)
    {
        spec.Default("parallelism", 1);
        spec.Default("completions", 1);
        spec.Default("backoffLimit", 6);
        spec.Default("manualSelector", false);
        spec.Default("completionMode", "NonIndexed");
        spec.Default("suspend", false);
        spec.Default("podReplacementPolicy", "TerminatingOrFailed");
        Template(spec);
    }

    public static void Pod(JsonObject spec)
    {
        foreach (var volume in spec.Items("volumes"))
        {
            Volume(volume);
        }

        foreach (var container in spec.Items("initContainers").Concat(spec.Items("containers")))
        {
            Container(container);
        }

        spec.Default("restartPolicy", "Always");
        spec.Default("terminationGracePeriodSeconds", 30);
        spec.Default("dnsPolicy", "ClusterFirst");
        if (spec.Text("serviceAccountName") is { } account)
        {
            spec.Default("serviceAccount", account);
        }

        spec.Default("securityContext", new JsonObject());
        spec.Default("schedulerName", "default-scheduler");
    }

    private static void Container(JsonObject container)
    {
        foreach (var port in container.Items("ports"))
        {
            port.Default("protocol", "TCP");
        }

        foreach (var variable in container.Items("env"))
        {
            variable.Child("valueFrom").Child("fieldRef")?.Default("apiVersion", "v1");
        }

        var resources = container.ChildOrNew("resources");
        foreach (var (name, limit) in resources.Child("limits") ?? [])
        {
            resources.ChildOrNew("requests").Default(name, limit?.DeepClone());
        }

        foreach (var probe in (ReadOnlySpan<string>)["livenessProbe", "readinessProbe", "startupProbe"])
        {
            if (container.Child(probe) is { } settings)
            {
                Probe(settings);
            }
        }

        container.Default("terminationMessagePath", "/dev/termination-log");
        container.Default("terminationMessagePolicy", "File");
        container.Default("imagePullPolicy", IsLatest(container.Text("image") ?? "") ? "Always" : "IfNotPresent");
    }

    private static void Probe(JsonObject probe)
    {
        if (probe.Child("httpGet") is { } get)
        {
            get.Default("path", "/");
            get.Default("scheme", "HTTP");
        }

        probe.Child("grpc")?.Default("service", "");
        probe.Default("timeoutSeconds", 1);
        probe.Default("periodSeconds", 10);
        probe.Default("successThreshold", 1);
        probe.Default("failureThreshold", 3);
    }

    private static void Volume(JsonObject volume)
    {
        foreach (var source in (ReadOnlySpan<string>)["configMap", "secret", "projected", "downwardAPI"])
        {
            volume.Child(source)?.Default("defaultMode", 420);
        }

        volume.Child("hostPath")?.Default("type", "");
        if (volume.Count == 1)
        {
            volume["emptyDir"] = new JsonObject();
        }
    }

    // The tag follows the last colon behind the last slash; a digest is never "latest".
    private static bool IsLatest(string image)
    {
        if (image.Contains('@'))
        {
            return false;
        }

        var name = image[(image.LastIndexOf('/') + 1)..];
        var colon = name.LastIndexOf(':');
        return colon < 0 || name[(colon + 1)..] == "latest";
    }
}
