using HaWebhook.Checking;
using HaWebhook.Commands;

namespace HaWebhook.Tests.Reports;

public class TextReportTests
{
    [Theory]
    [InlineData("plain text: 1 # 2", "plain text: 1 # 2")]
    [InlineData("::error::x", ": :error::x")]
    [InlineData("  \t::add-mask::x", "  \t: :add-mask::x")]
    [InlineData("a ::error::x", "a ::error::x")]
    [InlineData("a ##[group]b ##vso[task.x]c", "a # #[group]b # #vso[task.x]c")]
    [InlineData("###[error]", "# # #[error]")]
    [InlineData("#####[error]", "# # # # #[error]")]
    [InlineData("", "")]
    public void No_line_is_a_command_to_a_service(string line, string expected) => Assert.Equal(expected, LogLine.WithoutCommands(line));

    [Fact]
    public void Nothing_of_a_manifest_or_its_path_is_a_command_or_reaches_a_terminal()
    {
        var text = Checks.OneReplica(Checks.HostileName)
            .Replace("- name: web", "- name: \"::x\\e[2J##vso[a]\"", StringComparison.Ordinal)
            .Replace("        readinessProbe: {exec: {command: [a]}}\n", "", StringComparison.Ordinal);
        var lines = Checks.Write("text", Checks.Of(("::error::\u001b[31m\n##[group]a.yaml", $"{text}---\na: [\n"))).Split('\n');
        Assert.DoesNotContain(lines, line => line.TrimStart().StartsWith("::", StringComparison.Ordinal));
        Assert.All(lines, line => Assert.False(line.Contains("##", StringComparison.Ordinal) || line.Any(char.IsControl), line));
        Assert.Contains("         : :error::?[31m?# #[group]a.yaml:6", lines);
    }

    [Fact]
    public void A_million_broken_documents_are_told_in_part_and_counted()
    {
        var result = Checks.Of(("many.yaml", string.Concat(Enumerable.Repeat("a: [\n---\n", 1_234))), ("b.yaml", "a: [\n"));
        Assert.Equal((102, 1_235), (result.Errors.Count, CheckSummary.Of(result).Errors));
        Assert.Equal(new CheckError("many.yaml", 201, "1,134 more errors from here on") { Count = 1_134 }, result.Errors[100]);
        Assert.EndsWith("\n0 objects, 0 denials, 0 warnings, 1235 errors\n", Checks.Write("text", result), StringComparison.Ordinal);
    }
}
