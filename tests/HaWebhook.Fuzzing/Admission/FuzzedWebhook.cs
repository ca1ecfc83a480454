using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;
using HaWebhook.Admission;
using HaWebhook.Fuzzing.Running;
using HaWebhook.Policy.Json;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Fuzzing.Admission;

/// <summary>The handler as the server runs it, with a policy and what stands around the objects.</summary>
internal sealed class FuzzedWebhook
{
    /// <summary>As deep as admission reads.</summary>
    public const int MaxDepth = 10_064;

    /// <summary>What one review may cost whatever its size is: patches, twenty violations in full, and the place of an error.</summary>
    private const long FixedAllocation = 1 << 20;

    /// <summary>What each of its bytes may cost: a list of two-byte items has an object of some tens of bytes for each.</summary>
    private const long AllocationPerByte = 128;

    private const int LongestRefusal = 1000;

    private readonly CheckingLogger _log = new();
    private readonly ArrayBufferWriter<byte> _answer = new(4096);
    private readonly ArrayBufferWriter<byte> _canonical = new(16_384);
    private readonly AdmissionHandler _handler;

    public FuzzedWebhook(FuzzedPolicy policy, RelatedObjects related) =>
        _handler = new(policy, new FuzzedCluster(related), policy.Metrics, _log);

    /// <summary>Sends a review.</summary>
    /// <param name="kind">Which webhook is called.</param>
    /// <param name="body">The review.</param>
    /// <param name="uid">Its uid; null where it is not known.</param>
    public ReviewAnswer Ask(ReviewKind kind, ReadOnlyMemory<byte> body, string? uid)
    {
        _log.Wrong = null;
        _answer.ResetWrittenCount();
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            var asked = _handler.HandleAsync(kind, body, _answer, TimeSpan.FromSeconds(10));
            if (!asked.IsCompletedSuccessfully)
            {
                asked.AsTask().GetAwaiter().GetResult();
            }
        }
        catch (MalformedJsonException exception)
        {
            return new(WrongRefusal(exception.Message), true, false, null, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return new($"{kind} throws {exception.GetType().Name}: {exception.Message} {FuzzWorker.Where(exception)}", false, false, null, 0);
        }

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        var answer = ReviewAnswer.Read(kind, _answer.WrittenSpan, uid, allocated);
        return answer with
        {
            Wrong = _log.Wrong ?? answer.Wrong ?? (allocated > FixedAllocation + (AllocationPerByte * body.Length)
                ? $"{allocated} bytes are allocated for a review of {body.Length}"
                : null),
        };
    }

    /// <summary>The same review as System.Text.Json writes it; null where that does not read it.</summary>
    /// <param name="body">The review.</param>
    /// <param name="uid">Its uid; null where it has none.</param>
    public ReadOnlyMemory<byte>? Rewrite(ReadOnlyMemory<byte> body, out string? uid)
    {
        uid = null;
        _canonical.ResetWrittenCount();
        try
        {
            if (!Utf8.IsValid(body.Span))
            {
                return null;
            }

            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = MaxDepth });
            Rewrite(document, _canonical);

            uid = document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("request", out var request)
                && request.ValueKind == JsonValueKind.Object
                && request.TryGetProperty("uid", out var given)
                && given.ValueKind == JsonValueKind.String ? given.GetString() : null;
            return _canonical.WrittenMemory;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException)
        {
            // No JSON, or texts that are no Unicode.
            return null;
        }
    }

    /// <summary>A document as System.Text.Json writes it: no escapes where none are needed, no white space.</summary>
    public static ReadOnlyMemory<byte> Rewrite(JsonDocument document)
    {
        var output = new ArrayBufferWriter<byte>(4096);
        Rewrite(document, output);
        return output.WrittenMemory;
    }

    private static void Rewrite(JsonDocument document, ArrayBufferWriter<byte> output)
    {
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { MaxDepth = MaxDepth });
        document.RootElement.WriteTo(json);
    }

    private static string? WrongRefusal(string message) =>
        message.Length is 0 or > LongestRefusal ? $"a refusal has {message.Length} characters"
        : message.Any(char.IsControl) ? "a refusal has a control character"
        : null;
}
