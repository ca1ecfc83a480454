namespace HaWebhook.Checking.Reports;

/// <summary>A format that <c>check</c> can report in.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Create">Makes the report.</param>
internal sealed record ReportFormat(string Name, Func<ReportContext, IReport> Create)
{
    /// <summary>For people: what is written where nothing is asked for.</summary>
    public static ReportFormat Text { get; } = new("text", context => new TextReport(context.Colours, context.IsVerbose));

    /// <summary>Every format, in the order in which help texts name them.</summary>
    public static IReadOnlyList<ReportFormat> All { get; } =
    [
        Text,
        new("json", _ => new JsonReport()),
        new("yaml", _ => new YamlReport()),
        new("sarif", context => new SarifReport(context, SarifLimits.GitHub)),
        new("junit", context => new JUnitReport(context)),
        new("github", context => new GitHubReport(context)),
    ];

    /// <summary>Their names, for messages.</summary>
    public static string Names { get; } = string.Join(", ", All.Select(format => format.Name));
}

/// <summary>A report that is asked for.</summary>
/// <param name="Format">Its format.</param>
/// <param name="File">The file it goes to; null for standard output.</param>
internal sealed record ReportTarget(ReportFormat Format, string? File)
{
    /// <summary>The target as the command line would name it.</summary>
    public override string ToString() => File is null ? Format.Name : $"{Format.Name}={File}";
}
