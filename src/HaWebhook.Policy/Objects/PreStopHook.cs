using System.Globalization;

namespace HaWebhook.Policy.Objects;

/// <summary>What a container does before its process is told to end (<c>lifecycle.preStop</c>). Its time counts against the grace period.</summary>
/// <param name="Sleep"><c>sleep.seconds</c>; null for other kinds of hook.</param>
/// <param name="Exec"><c>exec</c>; null for other kinds of hook.</param>
public sealed record PreStopHook(long? Sleep, ExecAction? Exec)
{
    private static readonly char[] _separators = [' ', '\t', '\n', '\r', ';', '&', '|', '(', ')', '"', '\''];

    /// <summary>
    /// Whole seconds that the hook is known to take: its sleep, or the longest <c>sleep N</c> in its command, in a shell or not. 0 where it
    /// takes a time that cannot be told, as under <c>timeout</c>.
    /// </summary>
    public long KnownSeconds => Sleep ?? (Exec is null ? 0 : LongestSleep(Exec.Command));

    private static long LongestSleep(IReadOnlyList<string> command)
    {
        var longest = 0L;
        var sleeps = false;
        foreach (var argument in command)
        {
            foreach (var word in argument.Split(_separators, StringSplitOptions.RemoveEmptyEntries))
            {
                if (word == "timeout" || word.EndsWith("/timeout", StringComparison.Ordinal))
                {
                    return 0;
                }

                longest = sleeps ? Math.Max(longest, SecondsOf(word)) : longest;
                sleeps = word == "sleep" || word.EndsWith("/sleep", StringComparison.Ordinal);
            }
        }

        return longest;
    }

    /// <summary>The argument of <c>sleep</c>: a number of seconds, or with a unit (GNU coreutils).</summary>
    private static long SecondsOf(string word)
    {
        var unit = word[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86_400, _ => 0 };
        var digits = unit == 0 ? word.AsSpan() : word.AsSpan(0, word.Length - 1);
        return double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
            ? (long)Math.Min(value * Math.Max(unit, 1), int.MaxValue)
            : 0;
    }
}
