using HaWebhook.Policy.Configuration;

namespace HaWebhook.Documents;

/// <summary>A document that is made from what the rules, the policy file and the server say of themselves.</summary>
/// <param name="Name">What <c>ha-webhook docs</c> calls it.</param>
/// <param name="File">The file that it is kept in.</param>
/// <param name="Write">Makes its text, with line feeds on every system.</param>
internal sealed record GeneratedDocument(string Name, string File, Func<string> Write)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<GeneratedDocument> All { get; } =
    [
        new("rules", "rules.md", RulesPage.Write),
        new("metrics", "metrics.md", MetricsPage.Write),
        new("schema", "policy.schema.json", PolicySchema.Write),
        new("permissions", "permissions.md", PermissionsPage.Write),
    ];
}
