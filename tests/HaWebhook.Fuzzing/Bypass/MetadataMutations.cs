using System.Text;
using HaWebhook.Fuzzing.Running;
using HaWebhook.Fuzzing.Trees;

namespace HaWebhook.Fuzzing.Bypass;

/// <summary>What any author may write into <c>metadata</c>, and what excuses nothing there.</summary>
internal static class MetadataMutations
{
    private static readonly string[] _labels = ["app.kubernetes.io/managed-by", "fuzz", "team", "control-plane", "ha-webhook.io/mode", "admission.gatekeeper.sh/ignore"];

    private static readonly string[] _labelValues = ["", "a", "true", "Audit", "Off", "0", "kube-system"];

    private static readonly string[] _annotations =
    [
        "note", "deployment.kubernetes.io/revision", "ha-webhook.example/exempt", "kubernetes.io/description", "checksum/config", "ha-webhook.io",
    ];

    private static readonly string[] _names = ["", "a", "web-", "kube-system", "\u0430pi", "-", "x..y", "*", "{{ .Name }}", "a\u0000b", "a\nb"];

    /// <summary>Owners that make no such object, that nobody serves, or that are not its controllers. Served are only the kinds of argoproj.io.</summary>
    private static readonly (string ApiVersion, string Kind)[] _owners =
    [
        ("v1", "ConfigMap"), ("v1", "Secret"), ("v1", "Node"), ("v1", "Pod"), ("apps/v1", "Deployment"), ("apps/v1", "ReplicaSet"), ("apps/v1", "StatefulSet"),
        ("apps/v1", "DaemonSet"), ("apps/v1", "replicaset"), ("Apps/v1", "ReplicaSet"), ("apps", "ReplicaSet"), ("apps./v1", "ReplicaSet"), ("/v1", "Node"),
        ("", "ReplicaSet"), ("batch/v1", "Job"), ("batch/v1", "CronJob"), ("keda.sh/v1alpha1", "ScaledObject"), ("example.com/v1", "Widget"),
        ("argoproj.io", "Rollout"), ("Argoproj.io/v1alpha1", "Rollout"), ("argoproj.io./v1alpha1", "Rollout"), ("xargoproj.io/v1", "Rollout"),
        ("networking.k8s.io/v1", "Ingress"), ("policy/v1", "PodDisruptionBudget"), ("apps.openshift.io/v1", "DeploymentConfig"), ("a/b/c", "Deployment"),
    ];

    public static IReadOnlyList<Mutation> All { get; } =
    [
        new("more labels", MoreLabels),
        new("more annotations", MoreAnnotations),
        new("on its way out", OnItsWayOut),
        new("forged owners", ForgedOwners),
        new("another name, or none", Names),
        new("managed fields", ManagedFields),
        new("padding", Padding),
        new("what the API server keeps", Kept),
    ];

    private static void MoreLabels(ReviewDraft draft, ref FuzzRandom random)
    {
        // Those of the template are what others select.
        var labels = draft.Metadata.Edit("labels");
        labels.Set(random.Pick(_labels), Tree.OfText(random.Pick(_labelValues)));
    }

    private static void MoreAnnotations(ReviewDraft draft, ref FuzzRandom random) =>
        Any(draft, ref random).Edit("annotations").Set(random.Pick(_annotations), Tree.OfText(new string('<', random.Next(60))));

    private static void OnItsWayOut(ReviewDraft draft, ref FuzzRandom random)
    {
        var metadata = draft.Metadata;
        metadata.Set("finalizers", random.OneIn(2) ? "[\"foregroundDeletion\"]" : "[\"a.example/b\",\"orphan\"]");
        metadata.Set("deletionTimestamp", "\"2026-11-20T09:00:00Z\"");
        metadata.Set("deletionGracePeriodSeconds", random.OneIn(2) ? "0" : "30");
    }

    private static void ForgedOwners(ReviewDraft draft, ref FuzzRandom random)
    {
        var owners = new StringBuilder("[");
        for (var i = random.Between(1, 3); i > 0; i--)
        {
            var (apiVersion, kind) = random.Pick(_owners);
            var controller = random.Next(5) switch { 0 => "", 1 => ",\"controller\":false", 2 => ",\"controller\":null", _ => ",\"controller\":true" };
            var uid = random.OneIn(4) ? "" : $"7e8d55ca-0000-4000-8000-{random.Next(1 << 30):x12}";
            owners.Append($$"""{"apiVersion":"{{apiVersion}}","kind":"{{kind}}","name":"web-{{i}}","uid":"{{uid}}"{{controller}},"blockOwnerDeletion":true},""");
        }

        owners[^1] = ']';
        draft.Metadata.Set("ownerReferences", owners.ToString());
    }

    private static void Names(ReviewDraft draft, ref FuzzRandom random)
    {
        if (!draft.Original.StandsAlone)
        {
            return;
        }

        var name = random.Pick(_names);
        draft.Metadata.Remove("name");
        draft.Request.Remove("name");
        switch (random.Next(3))
        {
            case 0:
                draft.Metadata.Set("generateName", Tree.OfText(name));
                break;
            case 1:
                draft.Metadata.Set("name", Tree.OfText(name));
                break;
            default:
                draft.Request.Set("name", Tree.OfText(name));
                break;
        }
    }

    private static void ManagedFields(ReviewDraft draft, ref FuzzRandom random)
    {
        var entries = new StringBuilder("[");
        for (var i = random.OneIn(50) ? 500 : random.Between(1, 6); i > 0; i--)
        {
            var operation = random.OneIn(2) ? "Apply" : "Update";
            var fields = random.Next(3) switch
            {
                0 => """{"f:spec":{"f:replicas":{}}}""",
                1 => """{"f:metadata":{"f:annotations":{".":{},"f:ha-webhook.io/exempt":{}}},"f:spec":{"f:template":{"f:spec":{"k:{\"name\":\"a\"}":{".":{}}}}}}""",
                _ => FieldMutations.AnyValue(ref random),
            };
            entries.Append($$"""{"manager":"fuzz-{{i}}","operation":"{{operation}}","apiVersion":"apps/v1","fieldsType":"FieldsV1","fieldsV1":{{fields}}},""");
        }

        entries[^1] = ']';
        draft.Metadata.Set("managedFields", entries.ToString());
        if (random.OneIn(3))
        {
            var applied = random.OneIn(2) ? """{"spec":{}}""" : "{\"spec\":";
            draft.Metadata.Edit("annotations").Set("kubectl.kubernetes.io/last-applied-configuration", Tree.OfText(applied));
        }
    }

    /// <summary>The API server writes <c>&lt;</c> in six bytes: a review can be six times as large as its object.</summary>
    private static void Padding(ReviewDraft draft, ref FuzzRandom random)
    {
        var length = random.OneIn(500) ? 300_000 : random.OneIn(20) ? 20_000 : random.Between(1, 1_000);
        var text = new StringBuilder("\"");
        for (var i = 0; i < length; i++)
        {
            text.Append("\\u003c");
        }

        Any(draft, ref random).Edit("annotations").Set("padding", text.Append('"').ToString());
    }

    private static void Kept(ReviewDraft draft, ref FuzzRandom random)
    {
        var metadata = draft.Metadata;
        metadata.Set("uid", $"\"6b2f-{random.Next(1 << 30):x}\"");
        metadata.Set("resourceVersion", $"\"{random.Next(1 << 30)}\"");
        metadata.Set("generation", random.OneIn(2) ? "1" : "9007199254740993");
        metadata.Set("creationTimestamp", "\"1970-01-01T00:00:00Z\"");
    }

    /// <summary>The object's metadata, or that of its pod template.</summary>
    private static Tree Any(ReviewDraft draft, ref FuzzRandom random) =>
        draft.Original.HasTemplate && random.OneIn(2) ? draft.TemplateMetadata : draft.Metadata;
}
