using System.Globalization;
using System.Text;

namespace HaWebhook.Tests.Fixing;

/// <summary>Applies unified diffs strictly: every line where the diff says it is, every count right.</summary>
internal static class Patched
{
    private const string NoLineFeed = "\\ No newline at end of file";

    public static string Apply(string text, string diff)
    {
        if (diff.Length == 0)
        {
            return text;
        }

        var before = Lines(text);
        var lines = diff.Split('\n');
        Assert.Equal(("--- a/a.yaml", "+++ b/a.yaml", ""), (lines[0], lines[1], lines[^1]));
        var after = new StringBuilder();
        var (position, written) = (0, 0);
        for (var i = 2; i < lines.Length - 1;)
        {
            var (start, count, newStart, newCount) = Header(lines[i++]);
            while (position < start)
            {
                after.Append(before[position++]);
                written++;
            }

            Assert.Equal(newStart, written);
            for (; i < lines.Length - 1 && lines[i][0] != '@'; i++)
            {
                var line = lines[i][1..] + (lines[i + 1] == NoLineFeed ? "" : "\n");
                if (lines[i][0] != '+')
                {
                    Assert.Equal(before[position++], line);
                    count--;
                }

                if (lines[i][0] != '-')
                {
                    after.Append(line);
                    written++;
                    newCount--;
                }

                i += lines[i + 1] == NoLineFeed ? 1 : 0;
            }

            Assert.Equal((0, 0), (count, newCount));
        }

        return after.AppendJoin("", before.Skip(position)).ToString();
    }

    private static (int Start, int Count, int NewStart, int NewCount) Header(string line)
    {
        var parts = line.Split([' ', ',']);
        Assert.Equal(("@@", "@@", 6), (parts[0], parts[5], parts.Length));
        int Number(int part) => int.Parse(parts[part].TrimStart('-', '+'), CultureInfo.InvariantCulture);
        return (Number(1) - (Number(2) > 0 ? 1 : 0), Number(2), Number(3) - (Number(4) > 0 ? 1 : 0), Number(4));
    }

    private static List<string> Lines(string text)
    {
        List<string> lines = [.. text.Split('\n').Select(line => line + "\n")];
        lines[^1] = lines[^1][..^1];
        return lines[^1].Length == 0 ? lines[..^1] : lines;
    }
}
