using System.Text.Json.Nodes;
using HaWebhook.ApiServer;
using HaWebhook.Cluster;
using HaWebhook.Permissions;
using HaWebhook.Policy.Configuration;
using HaWebhook.Tests.Cluster;
using HaWebhook.Tests.SelfCheck;

namespace HaWebhook.Tests.Permissions;

/// <summary>The table of permissions is what the server asks for: no less, or it does not work; no more, or somebody can use it who should not.</summary>
public sealed class PermissionTests
{
    private static readonly PolicyOptions _policy = PolicyOptions.Default;

    private static readonly Permission[] _table =
    [
        .. ServerPermissions.Cluster,
        .. ServerPermissions.CustomKinds(_policy),
        .. ServerPermissions.SelfCheck("ha-webhook-self-check", "ha-webhook"),
    ];

    [Fact]
    public async Task The_server_asks_for_all_that_the_table_says_and_for_nothing_else()
    {
        await using var cluster = await CheckedCluster.StartAsync(ServeEverything, RegisterAutoscalers);
        await cluster.UntilAsync("Information", "and trusts its certificate");
        await LookEverythingUpAsync(cluster);
        var expected = _table.SelectMany(each => each.Verbs.Select(verb => $"{verb} {each.Resource}.{each.Group} {each.Name}")).Order().ToList();
        List<string> asked = [];
        await LivingCluster.UntilAsync(
            () => Task.FromResult((asked = Asked(cluster)).Count >= expected.Count), "all is asked for", () => string.Join('\n', expected.Except(asked)));
        Assert.Equal(expected, asked);
    }

    [Fact]
    public void No_permission_is_for_everything()
    {
        Assert.All(_table, each => Assert.DoesNotContain("*", each.Verbs.Append(each.Group).Append(each.Resource)));
        Assert.All(_table.Where(each => each.Verbs.Any(verb => verb is not ("get" or "list" or "watch"))), each => Assert.NotNull(each.Name));
        Assert.All(_table, each => Assert.Equal(each.Verbs.Order(), each.Verbs));
    }

    /// <summary>What the server has asked for, in the words of the table: each once, in order.</summary>
    private static List<string> Asked(CheckedCluster cluster) =>
    [
        .. cluster.ApiServer.Requests.Accesses
            .Where(access => access.User == CheckedCluster.User)
            .Select(access => $"{access.Verb} {access.Resource}.{access.Group} {(EntryOf(access)?.Name is null ? "" : access.Name)}")
            .Distinct()
            .Order(),
    ];

    /// <summary>The entry that allows it, if any does: one of the server's own namespace allows nothing elsewhere.</summary>
    private static Permission? EntryOf(AccessRecord access) => Array.Find(
        _table,
        each => each.Group == access.Group && each.Resource == access.Resource && (each.IsClusterWide || access.Namespace == CheckedCluster.Namespace));

    private static void ServeEverything(TestApiServer server)
    {
        server.ServeScaledObjects();
        foreach (var kind in ClusterKind.Custom(_policy))
        {
            server.ServeCustomResource(kind.Resource.Group, "v1", kind.Kind, kind.Resource.Plural, scale: true);
        }
    }

    private static void RegisterAutoscalers(JsonObject configuration) => CheckedCluster.Webhooks(configuration)[0]!["rules"]!.AsArray().Add(JsonNode.Parse(
        """{"apiGroups": ["autoscaling"], "apiVersions": ["v2"], "operations": ["CREATE"], "resources": ["horizontalpodautoscalers"]}"""));

    /// <summary>An autoscaler that would be denied has its target looked up, whatever that is; and its namespace, which is too new to be known.</summary>
    private static async Task LookEverythingUpAsync(CheckedCluster cluster)
    {
        using var client = cluster.ApiServer.CreateClient();
        cluster.ApiServer.Faults.StallWatches = true;
        cluster.ApiServer.AddNamespace("new");
        foreach (var kind in ClusterKind.BuiltIn.Concat(ClusterKind.Custom(_policy)))
        {
            var autoscaler = JsonNode.Parse(Manifests.HorizontalPodAutoscaler("web", 1))!;
            var apiVersion = kind.IsCustom ? $"{kind.Resource.Group}/v1" : kind.ApiVersion;
            autoscaler["spec"]!["scaleTargetRef"] = new JsonObject { ["apiVersion"] = apiVersion, ["kind"] = kind.Kind, ["name"] = "web" };
            using var body = new StringContent(autoscaler.ToJsonString(), System.Net.Http.Headers.MediaTypeHeaderValue.Parse("application/json"));
            using var answer = await client.PostAsync(
                new Uri("/apis/autoscaling/v2/namespaces/new/horizontalpodautoscalers", UriKind.Relative), body, TestContext.Current.CancellationToken);
            Assert.Equal(403, (int)answer.StatusCode);
        }

        cluster.ApiServer.Faults.StallWatches = false;
    }
}
