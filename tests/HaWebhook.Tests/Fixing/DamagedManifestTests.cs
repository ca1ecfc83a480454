namespace HaWebhook.Tests.Fixing;

public sealed class DamagedManifestTests
{
    private static readonly string[] _pieces =
    [
        " ", "  ", "\t", "\n", "\r", "\r\n", ":", ": ", "- ", "? ", "#", " #", "\"", "'", "[", "]", "{", "}", ",", "&a ", "*a", "<<: *a\n", "!", "!!str ",
        "|", ">", "|+\n", "%", "@", "---\n", "...\n", "<<: ", "~", "\\", "\0", "\uFEFF", "\n\uFEFF", "\u0085", "\u2028", "\ud83d", "{{ .x }}", "&a {}", "null",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Whatever_can_still_be_read_is_fixed_or_refused_and_nothing_is_ever_corrupted(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 250; i++)
        {
            AssertFixedOrRefused(Damage(random, new RandomManifest(random.Next()).Write()));
        }
    }

    private static void AssertFixedOrRefused(string text)
    {
        var before = FixedText.Check(text);
        var fix = FixedText.Of(text);
        Assert.All(fix.Refused, refused => Assert.DoesNotContain(refused.Reason, char.IsControl));

        var after = FixedText.Check(fix.Text);
        Assert.Equal(before.Errors.Count, after.Errors.Count);
        Assert.Equal(before.Objects.Count, after.Objects.Count);
        Assert.Equal(fix.Refused.Count, after.Objects.Count(subject => subject.Changes.Count > 0));
        Assert.Equal(fix.Text, FixedText.Of(fix.Text).Text);
    }

    private static string Damage(Random random, string text)
    {
        for (var changes = random.Next(1, 4); changes > 0; changes--)
        {
            var start = random.Next(text.Length);
            var length = Math.Min(random.Next(12), text.Length - start);
            text = random.Next(4) switch
            {
                0 => text.Remove(start, length),
                1 => text.Insert(random.Next(text.Length), text.Substring(start, length)),
                _ => text.Insert(start, _pieces[random.Next(_pieces.Length)]),
            };
        }

        return text;
    }
}
