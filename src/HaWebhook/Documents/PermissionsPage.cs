using HaWebhook.Permissions;
using HaWebhook.Policy.Configuration;

namespace HaWebhook.Documents;

/// <summary>The page of all permissions that the server needs, made from the table that its tests hold it to.</summary>
internal static class PermissionsPage
{
    public static string Write()
    {
        var page = new Markdown();
        page.Block("<!-- Made by `ha-webhook docs` from the server's own table: change that, then run it again. -->");
        page.Heading(1, "Permissions");
        page.Block("""
            What `ha-webhook serve` asks of the API server, and nothing else. The chart grants exactly this; whoever writes roles by hand finds here what
            belongs into the ClusterRole (in the cluster) and into the Role (in its own namespace). What is missing is named in the log, and costs only
            what it is for. The API server's version and its groups may be asked by every service account (`system:discovery`).
            """);
        page.Heading(2, "Knowing the cluster");
        page.Block("""
            Not needed with `--no-cluster`. Kinds that the rules of the policy do not look at are not asked for, nor those that the API server does not
            serve. `get` looks a single object up before a denial.
            """);
        Add(page, ServerPermissions.Cluster);
        page.Block("Besides, the custom kinds that the policy names, under `workloads` and `replicatedResources`. By default they are:");
        Add(page, ServerPermissions.CustomKinds(PolicyOptions.Default));
        page.Heading(2, "Self-check");
        page.Block("""
            With `--self-check`. The Lease is only ever applied as a dry run, and is never there. An apply of what is not there needs `create` beside `patch`;
            it names the Lease in both, so `resourceNames` holds for both. `<service>` and `<webhook-configuration>` are the values of those options.
            """);
        Add(page, ServerPermissions.SelfCheck("<service>-self-check", "<webhook-configuration>"));
        page.Heading(2, "Certificates");
        page.Block("""
            With `--certificates self-managed`, see [certificates.md](certificates.md). A role cannot name what is not there yet, so `create` is for any Secret of
            the namespace. `<ca-secret>` and `<webhook-configuration>` are the values of those options.
            """);
        Add(page, ServerPermissions.Certificates("<ca-secret>", "<webhook-configuration>"));
        page.Block("With `--certificates files`, to be ready only when the caBundles verify the certificate; without this it is ready at once, and says so.");
        Add(page, ServerPermissions.FileCertificates("<webhook-configuration>"));
        page.Heading(2, "Audit");
        page.Block("""
            With `--audit-interval`, beside what knowing the cluster takes. What may not be listed is named in the log, and the audit does without. A role cannot name what
            is not there yet, so `create` is for any Lease of the namespace. Velero's Schedules and snapshots of volumes are only asked for where they are served.
            """);
        Add(page, ServerPermissions.Audit("<service>-audit"));
        page.Block("With `--audit-reports auto`, those of the first kind that is served:");
        Add(page, ServerPermissions.AuditReports);
        page.Block("With `--audit-events`:");
        Add(page, ServerPermissions.AuditEvents);
        page.Block("Where the policy turns `default-disruption-budget` on:");
        Add(page, ServerPermissions.DefaultBudgets);
        return page.ToString();
    }

    /// <summary>A table in which resources that may be treated alike share a row.</summary>
    private static void Add(Markdown page, IEnumerable<Permission> permissions) => page.Table(permissions
        .GroupBy(each => (each.IsClusterWide, each.Group, each.Name, Verbs: string.Join(", ", each.Verbs.Select(Markdown.Code))))
        .Select(alike => new[]
        {
            alike.Key.IsClusterWide ? "the cluster" : "its own namespace",
            alike.Key.Group.Length == 0 ? "core" : Markdown.Code(alike.Key.Group),
            string.Join(", ", alike.Select(each => Markdown.Code(each.Resource))),
            alike.Key.Name is { } name ? Markdown.Code(name) : "all",
            alike.Key.Verbs,
        })
        .Prepend(["in", "API group", "resources", "objects", "verbs"]));
}
