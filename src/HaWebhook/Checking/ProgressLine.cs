using System.Globalization;

namespace HaWebhook.Checking;

/// <summary>Tells people at a terminal how far a long run has come, on one line that is gone when the run is over.</summary>
/// <param name="terminal">The terminal; null where nobody looks.</param>
/// <param name="clock">Paces it: nothing in the first half second, then ten times a second at most.</param>
internal sealed class ProgressLine(TextWriter? terminal, TimeProvider clock)
{
    /// <summary>Tells nobody.</summary>
    public static readonly ProgressLine None = new(null, TimeProvider.System);

    private static readonly TimeSpan _patience = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(100);

    private readonly long _start = clock.GetTimestamp();
    private TimeSpan _next = _patience;
    private bool _isShown;

    /// <summary>On standard error. A terminal that cannot go back to the start of a line calls itself dumb.</summary>
    public static ProgressLine StandardError() =>
        new(Console.IsErrorRedirected || Environment.GetEnvironmentVariable("TERM") is "dumb" ? null : Console.Error, TimeProvider.System);

    /// <summary>Shows a number, if it is time to.</summary>
    public void Show(int number, string what)
    {
        if (terminal is null || clock.GetElapsedTime(_start) is var elapsed && elapsed < _next)
        {
            return;
        }

        terminal.Write(string.Create(CultureInfo.InvariantCulture, $"\r{number:N0} {what}\u001b[K"));
        _next = elapsed + _interval;
        _isShown = true;
    }

    /// <summary>Takes the line away, before anything else is written.</summary>
    public void Clear()
    {
        if (_isShown)
        {
            terminal!.Write("\r\u001b[K");
            _isShown = false;
        }
    }
}
