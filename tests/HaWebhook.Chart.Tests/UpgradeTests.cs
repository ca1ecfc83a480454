using System.Text.Json.Nodes;

namespace HaWebhook.Chart.Tests;

/// <summary>What an API server lets nobody change is what it was in every release before.</summary>
public class UpgradeTests
{
    private const string Recording = "tests/HaWebhook.Chart.Tests/immutable.json";

    /// <summary>The fields that a first install fixes (the API server answers 422, field is immutable).</summary>
    private static readonly (string Kind, string Field)[] _immutable =
    [
        ("Deployment", "spec/selector"),
        ("Service", "spec/clusterIP"),
        ("ClusterRoleBinding", "roleRef"),
        ("RoleBinding", "roleRef"),
        ("ResourceQuota", "spec/scopeSelector"),
    ];

    [Fact]
    public async Task An_upgrade_changes_nothing_immutable()
    {
        var now = new JsonObject(
            from release in await ReleasesAsync()
            from item in release.Render.Objects
            where !Render.IsHook(item)
            from field in _immutable
            where field.Kind == item.Kind() && item.At(field.Field) is not null
            select KeyValuePair.Create($"{release.Name}: {item.Id()} {field.Field}", (JsonNode?)item.At(field.Field)!.DeepClone()));
        if (Environment.GetEnvironmentVariable("UPDATE_FIXTURES") == "1")
        {
            File.WriteAllText(Repository.PathOf(Recording), now.ToJsonString(new() { WriteIndented = true }) + "\n");
        }

        var released = JsonNode.Parse(Repository.Read(Recording));

        Assert.True(JsonNode.DeepEquals(released, now), $"{Recording} holds what is released, and the chart now says {now.ToJsonString(new() { WriteIndented = true })}");
    }

    private static async Task<IEnumerable<(string Name, Render Render)>> ReleasesAsync() =>
    [
        ("default", await Render.WithAsync()),
        ("everything", await Render.WithAsync(Render.Everything("certManager"), release: "blue", namespaceName: "guard")),
    ];
}
