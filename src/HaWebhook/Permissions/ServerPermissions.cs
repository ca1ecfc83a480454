using HaWebhook.Auditing;
using HaWebhook.Auditing.Background.Reports;
using HaWebhook.Cluster;
using HaWebhook.Policy.Configuration;

namespace HaWebhook.Permissions;

/// <summary>
/// Everything that <c>serve</c> asks of the API server, and nothing else: a test holds it to what is asked for. What the server is and serves
/// (<c>/version</c>, <c>/apis</c>) may be asked by every service account (the ClusterRole <c>system:discovery</c>).
/// </summary>
internal static class ServerPermissions
{
    private const string Registration = "admissionregistration.k8s.io";

    /// <summary>What knowing the cluster takes. A kind that the API server does not serve is not asked for.</summary>
    public static IEnumerable<Permission> Cluster => ClusterKind.BuiltIn.Select(Known);

    /// <summary>What knowing the custom kinds of a policy takes, likewise.</summary>
    public static IEnumerable<Permission> CustomKinds(PolicyOptions policy) => ClusterKind.Custom(policy).Select(Known);

    /// <summary>What the self-check takes.</summary>
    /// <param name="lease">The name of its Lease.</param>
    /// <param name="configuration">The name of the webhook configurations.</param>
    public static IEnumerable<Permission> SelfCheck(string lease, string configuration) =>
    [
        // An apply that creates asks for both, and names the object in both: so can a role.
        new(IsClusterWide: false, "coordination.k8s.io", "leases", lease, ["create", "patch"]),
        new(IsClusterWide: true, Registration, "mutatingwebhookconfigurations", configuration, ["get"]),
        new(IsClusterWide: true, Registration, "validatingwebhookconfigurations", configuration, ["get"]),
    ];

    /// <summary>What it takes to see that API servers will trust a certificate from files.</summary>
    /// <param name="configuration">The name of the webhook configurations.</param>
    public static IEnumerable<Permission> FileCertificates(string configuration) =>
    [
        new(IsClusterWide: true, Registration, "mutatingwebhookconfigurations", configuration, ["get"]),
        new(IsClusterWide: true, Registration, "validatingwebhookconfigurations", configuration, ["get"]),
    ];

    /// <summary>What self-managed certificates take.</summary>
    /// <param name="secret">The name of the authority's Secret.</param>
    /// <param name="configuration">The name of the webhook configurations.</param>
    public static IEnumerable<Permission> Certificates(string secret, string configuration) =>
    [
        // What is not there yet has no name that a role could give: create is for any Secret of the namespace.
        new(IsClusterWide: false, "", "secrets", Name: null, ["create"]),
        new(IsClusterWide: false, "", "secrets", secret, ["get", "update"]),
        new(IsClusterWide: true, Registration, "mutatingwebhookconfigurations", configuration, ["get", "patch"]),
        new(IsClusterWide: true, Registration, "validatingwebhookconfigurations", configuration, ["get", "patch"]),
    ];

    /// <summary>What the audit in the background takes beside what knowing the cluster takes. A kind that the API server does not serve is not asked for.</summary>
    /// <param name="lease">The name of its Lease.</param>
    public static IEnumerable<Permission> Audit(string lease) =>
    [
        .. AuditKinds.Further.Select(resource => new Permission(IsClusterWide: true, resource.Group, resource.Plural, Name: null, ["list"])),

        // What is not there yet has no name that a role could give.
        new(IsClusterWide: false, "coordination.k8s.io", "leases", Name: null, ["create"]),
        new(IsClusterWide: false, "coordination.k8s.io", "leases", lease, ["get", "update"]),
    ];

    /// <summary>What writing its reports takes: only one of the two kinds is ever asked for.</summary>
    public static IEnumerable<Permission> AuditReports =>
        ReportKind.All.Select(kind =>
            new Permission(IsClusterWide: true, kind.Resource.Group, kind.Resource.Plural, Name: null, ["create", "delete", "list", "patch"]));

    /// <summary>What telling Events takes.</summary>
    public static IEnumerable<Permission> AuditEvents => [new(IsClusterWide: true, "events.k8s.io", "events", Name: null, ["create", "list"])];

    /// <summary>What keeping default disruption budgets takes beside that. An apply that creates asks for <c>create</c> and <c>patch</c>.</summary>
    public static IEnumerable<Permission> DefaultBudgets =>
        [new(IsClusterWide: true, "policy", "poddisruptionbudgets", Name: null, ["create", "delete", "patch"])];

    private static Permission Known(ClusterKind kind) =>
        new(IsClusterWide: true, kind.Resource.Group, kind.Resource.Plural, Name: null, kind.IsLookedUp ? ["get", "list", "watch"] : ["list", "watch"]);
}
