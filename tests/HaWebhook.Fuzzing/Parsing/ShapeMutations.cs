using HaWebhook.Fuzzing.Bypass;
using HaWebhook.Fuzzing.Running;
using HaWebhook.Fuzzing.Trees;

namespace HaWebhook.Fuzzing.Parsing;

/// <summary>Changes to the fields of a review that leave it JSON.</summary>
internal static class ShapeMutations
{
    private static readonly string[] _values =
    [
        "null", "true", "false", "0", "1", "2", "-1", "3.0", "1e0", "0.5", "2147483647", "2147483648", "-2147483648", "9223372036854775807", "1e400", "\"\"", "\"1\"", "\"all\"",
        "\"25%\"", "\"-5%\"", "\"999999999999%\"", "\"http\"", "\"UPDATE\"", "\"DELETE\"", "\"Scale\"", "\"scale\"", "\"status\"", "\"a/b/c\"", "\"\\u0000\"", "\"\\ud83d\\ude00\"",
        "[]", "{}", "[null]", "[[]]", "[{}]", "[{},{}]", "[\"a\",\"a\"]", "{\"\":\"\"}", "{\"a\":null}", "{\"matchLabels\":{}}", "{\"matchExpressions\":[{\"key\":\"a\",\"operator\":\"In\"}]}",
        "{\"port\":\"http\"}", "[{\"name\":\"\"}]", "[{\"name\":\"data\",\"persistentVolumeClaim\":{}}]", "[{\"topologyKey\":\"\",\"maxSkew\":-1}]", "{\"rollingUpdate\":{\"maxUnavailable\":\"100%\"}}",
        "{\"spec\":{\"replicas\":1}}", "[{\"controller\":true,\"uid\":\"\"}]", "\"registry:5000/a@sha256:0\"", "\"a:b:c\"", "\":\"", "\"@\"",
    ];

    private static readonly string[] _names =
    [
        "spec", "metadata", "replicas", "selector", "matchLabels", "matchExpressions", "template", "containers", "initContainers", "ephemeralContainers", "volumes", "volumeMounts",
        "ports", "containerPort", "name", "image", "env", "command", "args", "readinessProbe", "livenessProbe", "startupProbe", "httpGet", "tcpSocket", "exec", "grpc", "port",
        "periodSeconds", "timeoutSeconds", "failureThreshold", "initialDelaySeconds", "lifecycle", "preStop", "terminationGracePeriodSeconds", "restartPolicy", "nodeName",
        "nodeSelector", "affinity", "podAntiAffinity", "nodeAffinity", "topologySpreadConstraints", "priorityClassName", "strategy", "updateStrategy", "rollingUpdate",
        "maxSurge", "maxUnavailable", "minAvailable", "partition", "volumeClaimTemplates", "accessModes", "persistentVolumeClaim", "claimName", "emptyDir", "hostPath",
        "minReplicas", "maxReplicas", "minReplicaCount", "maxReplicaCount", "idleReplicaCount", "scaleTargetRef", "ownerReferences", "annotations", "labels", "managedFields",
        "generateName", "uid", "namespace", "request", "object", "oldObject", "kind", "resource", "subResource", "operation", "userInfo", "username", "groups", "dryRun",
        "nodeSets", "count", "instances", "members", "storage", "roles", "topologyKey", "labelSelector", "whenUnsatisfiable", "operator", "values", "key", "weight", "preference",
    ];

    public static IReadOnlyList<Mutation> All { get; } =
    [
        new("another value", static (ReviewDraft draft, ref FuzzRandom random) => Replace(draft, Tree.Of(random.Pick(_values)), ref random)),
        new("another value", static (ReviewDraft draft, ref FuzzRandom random) => Replace(draft, Tree.Of(random.Pick(_values)), ref random)),
        new("a value from elsewhere", static (ReviewDraft draft, ref FuzzRandom random) => Replace(draft, Somewhere(draft, ref random), ref random)),
        new("a field less", Remove),
        new("a field more", Add),
        new("a field renamed", Rename),
        new("a field given twice", Twice),
        new("items again", Again),
        new("keys in another order", static (ReviewDraft draft, ref FuzzRandom random) => draft.Write(WritingStyle.KeyOrder, ref random)),
        new("escapes and white space", static (ReviewDraft draft, ref FuzzRandom random) => draft.Write(WritingStyle.Escapes | WritingStyle.WhiteSpace, ref random)),
        new("numbers written otherwise", static (ReviewDraft draft, ref FuzzRandom random) => draft.Write(WritingStyle.Numbers, ref random)),
    ];

    private static void Replace(ReviewDraft draft, Tree value, ref FuzzRandom random)
    {
        var holder = Walk(draft, ref random);
        if (holder is { IsObject: true, Members.Count: > 0 })
        {
            var index = random.Next(holder.Members.Count);
            holder.Members[index] = holder.Members[index] with { Value = value };
        }
        else if (holder is { IsList: true, Items.Count: > 0 })
        {
            holder.Items[random.Next(holder.Items.Count)] = value;
        }
    }

    private static void Remove(ReviewDraft draft, ref FuzzRandom random)
    {
        var holder = Walk(draft, ref random);
        if (holder is { IsObject: true, Members.Count: > 0 })
        {
            holder.Members.RemoveAt(random.Next(holder.Members.Count));
        }
        else if (holder is { IsList: true, Items.Count: > 0 })
        {
            holder.Items.RemoveAt(random.Next(holder.Items.Count));
        }
    }

    private static void Add(ReviewDraft draft, ref FuzzRandom random)
    {
        if (Walk(draft, ref random) is { IsObject: true } holder)
        {
            holder.Set(random.Pick(_names), random.OneIn(2) ? Tree.Of(random.Pick(_values)) : Somewhere(draft, ref random));
        }
    }

    private static void Rename(ReviewDraft draft, ref FuzzRandom random)
    {
        if (Walk(draft, ref random) is { IsObject: true, Members.Count: > 0 } holder)
        {
            var index = random.Next(holder.Members.Count);
            holder.Members[index] = holder.Members[index] with { Name = System.Text.Encoding.UTF8.GetBytes(random.Pick(_names)) };
        }
    }

    private static void Twice(ReviewDraft draft, ref FuzzRandom random)
    {
        if (Walk(draft, ref random) is { IsObject: true, Members.Count: > 0 } holder)
        {
            holder.IsOrdered = true;
            holder.Members.Insert(random.Next(holder.Members.Count + 1), random.Pick(holder.Members));
        }
    }

    private static void Again(ReviewDraft draft, ref FuzzRandom random)
    {
        if (Walk(draft, ref random) is { IsList: true, Items.Count: > 0 } holder)
        {
            var item = random.Pick(holder.Items);
            for (var i = random.OneIn(30) ? 300 : random.Between(1, 5); i > 0; i--)
            {
                holder.Items.Add(item);
            }
        }
    }

    /// <summary>A value somewhere in the review as it was.</summary>
    private static Tree Somewhere(ReviewDraft draft, ref FuzzRandom random)
    {
        var current = draft.Original.Review;
        while (!random.OneIn(6) && (current.IsObject ? current.Members.Count : current.IsList ? current.Items.Count : 0) is > 0 and var count)
        {
            var index = random.Next(count);
            current = current.IsObject ? current.Members[index].Value : current.Items[index];
        }

        return current;
    }

    /// <summary>An object or list somewhere in the draft, to be changed; mostly below the object that it is about.</summary>
    private static Tree Walk(ReviewDraft draft, ref FuzzRandom random)
    {
        var current = random.OneIn(5) || draft.Root["request"]?["object"] is not { IsObject: true } ? draft.Root : draft.Subject;
        for (var depth = 0; depth < 14 && !random.OneIn(6); depth++)
        {
            var count = current.IsObject ? current.Members.Count : current.Items.Count;
            if (count == 0)
            {
                break;
            }

            var index = random.Next(count);
            var next = current.IsObject ? current.Members[index].Value : current.Items[index];
            if (next.IsObject || next.IsList)
            {
                current = current.EditAt(index);
            }
        }

        return current;
    }
}
