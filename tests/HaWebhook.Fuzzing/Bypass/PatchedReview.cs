using System.Text.Json;
using HaWebhook.Admission;
using HaWebhook.Fuzzing.Admission;
using HaWebhook.Fuzzing.Trees;

namespace HaWebhook.Fuzzing.Bypass;

/// <summary>A review as it comes to the validating webhook once the API server has applied the patch of the mutating one.</summary>
internal static class PatchedReview
{
    /// <summary>The review; null where its object cannot be patched by a library: it is no JSON, or has something twice.</summary>
    /// <param name="review">The review.</param>
    /// <param name="patch">The patch.</param>
    /// <param name="why">Why it cannot.</param>
    public static ReadOnlyMemory<byte>? Of(ReadOnlyMemory<byte> review, byte[] patch, out string why)
    {
        why = "";
        try
        {
            using var buffer = JsonDocument.Parse(review, new JsonDocumentOptions { MaxDepth = FuzzedWebhook.MaxDepth });
            var root = Tree.Of(FuzzedWebhook.Rewrite(buffer)).Copy();
            if (!root.IsObject || root["request"]?["object"] is not { } subject)
            {
                why = "there is no object";
                return null;
            }

            root.Edit("request").Set("object", Tree.Of(JsonPatch.Apply(subject.Text, patch)));
            var output = new System.Buffers.ArrayBufferWriter<byte>(review.Length + patch.Length);
            new TreeWriter(output, WritingStyle.Plain, 0).Write(root);
            return output.WrittenMemory;
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or InvalidOperationException)
        {
            why = exception.Message;
            return null;
        }
    }
}
