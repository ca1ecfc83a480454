using System.Text;
using HaWebhook.Fuzzing.Running;
using HaWebhook.Fuzzing.Trees;

namespace HaWebhook.Fuzzing.Bypass;

/// <summary>Fields that mean nothing, fields given twice, and fields of the wrong form where nothing hangs on them.</summary>
internal static class FieldMutations
{
    /// <summary>Nearly fields that mean something. Kubernetes tells upper and lower case apart.</summary>
    private static readonly string[] _names =
    [
        "Replicas", "REPLICAS", "replicas ", " replicas", "repl\u0456cas", "replica", "\uFEFFreplicas", "Spec", "spec ", "SPEC", "Metadata",
        "Object", "oldobject", "Request", "Kind", "apiversion", "ApiVersion", "Namespace", "UserInfo", "userinfo", "Operation", "subresource", "dryrun",
        "OwnerReferences", "ownerreferences", "Annotations", "annotation", "minreplicas", "MinReplicas", "Containers", "restartpolicy", "RestartPolicy",
        "x-unknown", "", "\u0130d", "__proto__", "$ref", "items", "data", "unknown field", "\ud83d\ude00",
    ];

    /// <summary>
    /// Objects whose keys are their author's to choose, where another one means something; and volumes, whose sources nobody can list: one that
    /// is not known is somebody's storage.
    /// </summary>
    private static readonly string[] _maps =
    [
        "labels", "annotations", "matchLabels", "nodeSelector", "limits", "requests", "capacity", "data", "selector", "volumes", "extra",
    ];

    /// <summary>What a field that nobody reads may hold.</summary>
    private static readonly string[] _values =
    [
        "null", "true", "0", "1", "2", "3", "-1", "2147483648", "1e400", "0.1", "\"\"", "\"3\"", "\"all\"", "[]", "{}", "[[]]", "[null]", "{\"replicas\":3}",
        "{\"spec\":{\"replicas\":3}}", "[{\"name\":\"a\",\"value\":7}]", "\"\\u0000\"", "\"\\\\\\\"\"", "{\"a\":{\"b\":[1,2,{\"c\":\"}]\"}]}}", "\"line\\nline\"",
    ];

    private static readonly int[] _depths = [3, 10, 63, 64, 65, 200, 999, 1001, 5000, 9900];

    public static IReadOnlyList<Mutation> All { get; } =
    [
        new("an unknown field", static (ReviewDraft draft, ref FuzzRandom random) => AddUnknown(draft, Tree.Of(random.Pick(_values)), ref random)),
        new("unknown fields", Several),
        new("a deep field", static (ReviewDraft draft, ref FuzzRandom random) => AddUnknown(draft, Deep(random.Pick(_depths)), ref random)),
        new("a field that is too deep", TooDeep),
        new("a long list", static (ReviewDraft draft, ref FuzzRandom random) => AddUnknown(draft, Long(ref random), ref random)),
        new("a field given twice", Twice),
        new("fields that are null", Nulls),
        new("a field of the wrong form", Garbled),
        new("any status", static (ReviewDraft draft, ref FuzzRandom random) => draft.Subject.Set("status", random.Pick(_values))),
        new("no count", NoCount),
    ];

    /// <summary>A value that nobody reads.</summary>
    public static string AnyValue(ref FuzzRandom random) => random.Pick(_values);

    private static void AddUnknown(ReviewDraft draft, Tree value, ref FuzzRandom random)
    {
        if (Walk(draft, ref random, avoidsMaps: true) is { } holder)
        {
            holder.Set(random.Pick(_names), value);
        }
    }

    private static void Several(ReviewDraft draft, ref FuzzRandom random)
    {
        for (var i = random.Between(2, 12); i > 0; i--)
        {
            AddUnknown(draft, Tree.Of(random.Pick(_values)), ref random);
        }
    }

    private static void TooDeep(ReviewDraft draft, ref FuzzRandom random)
    {
        draft.MayBeRefused = true;
        AddUnknown(draft, Deep(random.Between(10_000, 30_000)), ref random);
    }

    private static void Twice(ReviewDraft draft, ref FuzzRandom random)
    {
        draft.MayBeRefused = true;
        if (Walk(draft, ref random, avoidsMaps: false) is { Members.Count: > 0 } holder)
        {
            // The violating one comes last: that is the one that the API server, and every reader that takes one, would keep.
            var index = random.Next(holder.Members.Count);
            var member = holder.Members[index];
            holder.IsOrdered = true;
            holder.Members.Insert(random.Next(index + 1), member with { Value = random.OneIn(3) ? member.Value : Tree.Of(random.Pick(_values)) });
        }
    }

    private static void Nulls(ReviewDraft draft, ref FuzzRandom random)
    {
        string[] inMetadata = ["finalizers", "managedFields", "creationTimestamp", "deletionTimestamp", "generateName", "uid", "ownerReferences", "selfLink"];
        for (var i = random.Between(1, 3); i > 0; i--)
        {
            draft.Metadata.Set(random.Pick(inMetadata), "null");
        }

        switch (random.Next(4))
        {
            case 0:
                draft.Subject.Set("status", "null");
                break;
            case 1:
                draft.Request.Set("options", "null");
                break;
            case 2:
                draft.Request.Set("dryRun", "null");
                break;
            default:
                draft.Request.Set("requestKind", "null");
                break;
        }
    }

    /// <summary>Replaces something in a part of the object on which the verdict does not hang.</summary>
    private static void Garbled(ReviewDraft draft, ref FuzzRandom random)
    {
        draft.MayBeRefused = true;
        var spec = draft.Subject.Edit("spec");
        if (draft.Original.Rule == "minimum-replicas" && draft.Original.HasTemplate)
        {
            var template = spec.Edit("template");
            if (random.OneIn(8))
            {
                template.Set("spec", random.Pick(_values));
            }
            else if (WalkFrom(template.Edit("spec"), ref random, avoidsMaps: false) is { Members.Count: > 0 } holder)
            {
                var index = random.Next(holder.Members.Count);
                holder.Members[index] = holder.Members[index] with { Value = Tree.Of(random.Pick(_values)) };
            }
        }
        else if (draft.Original.Rule == "managed-pods")
        {
            string[] free = ["volumes", "affinity", "tolerations", "topologySpreadConstraints", "nodeSelector", "initContainers", "terminationGracePeriodSeconds"];
            spec.Set(random.Pick(free), random.Pick(_values));
        }
        else
        {
            draft.Metadata.Set("managedFields", random.Pick(_values));
        }
    }

    private static void NoCount(ReviewDraft draft, ref FuzzRandom random)
    {
        if (draft.Original.CountMayBeAbsent)
        {
            var spec = draft.Subject.Edit("spec");
            spec.Remove("replicas");
            if (random.OneIn(2))
            {
                spec.Add("replicas", Tree.Of("null"));
            }
        }
    }

    private static Tree? Walk(ReviewDraft draft, ref FuzzRandom random, bool avoidsMaps) =>
        WalkFrom(random.OneIn(3) ? draft.Root : draft.Subject, ref random, avoidsMaps);

    /// <summary>An object somewhere below another, to be changed.</summary>
    private static Tree? WalkFrom(Tree from, ref FuzzRandom random, bool avoidsMaps)
    {
        var holder = from.IsObject ? from : null;
        for (var (current, depth) = (from, 0); depth < 12 && !random.OneIn(5); depth++)
        {
            var count = current.IsObject ? current.Members.Count : current.Items.Count;
            if (count == 0)
            {
                break;
            }

            var index = random.Next(count);
            var next = current.IsObject ? current.Members[index].Value : current.Items[index];
            if ((!next.IsObject && !next.IsList) || (avoidsMaps && current.IsObject && IsMap(current.Members[index])))
            {
                continue;
            }

            current = current.EditAt(index);
            holder = current.IsObject ? current : holder;
        }

        return holder;
    }

    private static bool IsMap(TreeMember member) =>
        Array.Exists(_maps, member.Is) || member.Name.Span.StartsWith("f:"u8) || member.Name.Span.StartsWith("k:"u8);

    private static Tree Deep(int depth)
    {
        var text = new byte[(depth * 2) + 1];
        text.AsSpan(0, depth).Fill((byte)'[');
        text[depth] = (byte)'7';
        text.AsSpan(depth + 1).Fill((byte)']');
        return Tree.Of(text);
    }

    private static Tree Long(ref FuzzRandom random)
    {
        var count = random.OneIn(200) ? 200_000 : random.Between(100, 2_000);
        var text = new StringBuilder("[");
        var item = random.OneIn(2) ? "{}," : "\"<\\u003c\",";
        for (var i = 0; i < count; i++)
        {
            text.Append(item);
        }

        return Tree.Of(text.Append("0]").ToString());
    }
}
