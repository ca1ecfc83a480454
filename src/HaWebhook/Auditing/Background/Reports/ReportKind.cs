using HaWebhook.Kubernetes;

namespace HaWebhook.Auditing.Background.Reports;

/// <summary>A kind of report that an API server may serve.</summary>
/// <param name="Resource">Where they are.</param>
/// <param name="Kind">Their kind.</param>
/// <param name="HasSource">Whether it has a field <c>source</c> of its own; one that does not refuses it.</param>
internal sealed record ReportKind(ResourceType Resource, string Kind, bool HasSource)
{
    /// <summary>The kinds that are known, the one that is preferred first: it goes on where the other ends.</summary>
    public static readonly IReadOnlyList<ReportKind> All =
    [
        new(new("openreports.io", "v1alpha1", "reports"), "Report", HasSource: true),
        new(new("wgpolicyk8s.io", "v1alpha2", "policyreports"), "PolicyReport", HasSource: false),
    ];

    /// <summary>Its group and version as objects name them.</summary>
    public string ApiVersion => $"{Resource.Group}/{Resource.Version}";
}
