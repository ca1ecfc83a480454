namespace HaWebhook.Checking.Reports;

/// <summary>A format that a command can report in.</summary>
/// <typeparam name="TReport">What writes its results.</typeparam>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Create">Makes the report.</param>
internal sealed record ReportFormat<TReport>(string Name, Func<ReportContext, TReport> Create);

/// <summary>The formats that <c>check</c> can report in.</summary>
internal static class ReportFormat
{
    /// <summary>For people: what is written where nothing is asked for.</summary>
    public static ReportFormat<IReport> Text { get; } = new("text", context => new TextReport(context.Colours, context.IsVerbose));

    /// <summary>Every format, in the order in which help texts name them.</summary>
    public static IReadOnlyList<ReportFormat<IReport>> All { get; } =
    [
        Text,
        new("json", _ => new JsonReport()),
        new("yaml", _ => new YamlReport()),
        new("sarif", context => new SarifReport(context, SarifLimits.GitHub)),
        new("junit", context => new JUnitReport(context)),
        new("github", context => new GitHubReport(context)),
    ];
}

/// <summary>A report that is asked for.</summary>
/// <typeparam name="TReport">What writes the results.</typeparam>
/// <param name="Format">Its format.</param>
/// <param name="File">The file it goes to; null for standard output.</param>
internal sealed record ReportTarget<TReport>(ReportFormat<TReport> Format, string? File)
{
    /// <summary>The target as the command line would name it.</summary>
    public override string ToString() => File is null ? Format.Name : $"{Format.Name}={File}";
}
