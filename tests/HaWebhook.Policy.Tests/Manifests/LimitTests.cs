using System.Text;
using HaWebhook.Policy.Manifests;

namespace HaWebhook.Policy.Tests.Manifests;

public sealed class LimitTests
{
    [Theory]
    [InlineData("[", "]")]
    [InlineData("{\"a\":", "}")]
    [InlineData("{a: ", "}")]
    [InlineData("x: [\n", "]")]
    public void A_thousand_levels_can_be_read_and_written(string open, string close)
    {
        var flow = open.StartsWith('x') ? "[" : open;
        var text = Repeat(flow, 999) + "[1]".Trim() + Repeat(close, 999);

        var json = Reading.Json(text);

        Assert.Equal(1000, json.Count(c => c is '[' or '{'));
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{\"a\":")]
    [InlineData("{a: ")]
    [InlineData("- ")]
    [InlineData("? ")]
    [InlineData("[[],")]
    public void Deeper_nesting_is_an_error(string open)
    {
        Assert.Equal("1: nested deeper than 1,000 levels", Reading.Error(Repeat(open, 100_000)));
    }

    [Fact]
    public void Deeper_nesting_of_pairs_in_lists_is_an_error()
    {
        Assert.Equal("2: nested deeper than 1,000 levels", Reading.Error("\n[" + Repeat("[a: ", 600)));
    }

    [Fact]
    public void Deeper_nesting_over_lines_is_an_error()
    {
        var text = string.Concat(Enumerable.Range(0, 1_500).Select(depth => new string(' ', depth) + "a:\n"));

        Assert.Equal("1001: nested deeper than 1,000 levels", Reading.Error(text));
    }

    [Fact]
    public void Aliases_can_not_nest_deeper_either()
    {
        var text = "a0: &a0 x\n" + string.Concat(Enumerable.Range(1, 2_000).Select(i => $"a{i}: &a{i} [*a{i - 1}]\n"));

        Assert.Equal("1001: nested deeper than 1,000 levels", Reading.Error(text));
    }

    [Fact]
    public void Aliases_of_aliases_fail_quickly()
    {
        var text = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x]\n");
        for (var i = 1; i < 30; i++)
        {
            text.Append($"a{i}: &a{i} [{string.Join(',', Enumerable.Repeat($"*a{i - 1}", 9))}]\n");
        }

        Assert.Equal(
            "7: more than 1,000,000 keys and values in one document, counting what aliases repeat",
            Reading.Error(text.ToString()));
    }

    [Fact]
    public void Merges_of_merges_fail_quickly()
    {
        var text = new StringBuilder("a0: &a0 {x: 1}\n");
        for (var i = 1; i < 100; i++)
        {
            text.Append($"a{i}: &a{i} {{<<: [*a{i - 1}, *a{i - 1}], k{i}: *a{i - 1}}}\n");
        }

        Assert.EndsWith("keys and values in one document, counting what aliases repeat", Reading.Error(text.ToString()), StringComparison.Ordinal);
    }

    [Fact]
    public void Aliases_of_long_texts_are_limited_too()
    {
        var text = $"a: &a {new string('x', 100_000)}\nb: [{string.Join(',', Enumerable.Repeat("*a", 101))}]\n";

        Assert.Equal("2: aliases repeat more than 10,000,000 characters", Reading.Error(text));
    }

    [Fact]
    public void Aliases_within_the_limits_are_expanded()
    {
        var text = $"a: &a {new string('x', 100_000)}\nb: [{string.Join(',', Enumerable.Repeat("*a", 100))}]\n";

        Assert.Equal(10_100_000, Reading.Json(text).Count(c => c == 'x'));
    }

    [Theory]
    [InlineData("- 1\n")]
    [InlineData("[1,2,3,4],\n")]
    public void A_document_has_at_most_a_million_values(string item)
    {
        var text = item.StartsWith('[') ? $"[{Repeat(item, 300_000)}1]" : Repeat(item, 1_000_001);

        Assert.Contains(": more than 1,000,000 keys and values in one document", Reading.Error(text), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a: ", "x", 2_000_000)]
    [InlineData("a: \"", "\\n", 1_000_000)]
    [InlineData("a: '", "''", 1_000_000)]
    [InlineData("a: |\n", "  line\n", 200_000)]
    [InlineData("a: \"", "x\n ", 600_000)]
    [InlineData("a: \"", "x\n", 600_000)]
    [InlineData("", "# comment\n", 200_000)]
    [InlineData("", "\n", 2_000_000)]
    [InlineData("a: b", " ", 2_000_000)]
    [InlineData("a: !", "a", 2_000_000)]
    [InlineData("a: &", "a", 2_000_000)]
    [InlineData("a: ", "1", 2_000_000)]
    [InlineData("a: .1", "_1", 1_000_000)]
    [InlineData("", "k", 2_000_000)]
    [InlineData("", "- a: {b: [c]}\n", 140_000)]
    [InlineData("", "[a,", 600_000)]
    [InlineData("", "? a\n", 500_000)]
    [InlineData("", "\t", 2_000_000)]
    [InlineData("", "-\t:\n", 500_000)]
    public void Megabytes_of_anything_come_to_the_same_end_as_a_few_bytes(string start, string repeated, int count)
    {
        // Whatever took the square of the size here would take hours, and the suite would not end.
        Assert.Equal(Ending(start + Repeat(repeated, 30)), Ending(start + Repeat(repeated, count)));
    }

    /// <summary>Each repair reads the document again, so there is an end to them.</summary>
    [Fact]
    public void Text_that_needs_ever_more_repairs_is_an_error()
    {
        var text = Repeat("- |\n    \n    x\n", 120_000);

        Assert.EndsWith("while scanning a literal block scalar, found extra spaces in first line", Reading.Error(text), StringComparison.Ordinal);
    }

    /// <summary>How many documents there are, and whether there is an error.</summary>
    private static (int Documents, bool HasError) Ending(string text)
    {
        var documents = ManifestReader.Read(text);
        return (documents.Count, documents.Any(document => document.Error is not null));
    }

    private static string Repeat(string text, int count)
    {
        return new StringBuilder(text.Length * count).Insert(0, text, count).ToString();
    }
}
