using HaWebhook.Policy.Manifests;

namespace HaWebhook.Policy.Tests.Manifests;

public sealed class DocumentLayoutTests
{
    [Theory]
    [InlineData("a: b # c\n", "BlockMapping[a: b] a=Scalar[b]")]
    [InlineData("# c\n--- # d\na:   b   c  \n\n# e\n...\n", "BlockMapping[a:   b   c] a=Scalar[b   c]")]
    [InlineData("a: |\n  x\n\n\nb: >-  # c\n  y\n", "BlockMapping[a: |\n  x\n\n\nb: >-  # c\n  y] a=Scalar[|\n  x] b=Scalar[>-  # c\n  y]")]
    [InlineData("a: |+\n  x\n\n\nb: >2+ # +\n  y\n", "BlockMapping[a: |+\n  x\n\n\nb: >2+ # +\n  y] a=Scalar[|+\n  x\n\n] b=Scalar[>2+ # +\n  y]")]
    [InlineData("a: |+ # -\r\n  x\r\n\r\n", "BlockMapping[a: |+ # -\r\n  x\r\n] a=Scalar[|+ # -\r\n  x\r\n]")]
    [InlineData("a: |\n  # x\n # c\n", "BlockMapping[a: |\n  # x] a=Scalar[|\n  # x]")]
    [InlineData("a:\nb: &x\nc: !!null # d\n", "BlockMapping[a:\nb: &x\nc: !!null] a=empty Scalar[] b=empty Scalar&x[&x] c=Scalar[!!null]")]
    [InlineData("a: ~\nb: []\nc: { }\nd: \"null\"\n", "BlockMapping[a: ~\nb: []\nc: { }\nd: \"null\"] a=empty Scalar[~] b=empty FlowSequence[[]] c=empty FlowMapping[{ }] d=Scalar[\"null\"]")]
    [InlineData("a: &x !!map\n  b: *x2\n", null)]
    [InlineData("a: &x !!map\n  b: 1\nc: *x # d\n", "BlockMapping[a: &x !!map\n  b: 1\nc: *x] a=BlockMapping&x[&x !!map\n  b: 1] b=Scalar[1] c=Alias&x[*x]")]
    [InlineData("- a\n-\n-   - b\n  # c\n", "BlockSequence[- a\n-\n-   - b] Scalar[a] empty Scalar[] BlockSequence[- b] Scalar[b]")]
    [InlineData("a: {b: , c, \"d\":1 } # e\n", "BlockMapping[a: {b: , c, \"d\":1 }] a=FlowMapping[{b: , c, \"d\":1 }] b=empty Scalar[] c=empty Scalar[] d=Scalar[1]")]
    [InlineData("a: 'b\n\n  c' # d\n", "BlockMapping[a: 'b\n\n  c'] a=Scalar['b\n\n  c']")]
    [InlineData("{\"a\": [1, {}], \"b\":\n\t{\"c\":\"\\ud83d\\ude00\"}}", "FlowMapping[{\"a\": [1, {}], \"b\":\n\t{\"c\":\"\\ud83d\\ude00\"}}] a=FlowSequence[[1, {}]] Scalar[1] empty FlowMapping[{}] b=FlowMapping[{\"c\":\"\\ud83d\\ude00\"}] c=Scalar[\"\\ud83d\\ude00\"]")]
    public void Every_value_is_found_where_it_is_written(string text, string? nodes)
    {
        var document = Assert.Single(ManifestReader.Read(text));
        Assert.Equal(nodes, DocumentLayout.Of(text, document) is { } layout ? Describe(text, layout.Root) : null);
    }

    [Theory]
    [InlineData("\uFEFF# c\na: 1\n---\n\uFEFFa: 2\n\uFEFF---\na: 3\n", "Scalar[1]", "Scalar[2]", "Scalar[3]")]
    [InlineData("{\"a\": \"ü\"}\n {\"a\": 2} [3]\r\n{a: 4}", "Scalar[\"ü\"]", "Scalar[2]", "Scalar[3]", "Scalar[4]")]
    [InlineData("a: [\nx]\nb: \"y\nz\"\nc: |\n    \n    \n  w\n", "FlowSequence[[\nx]] Scalar[x] b=Scalar[\"y\nz\"] c=Scalar[|\n    \n    \n  w]")]
    [InlineData("a: {b: [\n1,\n2 ]\n}\n", "FlowMapping[{b: [\n1,\n2 ]\n}] b=FlowSequence[[\n1,\n2 ]] Scalar[1] Scalar[2]")]
    public void Places_count_from_the_start_of_the_file_as_it_is(string text, params string[] values)
    {
        var described = ManifestReader.Read(text).Select(document => Describe(text, DocumentLayout.Of(text, document)!.Root));

        Assert.Equal(values, described.Select(nodes => nodes[(nodes.IndexOf("] ", StringComparison.Ordinal) + 2)..].Replace("a=", "", StringComparison.Ordinal)));
    }

    [Fact]
    public void Another_file_has_another_layout()
    {
        var document = Assert.Single(ManifestReader.Read("a: 1\n"));
        Assert.Null(DocumentLayout.Of("b: 1\n", document));
        Assert.Null(DocumentLayout.Of("", document));
    }

    private static string Describe(string text, NodeLayout node)
    {
        var anchor = node.Anchor.Length == 0 ? "" : "&" + node.Anchor;
        string[] nodes =
        [
            $"{(node.IsEmpty ? "empty " : "")}{node.Style}{anchor}[{text[node.Start..node.End]}]",
            .. node.Entries.Select(entry => $"{entry.Name}={Describe(text, entry.Value)}"),
            .. node.Items.Select(item => Describe(text, item)),
        ];
        return string.Join(' ', nodes);
    }
}
