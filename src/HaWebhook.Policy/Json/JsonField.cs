using System.Globalization;
using System.Text;
using System.Text.Json;
using HaWebhook.Policy.Evaluation;

namespace HaWebhook.Policy.Json;

/// <summary>Names the field at a position in JSON, for errors. It reads the text again, so that reading it the first time need not keep track.</summary>
internal static class JsonField
{
    private const int LongestName = 200;

    /// <summary>The field whose value starts at this byte, for instance <c>request.object.spec.replicas</c>.</summary>
    public static string At(ReadOnlySpan<byte> json, int position)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = int.MaxValue });
        var names = new Stack<string>();
        var indexes = new Stack<int>();
        var name = "";
        try
        {
            while (reader.Read() && reader.TokenStartIndex < position)
            {
                switch (reader.TokenType)
                {
                    case JsonTokenType.PropertyName:
                        name = NameOf(ref reader);
                        break;
                    case JsonTokenType.StartObject or JsonTokenType.StartArray:
                        names.Push(Step(name, indexes));
                        indexes.Push(reader.TokenType == JsonTokenType.StartArray ? 0 : -1);
                        name = "";
                        break;
                    case JsonTokenType.EndObject or JsonTokenType.EndArray:
                        names.Pop();
                        indexes.Pop();
                        name = "";
                        break;
                    default:
                        Step(name, indexes);
                        name = "";
                        break;
                }
            }
        }
        catch (JsonException)
        {
            // The text breaks off before the position: what was found so far is the best answer.
        }

        var steps = names.Reverse().Append(Step(name, indexes)).Where(step => step.Length > 0);
        var field = string.Join(".", steps).Replace(".[", "[", StringComparison.Ordinal);
        return SingleLine.Of(field, LongestName);
    }

    private static string NameOf(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // No valid Unicode: shown as it stands.
            return Encoding.UTF8.GetString(reader.ValueSpan);
        }
    }

    /// <summary>The step that a value adds to the path; inside an array it counts on.</summary>
    private static string Step(string name, Stack<int> indexes)
    {
        if (indexes.Count == 0 || indexes.Peek() < 0)
        {
            return name;
        }

        var index = indexes.Pop();
        indexes.Push(index + 1);
        return string.Create(CultureInfo.InvariantCulture, $"[{index}]");
    }
}
