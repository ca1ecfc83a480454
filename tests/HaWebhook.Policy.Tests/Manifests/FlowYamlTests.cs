using FsCheck;
using FsCheck.Fluent;
using HaWebhook.Policy.Manifests;

namespace HaWebhook.Policy.Tests.Manifests;

public class FlowYamlTests
{
    [Theory]
    [InlineData("spec.containers", "spec.containers")]
    [InlineData("apps/v1", "apps/v1")]
    [InlineData("is 1; must be at least 2", "\"is 1; must be at least 2\"")]
    [InlineData("", "\"\"")]
    [InlineData("yes", "\"yes\"")]
    [InlineData("null", "\"null\"")]
    [InlineData("1.20", "\"1.20\"")]
    [InlineData("say \"no\"\\", "\"say \\\"no\\\"\\\\\"")]
    [InlineData("a\nb\tc\0\u0085\u2028\u202e\ufeff\ufffe", "\"a\\u000ab\\u0009c\\u0000\\u0085\\u2028\\u202e\\ufeff\\ufffe\"")]
    [InlineData("käse \U0001F642", "\"käse \U0001F642\"")]
    public void A_text_is_plain_where_that_is_clear(string text, string expected)
    {
        Assert.Equal(expected, FlowYaml.Scalar(text));
        AssertReadAs(text, FlowYaml.Scalar(text));
    }

    [Fact]
    public void Whatever_a_text_holds_it_is_read_as_it_was()
    {
        var parts = Gen.Elements(
            "a", "Z", "0", "-", ":", ": ", " #", " ", "'", "\"", "\\", "{", "]", ",", "\n", "\r", "\t", "\u0007", "\u0085", "\u2029", "\ufffe",
            "ü", "\U0001F642", "~", "&", "*", "!", "|", ">", "%", "@", "`", "?", "true", "0x1", "e", ".", "/", "<<", "=");
        Prop.ForAll(parts.ArrayOf().Select(string.Concat).ToArbitrary(), text =>
        {
            AssertReadAs(text, FlowYaml.Scalar(text));
            AssertReadAs(text, FlowYaml.Quoted(text));
            Assert.Equal(text, Read($"[{FlowYaml.Scalar(text)}]\n", root => ((SequenceNode)root).Items[0]));
        }).QuickCheckThrowOnFailure();
    }

    private static void AssertReadAs(string expected, string yaml)
    {
        Assert.Equal(expected, Read($"key: {yaml}\n", root => ((MappingNode)root).Entries[0].Value));
        Assert.Equal(expected, Read($"- {yaml}\n", root => ((SequenceNode)root).Items[0]));
        if (expected.Length > 0)
        {
            Assert.Equal(expected, ((MappingNode)ManifestReader.Read($"{yaml}: value\n").Single().Root!).Entries[0].Key);
        }
    }

    private static string Read(string yaml, Func<ManifestNode, ManifestNode> find) =>
        Assert.IsType<ScalarNode>(find(ManifestReader.Read(yaml).Single().Root!)) is { Kind: ScalarKind.String } scalar ? scalar.Text : $"no string: {yaml}";
}
