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

    private static Permission Known(ClusterKind kind) =>
        new(IsClusterWide: true, kind.Resource.Group, kind.Resource.Plural, Name: null, kind.IsLookedUp ? ["get", "list", "watch"] : ["list", "watch"]);
}
