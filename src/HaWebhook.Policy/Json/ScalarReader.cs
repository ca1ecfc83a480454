using System.Buffers.Text;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Json;

/// <summary>Reads scalars of types that Kubernetes adds to those of JSON.</summary>
internal static class ScalarReader
{
    private static readonly WellKnownWords _percentages = new("25%", "50%", "100%", "0%", "33%", "10%", "20%", "75%");

    /// <summary>A whole number of 64 bits, as Kubernetes has them for seconds; null where absent.</summary>
    public static long? Int64OrNull(ref JsonCursor json)
    {
        if (!json.IsNumber)
        {
            return json.Int32OrNull();
        }

        var digits = Token(json);
        return Utf8Parser.TryParse(digits, out long value, out var length) && length == digits.Length
            ? value
            : throw json.Error("must be a whole number of 64 bits");
    }

    /// <summary>A count or a percentage, neither below 0, as <c>IntOrString</c> fields that are no ports must be; null where absent.</summary>
    public static IntOrPercent? IntOrPercentOrNull(ref JsonCursor json)
    {
        const string expected = "must be a whole number or a percentage such as 25%";
        if (json.IsNull)
        {
            return null;
        }

        if (json.IsNumber)
        {
            return json.Int32OrNull() is { } count and >= 0 ? new(count, IsPercent: false) : throw json.Error("must not be below 0");
        }

        if (Token(json) is not [(byte)'"', ..])
        {
            throw json.Error(expected);
        }

        return IntOrPercent.Parse(json.OneOf(_percentages) ?? json.String()) is { IsPercent: true } percentage ? percentage : throw json.Error(expected);
    }

    /// <summary>The bytes of the token under the cursor: a scalar in full, of an object or a list the opening bracket.</summary>
    private static ReadOnlySpan<byte> Token(in JsonCursor json) => json.Since(json.Position).Span;
}
