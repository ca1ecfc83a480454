using System.CommandLine;
using System.Text.RegularExpressions;
using HaWebhook.Commands;
using HaWebhook.Policy.Manifests;
using HaWebhook.Tests.Rules;

namespace HaWebhook.Tests.Commands;

/// <summary>What the pages tell people to paste must work.</summary>
public partial class PipelineDocumentTests
{
    [Theory]
    [InlineData("README.md")]
    [InlineData("docs/pipelines.md")]
    public void Every_check_that_a_page_shows_is_a_valid_command_line(string page)
    {
        var commands = CheckLine().Matches(Read(page)).Select(match => match.Groups[1].Value.Trim()).ToList();
        Assert.NotEmpty(commands);
        Assert.All(commands, command => Assert.Empty(CheckCommand.Create().Parse(command).Errors));
    }

    [Fact]
    public void The_YAML_of_the_page_can_be_read()
    {
        var blocks = YamlBlock().Matches(Read("docs/pipelines.md")).Select(match => match.Groups[1].Value).ToList();
        Assert.Equal(3, blocks.Count);
        Assert.All(blocks, block => Assert.Null(Assert.Single(ManifestReader.Read(block)).Error));
    }

    [Fact]
    public void The_hooks_have_what_pre_commit_asks_for()
    {
        string[] known = ["id", "name", "description", "entry", "language", "types_or", "pass_filenames", "args"];
        var hooks = Assert.IsType<SequenceNode>(Assert.Single(ManifestReader.Read(Read(".pre-commit-hooks.yaml"))).Root).Items.Cast<MappingNode>().ToList();
        Assert.Equal(["ha-webhook dotnet", "ha-webhook-system system"], hooks.Select(hook => $"{Text(hook, "id")} {Text(hook, "language")}"));
        Assert.All(hooks, hook =>
        {
            Assert.Equal(known, hook.Entries.Select(entry => entry.Key));
            Assert.Equal("ha-webhook check", Text(hook, "entry"));
            Assert.Equal("false", Text(hook, "pass_filenames"));
        });

        // pre-commit packs the project and installs the tool that comes of it.
        var project = File.ReadAllText(SourceTree.PathOf("src", "HaWebhook", "HaWebhook.csproj"));
        Assert.Contains("<PackAsTool>true</PackAsTool>", project, StringComparison.Ordinal);
        Assert.Contains("<ToolCommandName>ha-webhook</ToolCommandName>", project, StringComparison.Ordinal);
    }

    private static string Read(string page) => File.ReadAllText(SourceTree.PathOf(page));

    private static string Text(MappingNode node, string key) => node.TryGet(key, out var value) ? ((ScalarNode)value).Text : "";

    /// <summary>In a block or in code, up to the end or to what a shell reads.</summary>
    [GeneratedRegex("(?:HaWebhook --|ha-webhook) check ([^\\n`|&]*[^\\n`|& ])")]
    private static partial Regex CheckLine();

    [GeneratedRegex("```yaml\\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex YamlBlock();
}
