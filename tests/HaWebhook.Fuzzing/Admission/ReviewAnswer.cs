using System.Text.Json;
using HaWebhook.Admission;

namespace HaWebhook.Fuzzing.Admission;

/// <summary>What the webhook answered to a review.</summary>
/// <param name="Wrong">What is wrong with the answer itself; null for nothing.</param>
/// <param name="IsRefused">Whether there is none, because the review was refused as malformed.</param>
/// <param name="IsAllowed">Whether the request is allowed.</param>
/// <param name="Patch">The patch; null for none.</param>
/// <param name="Allocated">Bytes that were allocated for it.</param>
internal readonly record struct ReviewAnswer(string? Wrong, bool IsRefused, bool IsAllowed, byte[]? Patch, long Allocated)
{
    private const int LongestWarning = 120;

    /// <summary>Whether two answers are the same decision.</summary>
    public bool Decides(ReviewAnswer other) => IsRefused == other.IsRefused && IsAllowed == other.IsAllowed;

    /// <summary>In a word.</summary>
    public string Word => IsRefused ? "refused as malformed" : IsAllowed ? "allowed" : "denied";

    /// <summary>Reads an answer as an API server would, and holds it to the letter of <c>admission.k8s.io/v1</c>.</summary>
    /// <param name="kind">Which webhook answered.</param>
    /// <param name="body">The answer.</param>
    /// <param name="uid">The review's uid; null where it is not known.</param>
    /// <param name="allocated">Bytes that were allocated for it.</param>
    public static ReviewAnswer Read(ReviewKind kind, ReadOnlySpan<byte> body, string? uid, long allocated)
    {
        try
        {
            var answer = new ReviewAnswer { Allocated = allocated };
            return answer.ReadBody(kind, body, uid);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            return new($"the answer is no AdmissionReview: {exception.Message}", false, false, null, allocated);
        }
    }

    private ReviewAnswer ReadBody(ReviewKind kind, ReadOnlySpan<byte> body, string? uid)
    {
        var json = new Utf8JsonReader(body);
        string? apiVersion = null, reviewKind = null, wrong = null;
        var answered = false;
        var answer = this;
        Enter(ref json);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.GetString();
            json.Read();
            if (name == "response")
            {
                answered = true;
                answer = ReadResponse(ref json, kind, uid, out wrong);
            }
            else if (name is "apiVersion" or "kind")
            {
                _ = name == "kind" ? reviewKind = json.GetString() : apiVersion = json.GetString();
            }
        }

        wrong ??= json.Read() || json.BytesConsumed != body.Length ? "something follows the answer" : null;
        wrong ??= (apiVersion, reviewKind) == ("admission.k8s.io/v1", "AdmissionReview") && answered ? null : "the answer has no apiVersion, kind or response";
        return answer with { Wrong = wrong };
    }

    private ReviewAnswer ReadResponse(ref Utf8JsonReader json, ReviewKind kind, string? uid, out string? wrong)
    {
        wrong = null;
        bool? allowed = null;
        string? answered = null, patchType = null;
        byte[]? patch = null;
        var hasReason = false;
        for (json.Read(); json.TokenType == JsonTokenType.PropertyName; json.Read())
        {
            var name = json.GetString();
            json.Read();
            switch (name)
            {
                case "uid":
                    answered = json.GetString();
                    break;
                case "allowed":
                    allowed = json.GetBoolean();
                    break;
                case "patch":
                    patch = json.GetBytesFromBase64();
                    break;
                case "patchType":
                    patchType = json.GetString();
                    break;
                case "status":
                    hasReason = true;
                    json.Skip();
                    break;
                case "warnings":
                    wrong ??= WrongWarning(ref json);
                    break;
                case "auditAnnotations":
                    json.Skip();
                    break;
                default:
                    wrong ??= $"the answer has a field {name}";
                    break;
            }
        }

        wrong ??= allowed is null ? "the answer does not say whether it is allowed" : null;
        wrong ??= string.IsNullOrEmpty(answered) || (uid is not null && answered != uid) ? "the answer has another uid than the review" : null;
        wrong ??= patch is null == patchType is null && patchType is null or "JSONPatch" ? null : "patch and patchType do not come together";
        wrong ??= kind == ReviewKind.Validate && patch is not null ? "a validating webhook patches" : null;
        wrong ??= allowed == false && !hasReason ? "the denial has no status" : null;
        return this with { IsAllowed = allowed == true, Patch = patch };
    }

    private static string? WrongWarning(ref Utf8JsonReader json)
    {
        string? wrong = null;
        while (json.Read() && json.TokenType == JsonTokenType.String)
        {
            var warning = json.GetString()!;
            wrong ??= warning.Length is 0 or > LongestWarning ? $"a warning has {warning.Length} characters" : null;
            wrong ??= warning.Any(char.IsControl) ? "a warning has a control character" : null;
        }

        return wrong;
    }

    private static void Enter(ref Utf8JsonReader json)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("it is not an object");
        }
    }
}
