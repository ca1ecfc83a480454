using HaWebhook.Fuzzing.Running;
using HaWebhook.Fuzzing.Trees;

namespace HaWebhook.Fuzzing.Bypass;

/// <summary>Requests of somebody else, somewhere else, in another way: none of it is what the policy exempts.</summary>
internal static class RequestMutations
{
    /// <summary>Not quite the namespaces that <see cref="BypassPolicies"/> exempt.</summary>
    private static readonly string[] _namespaces =
    [
        "Kube-system", "kube-system ", " kube-system", "kube-system-evil", "evil-kube-system", "kube\u2010system", "kube-syst\u0435m", "kube-system\u0000", "kube.system",
        "kube-system/..", "kube-syste", "KUBE-SYSTEM", "batch.*", "batch|x", "default", "kube-system,batch", "batches", "kube%2Dsystem", "ba\u0442ch",
    ];

    /// <summary>Not quite the users that <see cref="BypassPolicies"/> exempt, nor Kubernetes' own.</summary>
    private static readonly string[] _users =
    [
        "Admin", "admin ", "admin2", "\u0430dmin", "system:serviceaccount:kube-system", "system:serviceaccount:Kube-system:job-controller",
        "system:serviceaccount:kube-system-evil:replicaset-controller", "system:kube-controller-managers", "System:kube-controller-manager",
        "system:kube-controller-manager ", "system:serviceaccount:velero:velero2", "system:serviceaccount:velero/velero", "system:serviceaccount:velero:Velero",
        "system:serviceaccount:kub\u0435-system:horizontal-pod-autoscaler", "system:serviceaccount:keda:keda-operator ", "system:node:somewhere-else", "system:admin", "",
    ];

    private static readonly string[] _groups = ["Release-managers", "release-managers ", "release-manager", "system:masters", "system:nodes", "release\u2010managers", ""];

    private static readonly string[] _kinds =
    [
        """{"group":"apps","version":"v2","kind":"Deployment"}""", """{"group":"","version":"v1","kind":"ConfigMap"}""", "null", """{"group":"x","version":"","kind":""}""",
    ];

    private static readonly string[] _options =
    [
        "null", """{"kind":"CreateOptions","apiVersion":"meta.k8s.io/v1","dryRun":["All"],"fieldValidation":"Ignore"}""",
        """{"kind":"PatchOptions","apiVersion":"meta.k8s.io/v1","force":true,"fieldManager":"kubectl"}""", """{"kind":"UpdateOptions"}""",
    ];

    public static IReadOnlyList<Mutation> All { get; } =
    [
        new("another namespace", static (ReviewDraft draft, ref FuzzRandom random) => draft.Request.Set("namespace", Tree.OfText(random.Pick(_namespaces)))),
        new("another namespace in the object", static (ReviewDraft draft, ref FuzzRandom random) =>
            draft.Metadata.Set("namespace", random.OneIn(2) ? "\"kube-system\"" : "\"batch\"")),
        new("another user", static (ReviewDraft draft, ref FuzzRandom random) => draft.Request.Edit("userInfo").Set("username", Tree.OfText(random.Pick(_users)))),
        new("other groups", Groups),
        new("no user", NoUser),
        new("another kind asked for", static (ReviewDraft draft, ref FuzzRandom random) =>
            draft.Request.Set(random.OneIn(2) ? "requestKind" : "requestResource", random.Pick(_kinds))),
        new("the object says another kind", OtherKind),
        new("another version", static (ReviewDraft draft, ref FuzzRandom random) =>
            draft.Request.Edit("kind").Set("version", random.OneIn(2) ? "\"v2\"" : "\"v1beta1\"")),
        new("another dry run", static (ReviewDraft draft, ref FuzzRandom random) => draft.Request.Set("dryRun", random.OneIn(2) ? "true" : "false")),
        new("other options", static (ReviewDraft draft, ref FuzzRandom random) => draft.Request.Set("options", random.Pick(_options))),
        new("a forged old object", OldObject),
        new("an update", static (ReviewDraft draft, ref FuzzRandom random) => Update(draft)),
        new("an empty subresource", EmptySubresource),
    ];

    private static void Groups(ReviewDraft draft, ref FuzzRandom random) =>
        draft.Request.Edit("userInfo").Set("groups", $"[\"system:authenticated\",{System.Text.Json.JsonSerializer.Serialize(random.Pick(_groups))}]");

    private static void NoUser(ReviewDraft draft, ref FuzzRandom random)
    {
        // Without a user the mark of a static pod is believed, as check must.
        if (!draft.Original.IsPod)
        {
            draft.Request.Set("userInfo", random.OneIn(2) ? "null" : "{}");
        }
    }

    private static void OtherKind(ReviewDraft draft, ref FuzzRandom random)
    {
        draft.Subject.Set("kind", random.OneIn(2) ? "\"ConfigMap\"" : "\"Job\"");
        draft.Subject.Set("apiVersion", random.OneIn(2) ? "\"v1\"" : "\"batch/v1\"");
    }

    private static void OldObject(ReviewDraft draft, ref FuzzRandom random)
    {
        if (draft.IsMadeUpdate)
        {
            return;
        }

        if (!draft.Original.IsUpdate)
        {
            // Nothing is stored yet, whatever is said to be.
            var old = random.Next(3) switch
            {
                0 => draft.Original.Review["request"]!["object"]!,
                1 => Tree.Of("""{"metadata":{"name":"web"},"spec":{"replicas":0}}"""),
                _ => Tree.Of("{}"),
            };
            draft.Request.Set("oldObject", old);
        }
        else if (random.OneIn(2))
        {
            if (draft.Original.OldMayBeAbsent)
            {
                draft.Request.Set("oldObject", "null");
            }
        }
        else if (draft.Original.KeepsNothing)
        {
            // As bad as the new one, but not the same: what the policy lets nobody keep.
            var old = draft.Original.Review["request"]!["object"]!.Copy();
            old.Edit("spec").Add("x-other", Tree.Of("1"));
            draft.Request.Set("oldObject", old);
        }
    }

    private static void Update(ReviewDraft draft)
    {
        if (!draft.Original.IsUpdate)
        {
            draft.IsMadeUpdate = true;
            draft.Request.Set("operation", "\"UPDATE\"");
            draft.Request.Set("oldObject", "null");
        }
    }

    private static void EmptySubresource(ReviewDraft draft, ref FuzzRandom random)
    {
        if (!draft.Original.IsScale)
        {
            draft.Request.Set("subResource", random.OneIn(2) ? "\"\"" : "null");
            draft.Request.Set("requestSubResource", "\"scale\"");
        }
    }
}
