using System.Globalization;

namespace HaWebhook.Policy.Objects;

/// <summary>A count, or a share of one, as in <c>maxUnavailable: 1</c> and <c>maxUnavailable: 25%</c>.</summary>
/// <param name="Value">The count or the percentage; 0 or more.</param>
/// <param name="IsPercent">Whether <paramref name="Value"/> is a percentage.</param>
public readonly record struct IntOrPercent(int Value, bool IsPercent)
{
    /// <summary>
    /// The count that is meant out of <paramref name="total"/>. Kubernetes rounds a percentage up where it protects
    /// (<c>minAvailable</c>, <c>maxSurge</c> and the <c>maxUnavailable</c> of a disruption budget) and down for the <c>maxUnavailable</c> of a rollout.
    /// </summary>
    public int Of(int total, bool roundUp)
    {
        if (!IsPercent)
        {
            return Value;
        }

        var hundredths = (long)Value * total;
        return (int)Math.Min((roundUp ? hundredths + 99 : hundredths) / 100, int.MaxValue);
    }

    /// <summary>Reads <c>25%</c>, or a count; null where the text is neither.</summary>
    public static IntOrPercent? Parse(string text)
    {
        var isPercent = text.EndsWith('%');
        var digits = isPercent ? text.AsSpan(0, text.Length - 1) : text.AsSpan();
        return !digits.ContainsAnyExceptInRange('0', '9') && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? new(value, isPercent) : null;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Value}{(IsPercent ? "%" : "")}");
}
