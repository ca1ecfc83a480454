using HaWebhook.Policy.Manifests;

namespace HaWebhook.Policy.Tests.Manifests;

public class ObjectLinesTests
{
    [Theory]
    [InlineData("a: 1\nb:\n  c: [x, {name: y,\n    d: 2}]\n  e: null\n  f: {}\n  g: []\n")]
    [InlineData("base: &base\n  name: x\n  list:\n  - 1\nuse:\n  <<: *base\n  own: *base\n  text: |\n    {\"a\": [1]}\n")]
    [InlineData("{\"a\": [\n{\"name\": \"one\"},\n{\"topologyKey\": \"two\",\n\"b\": 1.50}]}")]
    [InlineData("a: \"\\ud83d\\ude42 \\u0007\\n\"\n\"b.c\": 010\nlist:\n- - 1\n  - - 2\n    -\n")]
    public void The_tree_comes_back_with_its_lines(string text) => AssertSame(ManifestReader.Read(text).Single().Root!);

    [Fact]
    public void Of_every_sample_the_tree_comes_back()
    {
        foreach (var file in (string[])["prisme-runtime", "mongodb", "single-points-of-failure", "policy"])
        {
            foreach (var document in ManifestReader.Read(RepositoryFile.ReadText($"samples/{file}.yaml")))
            {
                AssertSame(document.Root!);
            }
        }
    }

    [Fact]
    public void The_JSON_is_what_is_sent()
    {
        var root = ManifestReader.Read("a: 0644\nb: [yes, 1.50, ~]\n").Single().Root!;
        Assert.Equal(ManifestJson.ToJson(root), ObjectLines.Of(root).Json.ToArray());
    }

    private static void AssertSame(ManifestNode root)
    {
        var back = ObjectLines.Of(root).ToTree();
        Assert.Equal(Describe(root, ""), Describe(back, ""));
    }

    private static IEnumerable<string> Describe(ManifestNode node, string path) => node switch
    {
        MappingNode mapping => mapping.Entries
            .SelectMany(entry => Describe(entry.Value, $"{path}.{entry.Key}").Prepend($"{path}.{entry.Key} key {entry.Line}"))
            .Prepend($"{path} {{}} {node.Line}"),
        SequenceNode list => list.Items.SelectMany((item, index) => Describe(item, $"{path}[{index}]")).Prepend($"{path} [] {node.Line}"),
        ScalarNode scalar => [$"{path} {scalar.Kind} {scalar.Json} {node.Line}"],
        _ => [],
    };
}
