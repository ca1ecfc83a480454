using HaWebhook.Commands;

namespace HaWebhook.Tests.Commands;

public sealed class OptionValueTests
{
    [Theory]
    [InlineData("0s", 0)]
    [InlineData("30s", 30)]
    [InlineData("007s", 7)]
    [InlineData("15m", 900)]
    [InlineData("24h", 86_400)]
    [InlineData("365d", 31_536_000)]
    [InlineData("36500d", 3_153_600_000)]
    [InlineData("3153600000s", 3_153_600_000)]
    public void Durations_are_a_whole_number_and_a_unit(string text, long seconds)
    {
        Assert.True(CommandOptions.TryDuration(text, out var value, out _));
        Assert.Equal(TimeSpan.FromSeconds(seconds), value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("s")]
    [InlineData("30")]
    [InlineData("-1s")]
    [InlineData("+1s")]
    [InlineData("1.5h")]
    [InlineData("1h30m")]
    [InlineData("30 s")]
    [InlineData(" 30s")]
    [InlineData("30S")]
    [InlineData("30ms")]
    [InlineData("1w")]
    [InlineData("٣s")]
    [InlineData("36501d")]
    [InlineData("3153600001s")]
    [InlineData("9223372036854775807d")]
    [InlineData("99999999999999999999s")]
    [InlineData("PT30S")]
    public void Other_durations_are_refused(string text)
    {
        Assert.False(CommandOptions.TryDuration(text, out var value, out var expected));
        Assert.Equal((TimeSpan.Zero, "a whole number with s, m, h or d, such as 30s or 24h, and at most 36500d"), (value, expected));
    }

    [Theory]
    [InlineData("ha-webhook")]
    [InlineData("a")]
    [InlineData("7")]
    [InlineData("a234567890123456789012345678901234567890123456789012345678901-3")]
    public void Names_are_those_of_Kubernetes(string text) => Assert.True(CommandOptions.TryName(text, out _, out _));

    [Theory]
    [InlineData("")]
    [InlineData("Ha")]
    [InlineData("-a")]
    [InlineData("a-")]
    [InlineData("a.b")]
    [InlineData("a_b")]
    [InlineData("a/b")]
    [InlineData("é")]
    [InlineData("a2345678901234567890123456789012345678901234567890123456789012-4")]
    public void Other_names_are_refused(string text) => Assert.False(CommandOptions.TryName(text, out _, out _));

    [Theory]
    [InlineData("--service", "Ha", "--service must be a name of at most 63 lower-case letters, digits and hyphens that starts and ends with a letter or digit, not 'Ha'")]
    [InlineData("--namespace", "", "--namespace must be a name of at most 63 lower-case letters, digits and hyphens that starts and ends with a letter or digit, not ''")]
    public async Task A_bad_value_is_one_clear_line(string option, string value, string expected)
    {
        var result = await Cli.RunAsync("serve", option, value);
        Assert.Equal((2, $"ha-webhook: {expected}\nTry: ha-webhook serve --help\n"), (result.ExitCode, result.Errors));
    }
}
