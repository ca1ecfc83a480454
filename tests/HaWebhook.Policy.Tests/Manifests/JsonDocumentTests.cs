using HaWebhook.Policy.Manifests;

namespace HaWebhook.Policy.Tests.Manifests;

public sealed class JsonDocumentTests
{
    [Theory]
    [InlineData("{\"a\":[1,true,null,\"x\"]}", "1: {\"a\":[1,true,null,\"x\"]}")]
    [InlineData("\n {\n\t\"a\" : 1 }\n", "2: {\"a\":1}")]
    [InlineData("\uFEFF[]", "1: []")]
    [InlineData("{\"a\":1}{\"b\":2}\n{\"c\":3}", "1: {\"a\":1}", "1: {\"b\":2}", "2: {\"c\":3}")]
    [InlineData("{\"a\":1}\n---\n{\"b\":2}\n", "1: {\"a\":1}", "3: {\"b\":2}")]
    [InlineData("{\"a\":\"\\/\\t\\\"\"}", "1: {\"a\":\"/\\t\\\"\"}")]
    [InlineData("{\"a\":\"yes\",\"b\":\"1\",\"~\":\"\"}", "1: {\"a\":\"yes\",\"b\":\"1\",\"~\":\"\"}")]
    [InlineData("{\"a\":1.50,\"b\":1e3,\"c\":-0,\"d\":12345678901234567890}", "1: {\"a\":1.50,\"b\":1e3,\"c\":-0,\"d\":12345678901234567890}")]
    public void Json_is_read_as_it_is(string text, params string[] documents)
    {
        Assert.Equal(documents, Reading.Documents(text));
    }

    [Fact]
    public void Surrogate_pairs_are_one_character()
    {
        var list = Assert.IsType<SequenceNode>(Reading.Root("[\"\\ud83d\\ude00\"]"));

        Assert.Equal("\U0001F600", Assert.IsType<ScalarNode>(list.Items[0]).Text);
    }

    [Theory]
    [InlineData("{a: b}", "1: {\"a\":\"b\"}")]
    [InlineData("[a, 0x10]", "1: [\"a\",16]")]
    [InlineData("{\"a\": 1,}", "1: {\"a\":1}")]
    [InlineData("{\"a\": 1} # c", "1: {\"a\":1}")]
    [InlineData("{\n  # c\n  a: b\n}\n", "1: {\"a\":\"b\"}")]
    [InlineData("{\"a\":1}\n{\"\u00e9\":2}\n{b: 3}\n", "1: {\"a\":1}", "2: {\"\u00e9\":2}", "3: {\"b\":3}")]
    public void What_is_not_json_may_be_yaml(string text, params string[] documents)
    {
        Assert.Equal(documents, Reading.Documents(text));
    }

    [Theory]
    [InlineData("{a: b", "1: not valid YAML: while parsing a flow mapping, did not find expected ',' or '}'")]
    [InlineData("{\"a\": 1", "1: not valid YAML: while parsing a flow mapping, did not find expected ',' or '}'")]
    [InlineData("[1,\n,2]", "2: not valid JSON: ',' is an invalid start of a value")]
    [InlineData("[\n}", "2: not valid JSON: '}' is an invalid start of a value")]
    [InlineData("{\"a\": \"b\"\n\"c\"}", "2: not valid JSON: '\"' is invalid after a value. Expected either ',', '}', or ']'")]
    [InlineData("{a: b, c: *d}", "1: the alias \"*d\" has no anchor before it")]
    [InlineData("[\n\"\\ud83d\"]", "2: a \\u escape in a JSON text is only half a character")]
    public void The_error_is_that_of_the_reader_that_came_further(string text, string error)
    {
        Assert.Equal(error, Reading.Error(text));
    }

    [Fact]
    public void Values_before_a_broken_one_are_kept()
    {
        Assert.Equal(
            ["1: {\"a\":1}", "1: error in 3: not valid JSON: '}' is an invalid start of a value"],
            Reading.Documents("{\"a\":1}\n\n}"));
    }

    [Fact]
    public void Numbers_are_whole_unless_they_have_a_fraction_or_an_exponent()
    {
        var list = Assert.IsType<SequenceNode>(Reading.Root("[1, -2, 1.0, 1e3, 1E3]"));

        Assert.Equal(
            [ScalarKind.Integer, ScalarKind.Integer, ScalarKind.Float, ScalarKind.Float, ScalarKind.Float],
            list.Items.Select(item => ((ScalarNode)item).Kind));
    }
}
