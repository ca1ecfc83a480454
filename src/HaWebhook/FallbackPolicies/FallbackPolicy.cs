using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Manifests;
using HaWebhook.Policy.Rules;

namespace HaWebhook.FallbackPolicies;

/// <summary>
/// What the API server judges by itself while no webhook answers: a ValidatingAdmissionPolicy for each rule that CEL can say, and its binding. Their CEL
/// is in files that the chart uses as well (<c>charts/ha-webhook/files/fallback</c>); what the policy says comes in as variables.
/// </summary>
/// <param name="name">The name of the release, which begins the names of all objects.</param>
/// <param name="excludedNamespaces">The namespaces that are not judged.</param>
/// <param name="action">What follows from a violation, at most: the policy's mode and the rule's own action cap it.</param>
internal sealed class FallbackPolicy(string name, IReadOnlyList<string> excludedNamespaces, ValidationAction action)
{
    private const string ApiVersion = "admissionregistration.k8s.io/v1";
    private const string MinimumReplicas = "minimum-replicas";
    private const string ManagedPods = "managed-pods";

    /// <summary>As Helm's toRawJson writes, and as CEL reads: no escapes that JSON does not ask for.</summary>
    private static readonly JsonSerializerOptions _plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The objects; none for a rule that is off.</summary>
    public IReadOnlyList<JsonObject> Of(PolicyOptions policy) =>
    [
        .. Of(policy, MinimumReplicas,
        [
            ("minimum", Setting<int>(policy, MinimumReplicas, "minimum").ToString(System.Globalization.CultureInfo.InvariantCulture)),
            ("allowZero", Setting<bool>(policy, MinimumReplicas, "allowZero") ? "true" : "false"),
            ("mayKeepViolations", policy.ExistingViolations == Outcome.Allow ? "true" : "false"),
            ("autoscalers", List(policy.Autoscalers).ToJsonString(_plain)),
        ]),
        .. Of(policy, ManagedPods, []),
    ];

    private IEnumerable<JsonObject> Of(PolicyOptions policy, string rule, IEnumerable<(string Name, string Expression)> variables)
    {
        var definition = (ValidatingRuleDefinition)BuiltInRules.Find(rule)!;
        var own = policy.Rules.GetValueOrDefault(rule, RuleSettings.Defaults).Action ?? definition.DefaultAction;
        var cap = policy.Mode switch { Mode.Audit => ValidationAction.Audit, Mode.Warn => ValidationAction.Warn, _ => ValidationAction.Deny };
        var least = (ValidationAction)Math.Min((int)own, Math.Min((int)cap, (int)action));
        if (least == ValidationAction.Off)
        {
            yield break;
        }

        // What has an end is no exemption here: CEL has no clock, and what ended would hold for ever.
        var exemptions = new JsonArray(
            [.. policy.Exemptions.Where(given => given.Until is null && (given.Rules.Contains("all") || given.Rules.Contains(rule))).Select(Exemption)]);
        var mayExempt = policy.AnnotationExemptions is { Allowed: true, UntilRequired: false };
        var spec = Spec(rule);
        spec["variables"] = new JsonArray(
        [
            .. variables
                .Append(("mayExempt", mayExempt ? "true" : "false"))
                .Append(("exemptions", exemptions.ToJsonString(_plain)))
                .Select(variable => new JsonObject { ["name"] = variable.Item1, ["expression"] = variable.Item2 }),
            .. spec["variables"]!.AsArray().Select(variable => variable!.DeepClone()),
        ]);
        spec["matchConstraints"]!["namespaceSelector"] = new JsonObject
        {
            ["matchExpressions"] = new JsonArray(new JsonObject
            {
                ["key"] = "kubernetes.io/metadata.name",
                ["operator"] = "NotIn",
                ["values"] = List(excludedNamespaces),
            }),
        };
        yield return Object("ValidatingAdmissionPolicy", rule, spec);
        yield return Object(
            "ValidatingAdmissionPolicyBinding", rule, new() { ["policyName"] = $"{name}-{rule}", ["validationActions"] = new JsonArray(least.ToString()) });
    }

    private JsonObject Object(string kind, string rule, JsonObject spec) => new()
    {
        ["apiVersion"] = ApiVersion,
        ["kind"] = kind,
        ["metadata"] = new JsonObject { ["name"] = $"{name}-{rule}" },
        ["spec"] = spec,
    };

    private static JsonObject Spec(string rule)
    {
        using var reader = new StreamReader(typeof(FallbackPolicy).Assembly.GetManifestResourceStream($"fallback/{rule}.yaml")!);
        var document = ManifestReader.Read(reader.ReadToEnd())[0];
        return JsonNode.Parse(ManifestJson.ToJson(document.Root!))!.AsObject();
    }

    /// <summary>Its lists.</summary>
    private static JsonObject Exemption(PolicyExemption given) => new()
    {
        ["groups"] = List(given.Groups),
        ["namespaces"] = List(given.Namespaces),
        ["serviceAccounts"] = List(given.ServiceAccounts.Select(account => $"system:serviceaccount:{account.Replace('/', ':')}")),
        ["usernames"] = List(given.Usernames),
    };

    private static JsonArray List(IEnumerable<string> texts) => new([.. texts.Select(text => JsonValue.Create(text))]);

    private static T Setting<T>(PolicyOptions policy, string rule, string key)
        where T : notnull =>
        policy.Rules.GetValueOrDefault(rule, RuleSettings.Defaults).Get((PolicyKey<T>)BuiltInRules.Find(rule)!.Parameters.Single(parameter => parameter.Name == key));
}
