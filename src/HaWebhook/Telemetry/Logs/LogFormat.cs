namespace HaWebhook.Telemetry.Logs;

/// <summary>How lines of the log are written.</summary>
internal enum LogFormat
{
    /// <summary>As JSON in a container, where programs read them, else as text.</summary>
    Auto,

    /// <summary>One JSON object a line.</summary>
    Json,

    /// <summary>One line of text each.</summary>
    Text,
}

/// <summary>Settles what <see cref="LogFormat.Auto"/> comes to.</summary>
internal static class LogFormats
{
    /// <param name="format">The format asked for.</param>
    /// <param name="environment">Reads a variable of the environment.</param>
    public static LogFormat Settle(this LogFormat format, Func<string, string?> environment) => format != LogFormat.Auto ? format
        : environment("DOTNET_RUNNING_IN_CONTAINER") == "true" || !string.IsNullOrEmpty(environment("KUBERNETES_SERVICE_HOST")) ? LogFormat.Json
        : LogFormat.Text;
}
