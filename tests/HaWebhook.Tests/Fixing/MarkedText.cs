namespace HaWebhook.Tests.Fixing;

/// <summary>A text before and after, in one: lines marked + come, lines marked - go, all others start with a space and stay.</summary>
internal sealed record MarkedText(string Before, string After)
{
    public static MarkedText Read(string marked)
    {
        var lines = marked.Split('\n');
        Assert.All(lines, line => Assert.True(line.Length == 0 || line[0] is ' ' or '+' or '-', line));
        string Side(char other) => string.Join('\n', lines.Where(line => line.Length == 0 || line[0] != other).Select(line => line.Length == 0 ? line : line[1..]));
        return new(Side('+'), Side('-'));
    }
}
