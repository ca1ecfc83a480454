using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace HaWebhook.Telemetry.Logs;

/// <summary>
/// Writes each line of the log as one flat JSON object: <c>timestamp</c>, <c>level</c>, <c>category</c>, <c>eventId</c>, <c>message</c>, then the
/// message's own fields by name, and <c>exception</c> where there is one. A field whose name is taken gets an underscore.
/// </summary>
internal sealed class JsonLineFormatter(TimeProvider clock) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "json-line";

    /// <summary>Leaves quotation marks and brackets legible: no browser reads this.</summary>
    private static readonly JsonWriterOptions _options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var bytes = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(bytes, _options))
        {
            json.WriteStartObject();
            json.WriteString("timestamp", clock.GetUtcNow().UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));
            json.WriteString("level", NameOf(logEntry.LogLevel));
            json.WriteString("category", logEntry.Category);
            json.WriteNumber("eventId", logEntry.EventId.Id);
            json.WriteString("message", Plain(logEntry.Formatter(logEntry.State, logEntry.Exception)));
            HashSet<string> taken = ["timestamp", "level", "category", "eventId", "message"];
            if (logEntry.Exception is { } exception)
            {
                taken.Add("exception");
                json.WriteString("exception", Plain(exception.ToString()));
            }

            if (logEntry.State is IReadOnlyList<KeyValuePair<string, object?>> fields)
            {
                WriteFields(json, fields, taken);
            }

            json.WriteEndObject();
        }

        textWriter.Write(Encoding.UTF8.GetString(bytes.WrittenSpan));
        textWriter.Write('\n');
    }

    private static void WriteFields(Utf8JsonWriter json, IReadOnlyList<KeyValuePair<string, object?>> fields, HashSet<string> taken)
    {
        foreach (var (field, value) in fields)
        {
            if (field == "{OriginalFormat}")
            {
                continue;
            }

            // A parameter that is called as a word of C# is, comes with the sign that allows that.
            var name = JsonNamingPolicy.CamelCase.ConvertName(field.TrimStart('@'));
            while (!taken.Add(name))
            {
                name += "_";
            }

            json.WritePropertyName(name);
            WriteValue(json, value);
        }
    }

    private static void WriteValue(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null:
                json.WriteNullValue();
                break;
            case bool flag:
                json.WriteBooleanValue(flag);
                break;
            case int or long or short or byte:
                json.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case double number when double.IsFinite(number):
                json.WriteNumberValue(number);
                break;
            case DateTime time:
                json.WriteStringValue(time);
                break;
            default:
                json.WriteStringValue(Plain(Convert.ToString(value, CultureInfo.InvariantCulture) ?? ""));
                break;
        }
    }

    /// <summary>
    /// Text in ASCII only, the rest escaped: among it are characters that terminals obey, which the writer's own encoder lets pass, as those that turn
    /// the direction of writing. By way of bytes, because half a surrogate pair, which a log must bear too, is no text to the encoder.
    /// </summary>
    private static JsonEncodedText Plain(string text) =>
        JsonEncodedText.Encode(Encoding.UTF8.GetBytes(text), Ascii.IsValid(text) ? JavaScriptEncoder.UnsafeRelaxedJsonEscaping : JavaScriptEncoder.Default);

    private static string NameOf(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "information",
        LogLevel.Warning => "warning",
        LogLevel.Error => "error",
        _ => "critical",
    };
}
