using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging.Console;

namespace HaWebhook.Telemetry.Logs;

/// <summary>The log of the server.</summary>
internal static class ServerLogging
{
    public static ILoggingBuilder AddServerLog(this ILoggingBuilder logging, LogFormat format)
    {
        var formatter = format.Settle(Environment.GetEnvironmentVariable) == LogFormat.Json ? JsonLineFormatter.FormatterName : ConsoleFormatterNames.Simple;
        logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
            console.UseUtcTimestamp = true;
        });

        // Of the console logger only what puts a line into words is used.
        logging.Services.RemoveAll<ILoggerProvider>();
        logging.Services
            .AddSingleton<LogQueue>()
            .AddSingleton<ConsoleFormatter, JsonLineFormatter>()
            .AddSingleton<ILoggerProvider>(services => new QueuedConsole(
                services.GetRequiredService<LogQueue>(),
                services.GetServices<ConsoleFormatter>().Last(candidate => candidate.Name == formatter),
                Console.OpenStandardOutput()));
        return logging
            .AddFilter("Microsoft", LogLevel.Warning)
            .AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Information)

            // It would make an activity and a scope of each review, for log lines that nobody has asked for.
            .AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None)

            // Its errors come to serve as exceptions, and as services that have failed, which says them in a line.
            .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
    }
}
