using HaWebhook.Admission;
using Microsoft.Extensions.Logging;

namespace HaWebhook.Fuzzing.Admission;

/// <summary>Reads what the server would log: no line may be broken by what is in a review, and no rule may fail on one.</summary>
internal sealed class CheckingLogger : ILogger<AdmissionHandler>
{
    /// <summary>Far more than the names in a line need, and far less than an object.</summary>
    private const int LongestLine = 4096;

    /// <summary>What was wrong with a line since this was last set to null.</summary>
    public string? Wrong { get; set; }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var line = formatter(state, exception);
        if (logLevel >= LogLevel.Error)
        {
            Wrong ??= $"it logs an error: {line.ReplaceLineEndings(" ")}";
        }
        else if (line.Any(char.IsControl))
        {
            Wrong ??= "a line of the log holds a control character";
        }
        else if (line.Length > LongestLine)
        {
            Wrong ??= $"a line of the log has {line.Length} characters";
        }
    }
}
