using System.Text.Json.Nodes;
using HaWebhook.ApiServer.Requests;

namespace HaWebhook.ApiServer.Admission;

/// <summary>One webhook of a stored configuration.</summary>
/// <param name="Settings">The webhook as configured, defaulted.</param>
/// <param name="Mutating">Whether it stands in a MutatingWebhookConfiguration.</param>
internal sealed record Webhook(JsonObject Settings, bool Mutating)
{
    public string Name => Settings.Text("name") ?? "";

    public bool FailsClosed => Settings.Text("failurePolicy") != "Ignore";

    public bool Reinvocable => Settings.Text("reinvocationPolicy") == "IfNeeded";

    public TimeSpan Timeout => TimeSpan.FromSeconds(Settings.Number("timeoutSeconds") ?? 10);

    public bool SupportsDryRun => Settings.Text("sideEffects") is "None" or "NoneOnDryRun";

    /// <summary>Whether it is asked about a write: selectors first, then rules, as the API server does.</summary>
    /// <param name="request">The write.</param>
    /// <param name="namespaceLabels">The labels of the object's namespace; null for what lies in none.</param>
    public bool Matches(AdmissionRequest request, IReadOnlyDictionary<string, string>? namespaceLabels)
    {
        // Configurations of webhooks are never sent to webhooks: a broken one could not be repaired.
        if (request.Request.Kind.Group == "admissionregistration.k8s.io")
        {
            return false;
        }

        var selector = Settings.Child("objectSelector");
        return (namespaceLabels is null || Selectors.Matches(Settings.Child("namespaceSelector"), namespaceLabels))
            && (Selects(selector, request.Object) || Selects(selector, request.Old))
            && Settings.Items("rules").Any(rule => Covers(rule, request));
    }

    private static bool Selects(JsonObject? selector, JsonObject? value)
        => value is not null && Selectors.Matches(selector, value.Metadata().Labels());

    private static bool Covers(JsonObject rule, AdmissionRequest request)
    {
        var (kind, subresource) = (request.Request.Kind, request.Request.Subresource);
        // A Namespace is cluster-scoped, whatever its reviews say.
        var scope = kind.Namespaced ? "Namespaced" : "Cluster";
        return Holds(rule, "operations", request.Operation)
            && Holds(rule, "apiGroups", kind.Group)
            && Holds(rule, "apiVersions", kind.Version)
            && (rule.Text("scope") ?? "*") is var wanted && (wanted == "*" || wanted == scope)
            && rule.Texts("resources").Any(pattern => IsResource(pattern, kind.Plural, subresource));
    }

    private static bool Holds(JsonObject rule, string name, string value) => rule.Texts(name).Any(item => item == "*" || item == value);

    private static bool IsResource(string pattern, string resource, string? subresource)
    {
        var parts = pattern.Split('/');
        return (parts[0] == "*" || parts[0] == resource)
            && (pattern == "*/*" || (parts.Length == 1 ? subresource is null : subresource is not null && (parts[1] == "*" || parts[1] == subresource)));
    }
}
