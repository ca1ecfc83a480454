using System.Buffers.Text;
using System.Text;

namespace HaWebhook.Policy.Json;

/// <summary>
/// Looks at a field that few kinds have, when a rule comes to it: such fields are not read with the object. What is not of the expected
/// form counts as absent: a custom resource is its operator's to check.
/// </summary>
internal static class RawField
{
    /// <summary>The JSON of the field at a path; empty where it is absent or null.</summary>
    /// <param name="json">The object the path starts at, for instance <see cref="Objects.KubernetesObject.SpecBytes"/>.</param>
    /// <param name="path">The names of the fields, outermost first.</param>
    public static ReadOnlyMemory<byte> Find(ReadOnlyMemory<byte> json, params ReadOnlySpan<string> path)
    {
        if (json.IsEmpty)
        {
            return default;
        }

        try
        {
            foreach (var name in path)
            {
                json = Property(json, Encoding.UTF8.GetBytes(name));
                if (json.IsEmpty)
                {
                    return default;
                }
            }

            return json.Span.SequenceEqual("null"u8) ? default : json;
        }
        catch (MalformedJsonException)
        {
            return default;
        }
    }

    /// <summary>The text of the field at a path; null where it is absent or no text.</summary>
    public static string? Text(ReadOnlyMemory<byte> json, params ReadOnlySpan<string> path)
    {
        var found = Find(json, path);
        if (found.Span is not [(byte)'"', ..])
        {
            return null;
        }

        try
        {
            var cursor = new JsonCursor(found);
            cursor.Begin();
            return cursor.String();
        }
        catch (MalformedJsonException)
        {
            return null;
        }
    }

    /// <summary>The field at a path as a text: what a text says, of other scalars what is written; null where it is absent.</summary>
    public static string? Scalar(ReadOnlyMemory<byte> json, params ReadOnlySpan<string> path) =>
        Find(json, path).Span is [not (byte)'"' and not (byte)'{' and not (byte)'[', ..] scalar ? Encoding.UTF8.GetString(scalar) : Text(json, path);

    /// <summary>The count at a path; null where it is absent or none.</summary>
    public static int? Count(ReadOnlyMemory<byte> json, params ReadOnlySpan<string> path)
    {
        var found = Find(json, path).Span;
        if (Utf8Parser.TryParse(found, out int count, out var length) && length == found.Length)
        {
            return count >= 0 ? count : null;
        }

        // 3.0 and 3e0 are the same number, and a count that is not understood would be none.
        return Utf8Parser.TryParse(found, out double number, out length) && length == found.Length && number is >= 0 and <= int.MaxValue && double.IsInteger(number)
            ? (int)number
            : null;
    }

    /// <summary>The JSON of the items of the list at a path; empty where it is absent or no list.</summary>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Items(ReadOnlyMemory<byte> json, params ReadOnlySpan<string> path)
    {
        var found = Find(json, path);
        if (found.Span is not [(byte)'[', ..])
        {
            return [];
        }

        List<ReadOnlyMemory<byte>> items = [];
        try
        {
            var cursor = new JsonCursor(found);
            cursor.Begin();
            cursor.BeginArray();
            while (cursor.NextItem())
            {
                items.Add(cursor.Skip());
            }
        }
        catch (MalformedJsonException)
        {
            return [];
        }

        return items;
    }

    private static ReadOnlyMemory<byte> Property(ReadOnlyMemory<byte> json, ReadOnlySpan<byte> name)
    {
        var cursor = new JsonCursor(json);
        cursor.Begin();
        ReadOnlyMemory<byte> found = default;
        for (var inside = cursor.BeginObject(); inside && cursor.NextProperty();)
        {
            var value = cursor.Skip();
            found = cursor.NameEquals(name) ? value : found;
        }

        return found;
    }
}
