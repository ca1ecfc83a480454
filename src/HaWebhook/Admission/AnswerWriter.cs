using System.Buffers;
using System.Text.Json;
using HaWebhook.Policy.Evaluation;

namespace HaWebhook.Admission;

/// <summary>Writes an AdmissionReview that answers one, by the letter of <c>admission.k8s.io/v1</c>.</summary>
internal static class AnswerWriter
{
    private static readonly JsonWriterOptions _options = new() { SkipValidation = true };

    /// <param name="output">Takes the answer in UTF-8.</param>
    /// <param name="uid">The review's uid.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="patch">The patch; empty for none. A patch and its type come together or not at all.</param>
    public static void Write(IBufferWriter<byte> output, string uid, Answer answer, ReadOnlySpan<byte> patch)
    {
        using var json = new Utf8JsonWriter(output, _options);
        json.WriteStartObject();
        json.WriteString("apiVersion"u8, "admission.k8s.io/v1"u8);
        json.WriteString("kind"u8, "AdmissionReview"u8);
        json.WriteStartObject("response"u8);
        json.WriteString("uid"u8, uid);
        json.WriteBoolean("allowed"u8, answer.IsAllowed);
        if (!answer.IsAllowed)
        {
            json.WriteStartObject("status"u8);
            json.WriteNumber("code"u8, 403);
            json.WriteString("reason"u8, "Forbidden"u8);
            json.WriteString("message"u8, answer.Message);
            json.WriteEndObject();
        }

        if (!patch.IsEmpty)
        {
            json.WriteString("patchType"u8, "JSONPatch"u8);
            json.WriteBase64String("patch"u8, patch);
        }

        if (answer.Warnings.Count > 0)
        {
            json.WriteStartArray("warnings"u8);
            for (var i = 0; i < answer.Warnings.Count; i++)
            {
                json.WriteStringValue(answer.Warnings[i]);
            }

            json.WriteEndArray();
        }

        if (answer.AuditAnnotations.Count > 0)
        {
            json.WriteStartObject("auditAnnotations"u8);
            for (var i = 0; i < answer.AuditAnnotations.Count; i++)
            {
                json.WriteString(answer.AuditAnnotations[i].Key, answer.AuditAnnotations[i].Value);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }
}
