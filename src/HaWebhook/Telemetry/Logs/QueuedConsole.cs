using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace HaWebhook.Telemetry.Logs;

/// <summary>
/// Logs to standard output by way of a queue. The console logger of .NET, when its queue is full, keeps whoever logs waiting, and so a review; or it
/// drops lines and says so in text only.
/// </summary>
internal sealed partial class QueuedConsole : ILoggerProvider
{
    /// <summary>How long the last lines get when the server stops, though nobody may be reading.</summary>
    private static readonly TimeSpan _farewell = TimeSpan.FromSeconds(1);

    /// <summary>In a flood that does not end, so many lines may pass before those that were dropped are told of.</summary>
    private const int MostUntold = 1000;

    private readonly LogQueue _queue;
    private readonly ConsoleFormatter _formatter;
    private readonly Thread _writer;
    private readonly Stream _output;

    /// <param name="queue">The lines.</param>
    /// <param name="formatter">How they are written.</param>
    /// <param name="output">Where they go.</param>
    public QueuedConsole(LogQueue queue, ConsoleFormatter formatter, Stream output)
    {
        (_queue, _formatter, _output) = (queue, formatter, output);
        _writer = new Thread(Write) { IsBackground = true, Name = "log" };
        _writer.Start();
    }

    public ILogger CreateLogger(string categoryName) => new Logger(categoryName, _formatter, _queue.Add);

    public void Dispose()
    {
        _queue.Complete();
        _writer.Join(_farewell);
    }

    private void Write()
    {
        // What tells of dropped lines does not stand in the queue, which is full then.
        var own = new Logger(typeof(QueuedConsole).FullName!, _formatter, Put);
        try
        {
            WriteAll(own);
        }
        catch (ObjectDisposedException)
        {
            // The server has ended, and nobody has read to the end.
        }
    }

    private void WriteAll(Logger own)
    {
        var (told, lines) = (0L, 0);
        foreach (var line in _queue.Take())
        {
            Put(line);
            lines++;
            if (_queue.Dropped is var dropped && dropped > told && (_queue.IsEmpty || lines >= MostUntold))
            {
                Log.Dropped(own, dropped - told);
                (told, lines) = (dropped, 0);
            }
        }
    }

    private void Put(string line)
    {
        try
        {
            _output.Write(Encoding.UTF8.GetBytes(line));
        }
        catch (IOException)
        {
            // A full disk, say. There is nowhere to tell it but in the count.
            _queue.CountDropped();
        }
    }

    private sealed class Logger(string category, ConsoleFormatter formatter, Action<string> add) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> format)
        {
            if (!IsEnabled(logLevel))
            {
                return;
            }

            using var text = new StringWriter();
            formatter.Write(new LogEntry<TState>(logLevel, category, eventId, state, exception, format), null, text);
            if (text.ToString() is { Length: > 0 } line)
            {
                add(line);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(70, LogLevel.Warning, "{Count} lines of the log were dropped: standard output is not read as fast as it is written")]
        public static partial void Dropped(ILogger logger, long count);
    }
}
