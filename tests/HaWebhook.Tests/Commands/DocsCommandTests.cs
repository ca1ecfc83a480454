using System.Text.Json;
using HaWebhook.Documents;

namespace HaWebhook.Tests.Commands;

public sealed class DocsCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ha-webhook-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Without_a_name_all_are_written_as_files()
    {
        var target = Path.Combine(_folder, "new", "docs");
        var result = await Cli.RunAsync("docs", "--output", target);

        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        Assert.Equal(string.Concat(GeneratedDocument.All.Select(document => $"wrote {Path.Combine(target, document.File)}\n")), result.Output);
        Assert.Equal(GeneratedDocument.All.Select(document => document.File).Order(), Directory.GetFiles(target).Select(Path.GetFileName).Order());
        Assert.All(GeneratedDocument.All, document => Assert.Equal(document.Write(), File.ReadAllText(Path.Combine(target, document.File))));
    }

    [Fact]
    public async Task With_a_name_one_is_printed()
    {
        var rules = await Cli.RunAsync("docs", "rules");
        var schema = await Cli.RunAsync("docs", "schema");

        Assert.Equal((0, RulesPage.Write(), ""), (rules.ExitCode, rules.Output, rules.Errors));
        Assert.Equal((0, ""), (schema.ExitCode, schema.Errors));
        using var document = JsonDocument.Parse(schema.Output);
        Assert.Equal("http://json-schema.org/draft-07/schema#", document.RootElement.GetProperty("$schema").GetString());
    }

    [Theory]
    [InlineData("there is no document pages; the documents are rules, metrics, schema, permissions", "docs", "pages")]
    [InlineData("docs rules prints to standard output; --output is for writing all documents as files", "docs", "rules", "-o", "x")]
    [InlineData("--output must be a path, not ''", "docs", "-o", "")]
    [InlineData("cannot be written: ", "docs", "-o", "README.md")]
    public async Task What_it_cannot_do_is_exit_code_2_and_a_line(string expected, params string[] arguments)
    {
        var result = await Cli.RunAsync(arguments);

        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.StartsWith("ha-webhook: ", result.Errors, StringComparison.Ordinal);
        Assert.Contains(expected, result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Errors, StringComparison.Ordinal);
    }
}
