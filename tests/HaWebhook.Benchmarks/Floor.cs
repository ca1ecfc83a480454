using System.Buffers;
using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace HaWebhook.Benchmarks;

/// <summary>
/// The least that any admission webhook on Kestrel must do: take the whole body off the wire, find the uid, answer "allowed".
/// Whatever the real webhook costs above this is the cost of its own work.
/// </summary>
internal static class Floor
{
    private static ReadOnlySpan<byte> AnswerStart => """{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","response":{"uid":"""u8;

    private static ReadOnlySpan<byte> AnswerEnd => ""","allowed":true}}"""u8;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var port = int.Parse(ValueOf(arguments, "--port"), CultureInfo.InvariantCulture);
        using var certificate = X509Certificate2.CreateFromPemFile(ValueOf(arguments, "--tls-cert"), ValueOf(arguments, "--tls-key"));

        // The empty builder brings neither logging nor configuration nor routing.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, port, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                listen.UseHttps(certificate);
            });
        });

        var app = builder.Build();
        app.Run(AnswerAsync);
        await app.RunAsync();
        return 0;
    }

    private static async Task AnswerAsync(HttpContext context)
    {
        // The API server always sends a Content-Length.
        if (context.Request.ContentLength is not { } length || length > Array.MaxLength)
        {
            context.Response.StatusCode = StatusCodes.Status411LengthRequired;
            return;
        }

        var body = ArrayPool<byte>.Shared.Rent((int)length);
        try
        {
            var read = await ReadAsync(context, body);
            WriteAnswer(context.Response, body.AsSpan(0, read));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(body);
        }
    }

    // Copying is part of the floor: a parser wants the bytes in one piece, and the pipe hands them over in blocks of 4 KB.
    private static async ValueTask<int> ReadAsync(HttpContext context, byte[] body)
    {
        var reader = context.Request.BodyReader;
        var length = 0;
        while (true)
        {
            var result = await reader.ReadAsync();
            result.Buffer.CopyTo(body.AsSpan(length));
            length += (int)result.Buffer.Length;
            reader.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                return length;
            }
        }
    }

    private static void WriteAnswer(HttpResponse response, ReadOnlySpan<byte> body)
    {
        if (!TryFindUid(body, out var uid))
        {
            response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        response.ContentType = "application/json";
        response.ContentLength = AnswerStart.Length + uid.Length + AnswerEnd.Length;
        var writer = response.BodyWriter;
        writer.Write(AnswerStart);
        writer.Write(uid);
        writer.Write(AnswerEnd);
    }

    /// <summary>Finds <c>request.uid</c>, quotes included, and reads no further.</summary>
    private static bool TryFindUid(ReadOnlySpan<byte> body, out ReadOnlySpan<byte> uid)
    {
        uid = default;
        try
        {
            var reader = new Utf8JsonReader(body);
            if (!TryEnter(ref reader, "request"u8) || !TryEnter(ref reader, "uid"u8) || reader.TokenType != JsonTokenType.String)
            {
                return false;
            }

            uid = body[(int)reader.TokenStartIndex..(int)reader.BytesConsumed];
            return true;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Moves into the object that comes next (or that the reader stands on) and on to the value of one of its properties.</summary>
    private static bool TryEnter(ref Utf8JsonReader reader, ReadOnlySpan<byte> property)
    {
        if (reader.TokenType == JsonTokenType.None)
        {
            reader.Read();
        }

        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = reader.ValueTextEquals(property);
            reader.Read();
            if (found)
            {
                return true;
            }

            reader.Skip();
        }

        return false;
    }

    // By hand, because a command line library would count towards the memory that the webhook is held against.
    private static string ValueOf(string[] arguments, string name)
    {
        var at = Array.IndexOf(arguments, name);
        return at >= 0 && at + 1 < arguments.Length
            ? arguments[at + 1]
            : throw new ArgumentException($"floor: {name} is required: floor --port PORT --tls-cert FILE --tls-key FILE");
    }
}
