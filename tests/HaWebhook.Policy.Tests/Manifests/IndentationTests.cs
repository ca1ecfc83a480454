namespace HaWebhook.Policy.Tests.Manifests;

/// <summary>What kubectl reads and YamlDotNet on its own does not.</summary>
public sealed class IndentationTests
{
    [Theory]
    [InlineData("a: |\n  \n  x\n", "{\"a\":\"\\nx\\n\"}")]
    [InlineData("a: |\n    \n    x\nb: 1\n", "{\"a\":\"\\nx\\n\",\"b\":1}")]
    [InlineData("s:\n  a: |-\n    \n  \n    x\n\n    y\n", "{\"s\":{\"a\":\"\\n\\nx\\n\\ny\"}}")]
    [InlineData("- |\r\n    \r\n    x\r\n- 1\r\n", "[\"\\nx\\n\",1]")]
    [InlineData("a: |  # c\n    \n    x\n", "{\"a\":\"\\nx\\n\"}")]
    [InlineData("a: |\n    \nb: 1\n", "{\"a\":\"\",\"b\":1}")]
    [InlineData("a: >-\n    \nb: 1\n", "{\"a\":\"\",\"b\":1}")]
    [InlineData("a: |\n    \n    x\nb: |\n    \n    y\n", "{\"a\":\"\\nx\\n\",\"b\":\"\\ny\\n\"}")]
    public void Blank_lines_with_spaces_may_start_a_block_scalar(string text, string json)
    {
        Assert.Equal(json, Reading.Json(text));
    }

    [Theory]
    [InlineData("a: \"x\ny\"\nb: 1\n", "{\"a\":\"x y\",\"b\":1}")]
    [InlineData("- a: \"x\n  y\"\n  b: 1\n", "[{\"a\":\"x y\",\"b\":1}]")]
    [InlineData("a: \"x\\\ny\\\"\n\nz\" # c\nb: 1\n", "{\"a\":\"xy\\\"\\nz\",\"b\":1}")]
    [InlineData("a: \"x\\\\\ny\"\nb: \"z\nw\"\n", "{\"a\":\"x\\\\ y\",\"b\":\"z w\"}")]
    [InlineData("a: \"x\ny\\\\\"\nb: \"z\"\n", "{\"a\":\"x y\\\\\",\"b\":\"z\"}")]
    [InlineData("a: [\"x\ny\"]\r\nb: 1\r\n", "{\"a\":[\"x y\"],\"b\":1}")]
    public void A_double_quoted_text_may_go_on_at_any_column(string text, string json)
    {
        Assert.Equal(json, Reading.Json(text));
    }

    [Theory]
    [InlineData("a: [\nx,\nw\n]\nb: 1\n", "{\"a\":[\"x\",\"w\"],\"b\":1}")]
    [InlineData("s:\n  a: {x: 1,\n  w: 2}\n  b: 1\n", "{\"s\":{\"a\":{\"x\":1,\"w\":2},\"b\":1}}")]
    [InlineData("s:\n  a: [x,\n {z: 1}]\n", "{\"s\":{\"a\":[\"x\",{\"z\":1}]}}")]
    [InlineData("- - [x,\nw]\n- {a: [x,\nw\n]}\n", "[[[\"x\",\"w\"]],{\"a\":[\"x\",\"w\"]}]")]
    [InlineData("s:\n  a: [\"x\n w\", z]\n", "{\"s\":{\"a\":[\"x w\",\"z\"]}}")]
    [InlineData("s:\n    a: ['x\n w', z]\n", "{\"s\":{\"a\":[\"x w\",\"z\"]}}")]
    [InlineData("s:\n  a: [x # c\n  , w\n  z]\n", "{\"s\":{\"a\":[\"x\",\"w z\"]}}")]
    public void A_flow_collection_may_go_on_at_any_column(string text, string json)
    {
        Assert.Equal(json, Reading.Json(text));
    }

    [Theory]
    [InlineData("- {a: b}\n- :8080\n", "[{\"a\":\"b\"},\":8080\"]")]
    [InlineData("- [a]\n- ::1\n- :2\n", "[[\"a\"],\"::1\",\":2\"]")]
    [InlineData("- [a]\n- :k: v\n", "[[\"a\"],{\":k\":\"v\"}]")]
    public void A_text_that_starts_with_a_colon_keeps_it(string text, string json)
    {
        Assert.Equal(json, Reading.Json(text));
    }

    [Fact]
    public void Lines_stay_where_they_were()
    {
        Assert.Equal("6: duplicate key \"b\": it is already on line 5", Reading.Error("a: |\n    \n    x\n\nb: \"1\"\nb: \"x\ny\"\n"));
    }

    [Fact]
    public void A_blank_line_that_is_content_is_left_alone()
    {
        Assert.Equal("{\"a\":\"x |\\n  \\ny\\n\"}", Reading.Json("a: |\n  x |\n    \n  y\n"));
    }

    [Theory]
    [InlineData("- |\n    \n    x\n", "2: not valid YAML: while scanning a literal block scalar, found extra spaces in first line")]
    [InlineData("- \"x\ny\"\n", "1: not valid YAML: while scanning a multi-line double-quoted scalar, found wrong indentation")]
    [InlineData("- [a,\nb]\n", "2: a line inside { } or [ ] must be indented deeper than the key it belongs to")]
    public void Only_so_many_repairs_are_made(string item, string error)
    {
        var repeats = 20_000;
        var text = string.Concat(Enumerable.Repeat(item, repeats));

        Assert.EndsWith(error[2..], Reading.Error(text), StringComparison.Ordinal);
    }
}
