using System.CommandLine;
using System.CommandLine.Parsing;
using HaWebhook.Checking.Reports;
using HaWebhook.Policy;

namespace HaWebhook.Commands;

/// <summary>The option that says which reports are written, and where to.</summary>
internal static class OutputOption
{
    /// <summary>Creates the option.</summary>
    /// <typeparam name="TReport">What writes the command's results.</typeparam>
    /// <param name="formats">The formats, of which the first is written where nothing is asked for.</param>
    public static Option<IReadOnlyList<ReportTarget<TReport>>> Create<TReport>(IReadOnlyList<ReportFormat<TReport>> formats) => new("--output", "-o")
    {
        Description = $"A report: FORMAT to standard output, or FORMAT=FILE. May be given several times. Formats: {NamesOf(formats)}.",
        HelpName = "FORMAT[=FILE]",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
        DefaultValueFactory = _ => [new(formats[0], null)],
        CustomParser = result => Parse(result, formats),
    };

    /// <summary>Whether a command line asks for a report on standard output, and does not just leave it to the default.</summary>
    public static bool IsOnStandardOutput<TReport>(CommandResult command, Option<IReadOnlyList<ReportTarget<TReport>>> output) =>
        command.GetResult(output)?.Tokens.Any(token => !token.Value.Contains('=', StringComparison.Ordinal)) == true;

    private static string NamesOf<TReport>(IEnumerable<ReportFormat<TReport>> formats) => string.Join(", ", formats.Select(format => format.Name));

    private static List<ReportTarget<TReport>> Parse<TReport>(ArgumentResult result, IReadOnlyList<ReportFormat<TReport>> formats)
    {
        var targets = new List<ReportTarget<TReport>>();
        foreach (var token in result.Tokens)
        {
            var (name, file) = token.Value.Split('=', 2) is [var before, var after] ? (before, after) : (token.Value, null);
            if (formats.FirstOrDefault(format => format.Name == name) is not { } format)
            {
                var hint = NearestName.Hint(name, formats.Select(format => format.Name));
                result.AddError($"--output: there is no format {name}{(hint.Length > 0 ? hint : $"; the formats are {NamesOf(formats)}")}");
            }
            else if (file is "")
            {
                result.AddError($"--output: {token.Value} names no file");
            }
            else
            {
                targets.Add(new(format, file));
            }
        }

        if (targets.Count(target => target.File is null) > 1)
        {
            result.AddError("--output: only one report can go to standard output; give the others a file, such as json=report.json");
        }

        var files = targets.Select(target => target.File).OfType<string>().Where(file => !OutputFile.IsDevice(file));
        foreach (var file in files.GroupBy(Path.GetFullPath).Where(file => file.Count() > 1))
        {
            result.AddError($"--output: {file.First()} is given twice");
        }

        return targets;
    }
}
