using HaWebhook.Auditing.Background.Reports;
using HaWebhook.Permissions;
using HaWebhook.Policy.Configuration;

namespace HaWebhook.Tests.Auditing.Background;

/// <summary>The table of permissions is what the audit asks for: no less, and no more.</summary>
public sealed class AuditPermissionTests
{
    private static readonly Permission[] _audit =
    [
        .. ServerPermissions.Audit("ha-webhook-audit"),
        .. ServerPermissions.AuditReports.Where(each => each.Group == ReportKind.All[0].Resource.Group),
        .. ServerPermissions.AuditEvents,
    ];

    private static readonly Permission[] _all = [.. _audit, .. ServerPermissions.Cluster, .. ServerPermissions.CustomKinds(PolicyOptions.Default)];

    [Fact]
    public async Task It_asks_for_all_that_the_table_says_and_for_nothing_else()
    {
        await using var cluster = await AuditedReplicas.StartAsync(AuditedReplicas.Often with { Events = true }, server =>
        {
            server.ServeCustomResource("openreports.io", "v1alpha1", "Report", "reports");
            server.ServeCustomResource("velero.io", "v1", "Schedule", "schedules");
            server.ServeCustomResource("snapshot.storage.k8s.io", "v1", "VolumeSnapshot", "volumesnapshots");
            server.Seed(AuditedReplicas.Workload("gone", 1));
        });
        await cluster.UntilAsync(() => Asked(cluster).Contains("create reports.openreports.io"), "reports are written");
        Assert.True(cluster.ApiServer.Remove("apps/v1", "Deployment", "shop", "gone"));
        List<string> missing = [];
        await cluster.UntilAsync(
            () => (missing = [.. _audit.SelectMany(Lines).Except(Asked(cluster))]).Count == 0, $"all is asked for: {string.Join(", ", missing)}");
        Assert.Empty(Asked(cluster).Except(_all.SelectMany(Lines)));
    }

    [Fact]
    public void Nothing_is_for_everything()
    {
        Assert.All(_audit, each => Assert.DoesNotContain("*", each.Verbs.Append(each.Group).Append(each.Resource)));
        Assert.All(_audit, each => Assert.Equal(each.Verbs.Order(), each.Verbs));

        // What is written all over the cluster is nothing but reports and events.
        Assert.Equal(
            ["events", "reports"],
            _audit.Where(each => each.IsClusterWide && each.Verbs.Any(verb => verb is not ("get" or "list" or "watch"))).Select(each => each.Resource).Order());
    }

    private static IEnumerable<string> Lines(Permission permission) => permission.Verbs.Select(verb => $"{verb} {permission.Resource}.{permission.Group}");

    private static HashSet<string> Asked(AuditedReplicas cluster) =>
    [
        .. cluster.ApiServer.Requests.Accesses
            .Where(access => access.User == AuditedReplicas.UserOf(0))
            .Select(access => $"{access.Verb} {access.Resource}.{access.Group}"),
    ];
}
