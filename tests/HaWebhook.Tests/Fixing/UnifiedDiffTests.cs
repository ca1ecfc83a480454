using HaWebhook.Fixing;

namespace HaWebhook.Tests.Fixing;

public sealed class UnifiedDiffTests
{
    [Theory]
    [InlineData("1\n2\n3\n4\n5\n6\n7\n8\n", 9, 0, "\nx", "@@ -3,6 +3,7 @@\n 3\n 4\n 5\n+x\n 6\n 7\n 8\n")]
    [InlineData("1\n2\n", 1, 0, "\nx", "@@ -1,2 +1,3 @@\n 1\n+x\n 2\n")]
    [InlineData("1\n2\n", 3, 0, "\nx\ny", "@@ -1,2 +1,4 @@\n 1\n 2\n+x\n+y\n")]
    [InlineData("1\n2", 3, 0, "\nx", "@@ -1,2 +1,3 @@\n 1\n-2\n\\ No newline at end of file\n+2\n+x\n\\ No newline at end of file\n")]
    [InlineData("1\r\n2\r\n", 1, 0, "\r\nx", "@@ -1,2 +1,3 @@\n 1\r\n+x\r\n 2\r\n")]
    [InlineData("1: a\n2\n", 3, 1, "b", "@@ -1,2 +1,2 @@\n-1: a\n+1: b\n 2\n")]
    [InlineData("1\n", 0, 0, "", "")]
    public void A_change_stands_between_the_lines_around_it(string text, int start, int length, string added, string expected)
    {
        var diff = UnifiedDiff.Write("a.yaml", text, added.Length + length == 0 ? [] : [new(start, length, added)]);

        Assert.Equal(expected.Length == 0 ? "" : $"--- a/a.yaml\n+++ b/a.yaml\n{expected}", diff);
    }

    [Fact]
    public void Changes_that_are_near_share_a_hunk_and_those_that_are_not_do_not()
    {
        var text = string.Concat(Enumerable.Range(1, 30).Select(line => $"{line}\n"));
        int EndOf(int line) => text.IndexOf($"{line}\n", StringComparison.Ordinal) + $"{line}".Length;

        Assert.Equal(
            """
            --- a/a.yaml
            +++ b/a.yaml
            @@ -11,12 +11,14 @@
             11
             12
             13
            +x
             14
             15
             16
             17
             18
             19
            +y
             20
             21
             22
            @@ -24,7 +26,7 @@
             24
             25
             26
            -27
            +27z
             28
             29
             30

            """,
            UnifiedDiff.Write("a.yaml", text, [new(EndOf(13), 0, "\nx"), new(EndOf(19), 0, "\ny"), new(EndOf(27), 0, "z")]));
    }

    [Theory]
    [InlineData("a b.yaml", "--- a/a b.yaml\t\n+++ b/a b.yaml\t\n")]
    [InlineData("ü/a.yaml", "--- a/ü/a.yaml\n+++ b/ü/a.yaml\n")]
    [InlineData("a\"\\\nü.yaml", "--- \"a/a\\042\\134\\012\\303\\274.yaml\"\n+++ \"b/a\\042\\134\\012\\303\\274.yaml\"\n")]
    public void Names_are_written_as_git_reads_them(string path, string header) =>
        Assert.Equal(header + "@@ -1,1 +1,2 @@\n 1\n+x\n", UnifiedDiff.Write(path, "1\n", [new(1, 0, "\nx")]));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void What_it_shows_is_what_it_came_from(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 500; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 40)).Select(_ => "ab\r\n\n\n\n"[random.Next(7)]));
            List<TextEdit> edits = [];
            for (var position = random.Next(10); position < text.Length; position += random.Next(25))
            {
                var length = random.Next(Math.Min(3, text.Length - position));
                edits.Add(new(position, length, "\nxab"[..random.Next(5)]));
                position += length;
            }

            Assert.Equal(TextEdit.Apply(text, edits), Patched.Apply(text, UnifiedDiff.Write("a.yaml", text, edits)));
        }
    }
}
