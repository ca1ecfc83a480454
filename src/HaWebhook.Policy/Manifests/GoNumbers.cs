using System.Globalization;
using System.Text.RegularExpressions;

namespace HaWebhook.Policy.Manifests;

/// <summary>Numbers as kubectl, a Go program, reads them from YAML and writes them to JSON.</summary>
internal static partial class GoNumbers
{
    /// <summary>Reads a decimal, hexadecimal (0x), octal (0o or a leading 0) or binary (0b) number of 64 bits.</summary>
    /// <returns>The number in decimal digits, or null when the text is no such number.</returns>
    public static string? Integer(string text)
    {
        var signed = text.StartsWith('-') || text.StartsWith('+');
        var negative = text.StartsWith('-');
        var (radix, digits) = Split(signed ? text[1..] : text);
        if (digits.Length == 0 && radix != 8)
        {
            return null;
        }

        var magnitude = UInt128.Zero;
        foreach (var c in digits)
        {
            var digit = "0123456789abcdef".IndexOf(char.ToLowerInvariant(c), StringComparison.Ordinal);
            if (digit < 0 || digit >= radix)
            {
                return null;
            }

            magnitude = (magnitude * (uint)radix) + (uint)digit;
            if (magnitude > ulong.MaxValue)
            {
                return null;
            }
        }

        // Only a number without a sign may use the 64th bit.
        var largest = signed ? (UInt128)long.MaxValue + (negative ? 1u : 0u) : ulong.MaxValue;
        var sign = negative && magnitude != 0 ? "-" : "";
        return magnitude > largest ? null : sign + magnitude.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Reads a decimal number with a fraction or an exponent, or one too large for 64 bits.</summary>
    /// <returns>The number, or null when the text is no number or one that no double can hold.</returns>
    public static double? Float(string text)
    {
        // Underscores are dropped before the text gets here, except that a number that starts with its point is held to Go's stricter rule.
        if (!(text.StartsWith('.') ? StartsWithPoint() : DecimalFloat()).IsMatch(text))
        {
            return null;
        }

        var number = double.Parse(text.Replace("_", "", StringComparison.Ordinal), NumberStyles.Float, CultureInfo.InvariantCulture);
        return double.IsFinite(number) ? number : null;
    }

    /// <summary>Writes a number as a JSON value.</summary>
    public static string Json(double number)
    {
        if (number == 0)
        {
            return double.IsNegative(number) ? "-0" : "0";
        }

        var shortest = number.ToString("R", CultureInfo.InvariantCulture);
        return Math.Abs(number) is >= 1e-6 and < 1e21 ? Plain(shortest) : Scientific(shortest).Replace("e-0", "e-", StringComparison.Ordinal);
    }

    /// <summary>Writes a number as the key of a JSON object: in single precision, as sigs.k8s.io/yaml does.</summary>
    public static string Key(double number)
    {
        var single = (float)number;
        if (!float.IsFinite(single))
        {
            return single > 0 ? ".inf" : "-.inf";
        }

        if (single == 0)
        {
            return float.IsNegative(single) ? "-0" : "0";
        }

        var shortest = single.ToString("R", CultureInfo.InvariantCulture);
        return Math.Abs(double.Parse(shortest, CultureInfo.InvariantCulture)) is >= 1e-4 and < 1e6 ? Plain(shortest) : Scientific(shortest);
    }

    private static (int Radix, string Digits) Split(string text)
    {
        if (!text.StartsWith('0'))
        {
            return (10, text);
        }

        // Two characters are never a prefix with digits, so 0x is the octal number "x", which is none.
        return (text.Length > 2 ? char.ToLowerInvariant(text[1]) : ' ') switch
        {
            'x' => (16, text[2..]),
            'o' => (8, text[2..]),
            'b' => (2, text[2..]),
            _ => (8, text[1..]),
        };
    }

    // A decimal holds all 17 digits of a double in the range that is written without an exponent.
    private static string Plain(string shortest)
    {
        return Exact(shortest).ToString(CultureInfo.InvariantCulture);
    }

    private static string Scientific(string shortest)
    {
        return shortest.Contains('E', StringComparison.Ordinal)
            ? shortest.ToLowerInvariant()
            : Exact(shortest).ToString("0.#################e+00", CultureInfo.InvariantCulture);
    }

    private static decimal Exact(string shortest)
    {
        return decimal.Parse(shortest, NumberStyles.Float, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\z", RegexOptions.ExplicitCapture)]
    private static partial Regex DecimalFloat();

    [GeneratedRegex(@"^\.[0-9]+(_[0-9]+)*([eE][-+]?[0-9]+(_[0-9]+)*)?\z", RegexOptions.ExplicitCapture)]
    private static partial Regex StartsWithPoint();
}
