using HaWebhook.Policy.Manifests;

namespace HaWebhook.Policy.Tests.Manifests;

public sealed class KeyTests
{
    [Theory]
    [InlineData("a", "a")]
    [InlineData("'1'", "1")]
    [InlineData("1", "1")]
    [InlineData("0644", "420")]
    [InlineData("yes", "true")]
    [InlineData("y", "true")]
    [InlineData("off", "false")]
    [InlineData("1.5", "1.5")]
    [InlineData("0.1", "0.1")]
    [InlineData("100000.0", "100000")]
    [InlineData("1000000.0", "1e+06")]
    [InlineData("1e+36", "1e+36")]
    [InlineData("123456789.5", "1.2345679e+08")]
    [InlineData("0.0001", "0.0001")]
    [InlineData("0.00001", "1e-05")]
    [InlineData("0.0", "0")]
    [InlineData("-0.0", "-0")]
    [InlineData("1e300", ".inf")]
    [InlineData("1000000000000000000000000000000000000", "1e+36")]
    [InlineData("2001-01-01", "2001-01-01")]
    [InlineData("!!str 1", "1")]
    [InlineData("key with spaces", "key with spaces")]
    [InlineData("'<<'", "<<")]
    public void A_key_becomes_the_string_that_sigs_yaml_makes_of_it(string written, string key)
    {
        Assert.Equal($"{{\"{key}\":\"v\"}}", Reading.Json($"{written}: v\n"));
    }

    [Theory]
    [InlineData("~: v", "a key is missing or null: quote it if it is text")]
    [InlineData("null: v", "a key is missing or null: quote it if it is text")]
    [InlineData(": v", "a key is missing or null: quote it if it is text")]
    [InlineData("18446744073709551615: v", "the key \"18446744073709551615\" is too large a number: quote it if it is text")]
    [InlineData("? [a]\n: v", "a mapping or a list cannot be a key: text that starts with { or [ needs quotes")]
    [InlineData("{a: b}: v", "a mapping or a list cannot be a key: text that starts with { or [ needs quotes")]
    [InlineData("[a]: v", "a mapping or a list cannot be a key: text that starts with { or [ needs quotes")]
    public void A_key_that_is_no_string_in_json_is_an_error(string text, string message)
    {
        Assert.Equal($"1: {message}", Reading.Error(text));
    }

    [Theory]
    [InlineData("a: 1\nb: 2\na: 3\n", "3: duplicate key \"a\": it is already on line 1")]
    [InlineData("x:\n  a: 1\n\n  a: 3\n", "4: duplicate key \"a\": it is already on line 2")]
    [InlineData("1: x\n'1': y\n", "2: duplicate key \"1\": it is already on line 1")]
    [InlineData("{a: 1,\n a: 2}", "2: duplicate key \"a\": it is already on line 1")]
    [InlineData("{\"a\": 1,\n\"b\": 2, \"a\": 2}", "2: duplicate key \"a\": it is already on line 1")]
    [InlineData("---\na: 1\na: 2", "3: duplicate key \"a\": it is already on line 2")]
    public void A_duplicate_key_names_both_lines(string text, string error)
    {
        Assert.Equal(error, Reading.Error(text));
    }

    [Fact]
    public void A_long_key_is_cut_short_in_the_message()
    {
        var key = new string('k', 500);

        Assert.Equal($"2: duplicate key \"{key[..60]}...\": it is already on line 1", Reading.Error($"{key}: 1\n{key}: 2\n"));
    }

    [Fact]
    public void The_same_key_in_two_mappings_is_no_duplicate()
    {
        Assert.Equal("[{\"a\":1},{\"a\":{\"a\":2}}]", Reading.Json("- a: 1\n- a:\n    a: 2\n"));
    }

    [Fact]
    public void Keys_keep_the_order_and_the_case_of_the_file()
    {
        var mapping = Assert.IsType<MappingNode>(Reading.Root("b: 1\nB: 2\na: 3\n"));

        Assert.Equal([("b", 1), ("B", 2), ("a", 3)], mapping.Entries.Select(entry => (entry.Key, entry.Line)));
        Assert.False(mapping.TryGet("A", out _));
        Assert.True(mapping.TryGetEntry("B", out var entry));
        Assert.Equal(2, entry.Line);
    }
}
