using System.Text;
using HaWebhook.Admission;
using HaWebhook.Checking;
using HaWebhook.Demo;
using HaWebhook.Fuzzing.Admission;
using HaWebhook.Fuzzing.Trees;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Fuzzing.Bypass;

/// <summary>
/// The reviews that the bypass fuzzer starts from: the fixtures of every rule, the reviews that an API server sent, and scales of every kind, by
/// several policies. Those that are not denied as they are tell nothing and are left out.
/// </summary>
internal static class ViolatingReviews
{
    private const string Namespace = "default";
    private const string SettingsMark = "# rules: ";

    /// <summary>All of them, the same in every run.</summary>
    public static IReadOnlyList<ViolatingReview> All() =>
        [.. FromFixtures().Concat(FromReviews()).Concat(FromScales()).Select(Denied).OfType<ViolatingReview>()];

    private static IEnumerable<ViolatingReview> FromFixtures()
    {
        var root = Path.Combine(AppContext.BaseDirectory, "Fixtures");
        foreach (var file in Directory.EnumerateFiles(root, "deny-*.yaml", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var rule = Path.GetFileName(Path.GetDirectoryName(file)!);
            var name = $"{rule}/{Path.GetFileNameWithoutExtension(file)}";
            var text = File.ReadAllText(file);
            var first = text[..text.IndexOf('\n', StringComparison.Ordinal)];
            var settings = first.StartsWith(SettingsMark, StringComparison.Ordinal) ? first[SettingsMark.Length..] : "{}";
            if (settings.Contains("whenOmitted", StringComparison.Ordinal) || settings.Contains("action: Off", StringComparison.Ordinal))
            {
                // There the author's records decide, which are the author's to write.
                continue;
            }

            var policy = FuzzedPolicy.Read(FuzzedPolicy.OnlyOne(rule, Denying(settings)));
            var manifests = new ManifestObjects();
            manifests.Add(new(file, text, null));
            var objects = manifests.Objects.Select(manifest => Read(manifest, policy)).ToList();
            var related = new RelatedManifests(objects.Select(entry => (entry.Namespace, entry.Subject))).Around(Namespace);
            var standsAlone = objects.Count == 1;
            var (json, target) = (objects[0].Json, objects[0].Target);
            yield return Review(name, "CREATE", target, json, null, rule, policy, related) with { StandsAlone = standsAlone };
            yield return Review(name + ", updated", "UPDATE", target, json, WithSpec(json, "{\"replicas\":5}"), rule, policy, related);
            if (rule is "minimum-replicas" or "managed-pods" && settings == "{}")
            {
                var byDefault = Review(name + ", by the default policy", "CREATE", target, json, null, rule, BypassPolicies.Default, related);
                yield return byDefault with { StandsAlone = standsAlone };
                yield return Review(name + ", by a policy with exemptions", "CREATE", target, json, null, rule, BypassPolicies.Exempting, related);
            }
        }
    }

    private static IEnumerable<ViolatingReview> FromReviews()
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Reviews"), "*.validate.json").Order(StringComparer.Ordinal))
        {
            var (name, review) = (Path.GetFileNameWithoutExtension(file), Tree.Of(File.ReadAllBytes(file)));
            yield return new(name + ", by the default policy", review, "", BypassPolicies.Default, RelatedObjects.None);
            yield return new(name + ", by a policy with exemptions", review, "", BypassPolicies.Exempting, RelatedObjects.None);
            yield return new(name + ", by a strict policy", review, "", BypassPolicies.Strict, RelatedObjects.None);
        }
    }

    /// <summary>Scales to one replica of everything that has a scale.</summary>
    private static IEnumerable<ViolatingReview> FromScales()
    {
        (string ApiVersion, string Resource)[] builtIn =
            [("apps/v1", "deployments"), ("apps/v1", "statefulsets"), ("apps/v1", "replicasets"), ("v1", "replicationcontrollers")];
        var options = PolicyOptions.Default;
        var scaled = builtIn
            .Concat(options.Workloads.Select(kind => ($"{kind.Group}/v1", kind.Resource)))
            .Concat(options.ReplicatedResources.Select(kind => ($"{kind.Group}/v1", kind.Resource)))
            .Distinct();
        foreach (var (apiVersion, resource) in scaled)
        {
            foreach (var operation in (string[])["UPDATE", "CREATE"])
            {
                var target = new DemoObject(apiVersion, "Scale", resource, "scale", Namespace, "web");
                var (one, three) = (Scale(1), Scale(3));
                foreach (var policy in (FuzzedPolicy[])[BypassPolicies.Default, BypassPolicies.Exempting, BypassPolicies.Strict])
                {
                    var old = operation == "UPDATE" ? three : null;
                    var review = Review($"{operation} scale of {resource}", operation, target, one, old, "minimum-replicas", policy, RelatedObjects.None);
                    yield return review with { StandsAlone = true };
                }
            }
        }

        static byte[] Scale(int replicas) => Encoding.UTF8.GetBytes(
            $$$"""{"kind":"Scale","apiVersion":"autoscaling/v1","metadata":{"name":"web","namespace":"default"},"spec":{"replicas":{{{replicas}}}},"status":{"replicas":3}}""");
    }

    private static ViolatingReview Review(
        string name, string operation, DemoObject target, byte[] json, byte[]? old, string rule, FuzzedPolicy policy, RelatedObjects related) =>
        new(name, Tree.Of(ReviewWriter.Write("fuzz-1", operation, target, json, old)), rule, policy, related);

    /// <summary>The settings of a fixture with the action that stops something.</summary>
    private static string Denying(string settings)
    {
        var action = settings.IndexOf("action:", StringComparison.Ordinal);
        if (action < 0)
        {
            return settings == "{}" ? "{action: Deny}" : $"{{action: Deny, {settings[1..]}";
        }

        var end = settings.AsSpan(action).IndexOfAny(',', '}') + action;
        return $"{settings[..action]}action: Deny{settings[end..]}";
    }

    private static (byte[] Json, DemoObject Target, string Namespace, KubernetesObject? Subject) Read(ManifestObject manifest, FuzzedPolicy policy)
    {
        var json = manifest.ToJson();
        var @namespace = manifest.Namespace.Length > 0 ? manifest.Namespace : Namespace;
        var subject = policy.Evaluators.Reader.ReadObject(json, manifest.ApiVersion, manifest.Kind);
        var target = new DemoObject(manifest.ApiVersion, manifest.Kind, manifest.Kind.ToLowerInvariant() + "s", "", @namespace, manifest.Name);
        return (json, target, subject is NamespaceObject ? manifest.Name : @namespace, subject);
    }

    private static byte[] WithSpec(byte[] json, string spec)
    {
        var old = Tree.Of(json).Copy();
        old.Set("spec", spec);
        return Write(old);
    }

    private static byte[] Write(Tree tree)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(4096);
        new TreeWriter(buffer, WritingStyle.Plain, 0).Write(tree);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The review, with what it takes to be denied; null where it is not.</summary>
    private static ViolatingReview? Denied(ViolatingReview review)
    {
        var webhook = review.Webhook();
        if (!IsDenied(webhook, review))
        {
            return null;
        }

        var withoutCount = review.Review.Copy();
        withoutCount.Edit("request").Edit("object").Edit("spec").Remove("replicas");
        var withoutOld = review.Review.Copy();
        withoutOld.Edit("request").Set("oldObject", "null");
        return review with
        {
            CountMayBeAbsent = review.Rule == "minimum-replicas" && IsDenied(webhook, review with { Review = withoutCount }),
            OldMayBeAbsent = IsDenied(webhook, review with { Review = withoutOld }),
        };
    }

    private static bool IsDenied(FuzzedWebhook webhook, ViolatingReview review) =>
        webhook.Ask(ReviewKind.Validate, Write(review.Review), review.Uid) is { Wrong: null, IsRefused: false, IsAllowed: false };
}
