using HaWebhook.Policy.Manifests;

namespace HaWebhook.Policy.Tests.Manifests;

public sealed class ScalarTests
{
    [Theory]
    [InlineData("", "null")]
    [InlineData("~", "null")]
    [InlineData("null", "null")]
    [InlineData("Null", "null")]
    [InlineData("NULL", "null")]
    [InlineData("nUll", "\"nUll\"")]
    [InlineData("true", "true")]
    [InlineData("True", "true")]
    [InlineData("TRUE", "true")]
    [InlineData("tRue", "\"tRue\"")]
    [InlineData("yes", "true")]
    [InlineData("YES", "true")]
    [InlineData("y", "true")]
    [InlineData("Y", "true")]
    [InlineData("on", "true")]
    [InlineData("On", "true")]
    [InlineData("false", "false")]
    [InlineData("no", "false")]
    [InlineData("No", "false")]
    [InlineData("n", "false")]
    [InlineData("N", "false")]
    [InlineData("off", "false")]
    [InlineData("OFF", "false")]
    [InlineData("oFF", "\"oFF\"")]
    public void Null_and_booleans_are_resolved_as_go_yaml_does(string written, string json)
    {
        Assert.Equal($"{{\"v\":{json}}}", Reading.Json($"v: {written}\n"));
    }

    [Theory]
    [InlineData("0", "0")]
    [InlineData("-0", "0")]
    [InlineData("12", "12")]
    [InlineData("+12", "12")]
    [InlineData("-12", "-12")]
    [InlineData("1_000", "1000")]
    [InlineData("0644", "420")]
    [InlineData("0o644", "420")]
    [InlineData("0O17", "15")]
    [InlineData("0x1F", "31")]
    [InlineData("-0xff", "-255")]
    [InlineData("0x_0A_74", "2676")]
    [InlineData("0b1010", "10")]
    [InlineData("-0b11", "-3")]
    [InlineData("9223372036854775807", "9223372036854775807")]
    [InlineData("-9223372036854775808", "-9223372036854775808")]
    [InlineData("18446744073709551615", "18446744073709551615")]
    [InlineData("0x", "\"0x\"")]
    [InlineData("0o8", "\"0o8\"")]
    [InlineData("0b2", "\"0b2\"")]
    [InlineData("_1", "\"_1\"")]
    [InlineData("1:30", "\"1:30\"")]
    [InlineData("100m", "\"100m\"")]
    [InlineData("0x10000000000000000", "\"0x10000000000000000\"")]
    public void Whole_numbers_are_resolved_as_go_yaml_does(string written, string json)
    {
        Assert.Equal($"{{\"v\":{json}}}", Reading.Json($"v: {written}\n"));
    }

    [Theory]
    [InlineData("1.5", "1.5")]
    [InlineData("1.0", "1")]
    [InlineData(".5", "0.5")]
    [InlineData("-.5", "-0.5")]
    [InlineData("5.", "5")]
    [InlineData("1e3", "1000")]
    [InlineData("1E-2", "0.01")]
    [InlineData("08", "8")]
    [InlineData("09.5", "9.5")]
    [InlineData("-0.0", "-0")]
    [InlineData("1_0.5_0", "10.5")]
    [InlineData(".5_0", "0.5")]
    [InlineData("0.000001", "0.000001")]
    [InlineData("0.0000001", "1e-7")]
    [InlineData("1.5e-10", "1.5e-10")]
    [InlineData("1e20", "100000000000000000000")]
    [InlineData("1e21", "1e+21")]
    [InlineData("-2.5e100", "-2.5e+100")]
    [InlineData("18446744073709551616", "18446744073709552000")]
    [InlineData("+9223372036854775808", "9223372036854776000")]
    [InlineData("0.1234567890123456789", "0.12345678901234568")]
    [InlineData("1e400", "\"1e400\"")]
    [InlineData("._5", "\"._5\"")]
    [InlineData(".", "\".\"")]
    [InlineData("1.2.3", "\"1.2.3\"")]
    [InlineData("0x1p3", "\"0x1p3\"")]
    [InlineData("NaN", "\"NaN\"")]
    [InlineData("2001-01-01", "\"2001-01-01\"")]
    [InlineData("2001-12-14t21:59:43.10-05:00", "\"2001-12-14t21:59:43.10-05:00\"")]
    public void Numbers_with_a_fraction_or_an_exponent_are_resolved_as_go_yaml_does(string written, string json)
    {
        Assert.Equal($"{{\"v\":{json}}}", Reading.Json($"v: {written}\n"));
    }

    [Theory]
    [InlineData("'12'", "12")]
    [InlineData("\"true\"", "true")]
    [InlineData("''", "")]
    [InlineData("'it''s'", "it's")]
    [InlineData("\"a\\tb\\u0041\\x42\\ud83d\\ude00\"", "a\tbAB\U0001F600")]
    [InlineData("nginx:1.25", "nginx:1.25")]
    [InlineData(":8080", ":8080")]
    [InlineData("a b  c # comment", "a b  c")]
    [InlineData("|\n  12\n", "12\n")]
    [InlineData("|-\n  a\n\n   b\n", "a\n\n b")]
    [InlineData(">\n  a\n  b\n\n  c\n", "a b\nc\n")]
    [InlineData("a\n  b\n", "a b")]
    [InlineData("<<", "<<")]
    public void Quoted_and_block_scalars_and_other_text_are_strings(string written, string text)
    {
        var value = Value(written);

        Assert.Equal((ScalarKind.String, text), (value.Kind, value.Text));
    }

    [Theory]
    [InlineData("!!str 12", "\"12\"")]
    [InlineData("!!str", "\"\"")]
    [InlineData("! 12", "\"12\"")]
    [InlineData("!!int '12'", "12")]
    [InlineData("!!int 0x10", "16")]
    [InlineData("!!bool 'yes'", "true")]
    [InlineData("!!null ''", "null")]
    [InlineData("!!float 3", "3")]
    [InlineData("!!float '1.5'", "1.5")]
    [InlineData("!!binary aGk=", "\"hi\"")]
    [InlineData("!!binary |\n  aG\n  k=", "\"hi\"")]
    [InlineData("!<tag:yaml.org,2002:str> 12", "\"12\"")]
    [InlineData("!!map {a: 1}", "{\"a\":1}")]
    [InlineData("!!seq [1]", "[1]")]
    public void Tags_of_the_json_types_are_honoured(string written, string json)
    {
        Assert.Equal($"{{\"v\":{json}}}", Reading.Json($"v: {written}\n"));
    }

    [Theory]
    [InlineData("!!int abc", "\"abc\" is not a valid !!int")]
    [InlineData("!!int 1.5", "\"1.5\" is not a valid !!int")]
    [InlineData("!!bool 1", "\"1\" is not a valid !!bool")]
    [InlineData("!!null x", "\"x\" is not a valid !!null")]
    [InlineData("!!float x", "\"x\" is not a valid !!float")]
    [InlineData("!!binary ==", "a !!binary value is not valid base64")]
    [InlineData("!foo x", "the tag \"!foo\" is not supported")]
    [InlineData("!!timestamp 2001-01-01", "the tag \"!!timestamp\" is not supported")]
    [InlineData("!!set {a, b}", "the tag \"!!set\" is not supported")]
    [InlineData("!!str [a]", "the tag \"!!str\" is not supported")]
    [InlineData(".inf", ".inf has no form in JSON: quote it if it is text")]
    [InlineData("-.Inf", "-.Inf has no form in JSON: quote it if it is text")]
    [InlineData(".NaN", ".NaN has no form in JSON: quote it if it is text")]
    [InlineData("!!float .inf", ".inf has no form in JSON: quote it if it is text")]
    public void A_value_that_json_can_not_hold_is_an_error_with_its_line(string written, string message)
    {
        Assert.Equal($"2: {message}", Reading.Error($"a: 1\nv: {written}\n"));
    }

    [Fact]
    public void Tag_handles_of_a_directive_are_resolved()
    {
        Assert.Equal("{\"v\":1}", Reading.Json("%TAG !y! tag:yaml.org,2002:\n---\nv: !y!int '1'\n"));
    }

    [Theory]
    [InlineData("0644", ScalarKind.Integer, "0644", "420")]
    [InlineData("1.50", ScalarKind.Float, "1.50", "1.5")]
    [InlineData("yes", ScalarKind.Boolean, "yes", "true")]
    [InlineData("~", ScalarKind.Null, "~", "null")]
    [InlineData("'a \"b\"'", ScalarKind.String, "a \"b\"", "\"a \\\"b\\\"\"")]
    public void A_scalar_keeps_what_was_written_next_to_its_json(string written, ScalarKind kind, string text, string json)
    {
        var value = Value(written);

        Assert.Equal((kind, text, json), (value.Kind, value.Text, value.Json));
    }

    private static ScalarNode Value(string written)
    {
        var mapping = Assert.IsType<MappingNode>(Reading.Root($"v: {written}\n"));
        Assert.True(mapping.TryGet("v", out var value));
        return Assert.IsType<ScalarNode>(value);
    }
}
