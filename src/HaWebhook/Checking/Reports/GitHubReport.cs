using System.Globalization;
using System.Text;
using HaWebhook.Policy.Configuration;

namespace HaWebhook.Checking.Reports;

/// <summary>
/// Writes a check as workflow commands of GitHub Actions, which shows them beside the lines of a pull request. It shows the first ten
/// of each level that a step prints; the log has them all.
/// </summary>
internal sealed class GitHubReport(ReportContext context) : IReport
{
    public void Write(CheckResult result, Stream output)
    {
        using var writer = new StreamWriter(output, leaveOpen: true) { NewLine = "\n" };
        foreach (var item in result.Objects)
        {
            foreach (var (finding, line) in item.Findings)
            {
                writer.WriteLine(Command(
                    LevelOf(finding.Action),
                    item.Manifest.File,
                    line,
                    finding.Rule,
                    $"{item.Title}: {finding.Field} {finding.Message}\n{finding.Fix}"));
            }
        }

        foreach (var error in result.Errors)
        {
            writer.WriteLine(Command("error", error.File, error.Line, "not checked", error.Message));
        }

        writer.WriteLine(CheckSummary.Of(result).ToString(isVerbose: true));
    }

    private string Command(string level, string file, int line, string title, string message)
    {
        var place = string.Create(CultureInfo.InvariantCulture, $"file={Property(context.Root.PathOf(file))},line={line}");
        return $"::{level} {place},title={Property(title)}::{Data(message)}";
    }

    private static string LevelOf(ValidationAction action) => action switch
    {
        ValidationAction.Deny => "error",
        ValidationAction.Warn => "warning",
        _ => "notice",
    };

    private static string Property(string text) => Escape(text, isProperty: true);

    private static string Data(string text) => Escape(text, isProperty: false);

    /// <summary>A command ends with its line, and a property with a comma or with the second colon.</summary>
    private static string Escape(string text, bool isProperty)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            _ = character switch
            {
                '%' => escaped.Append("%25"),
                '\r' => escaped.Append("%0D"),
                '\n' => escaped.Append("%0A"),
                ':' when isProperty => escaped.Append("%3A"),
                ',' when isProperty => escaped.Append("%2C"),

                // Two of them start a command of other services, which may read the log as well.
                '#' when escaped.Length > 0 && escaped[^1] == '#' => escaped.Append(" #"),
                _ when char.IsControl(character) => escaped.Append('?'),
                _ => escaped.Append(character),
            };
        }

        return escaped.ToString();
    }
}
