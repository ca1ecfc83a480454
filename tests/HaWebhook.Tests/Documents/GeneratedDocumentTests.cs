using HaWebhook.Documents;
using HaWebhook.Tests.Rules;

namespace HaWebhook.Tests.Documents;

public class GeneratedDocumentTests
{
    private const string Refresh = "dotnet run --project src/HaWebhook -- docs";

    public static TheoryData<string> All => [.. GeneratedDocument.All.Select(document => document.Name)];

    [Theory]
    [MemberData(nameof(All))]
    public void The_file_in_docs_is_what_is_generated(string name)
    {
        var document = GeneratedDocument.All.Single(document => document.Name == name);
        var path = SourceTree.PathOf("docs", document.File);

        Assert.True(File.Exists(path) && File.ReadAllText(path) == document.Write(), $"docs/{document.File} is stale; refresh it with: {Refresh}");
    }

    [Theory]
    [MemberData(nameof(All))]
    public void It_has_line_feeds_only_and_ends_in_one(string name)
    {
        var text = GeneratedDocument.All.Single(document => document.Name == name).Write();

        Assert.DoesNotContain('\r', text);
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        Assert.False(text.EndsWith("\n\n", StringComparison.Ordinal));
    }
}
