using System.Globalization;

namespace HaWebhook.Admission;

/// <summary>How long a review may take: what the API server grants (<c>?timeout=10s</c>), less what the way there and back takes.</summary>
internal static class CallBudget
{
    /// <summary>For the way there and back. An answer that comes too late counts as none.</summary>
    private static readonly TimeSpan _margin = TimeSpan.FromMilliseconds(500);

    /// <summary>The API server's own default (<c>timeoutSeconds</c> of admissionregistration.k8s.io/v1), for callers that grant nothing.</summary>
    private static readonly TimeSpan _default = TimeSpan.FromSeconds(10);

    /// <summary>The most that a webhook can be granted (the same field's range is 1 to 30).</summary>
    public static TimeSpan Longest { get; } = TimeSpan.FromSeconds(30);

    /// <param name="query">The query of the request, with its question mark; null or empty where there is none.</param>
    /// <returns>More than zero.</returns>
    public static TimeSpan Of(string? query)
    {
        var granted = Granted(query);
        return granted > _margin + _margin ? granted - _margin : granted / 2;
    }

    /// <summary>The API server rounds up to whole seconds. What is not of that form is none of its words.</summary>
    private static TimeSpan Granted(string? query)
    {
        const string name = "timeout=";
        foreach (var range in query.AsSpan().TrimStart('?').Split('&'))
        {
            var part = query.AsSpan().TrimStart('?')[range];
            if (part.StartsWith(name, StringComparison.Ordinal)
                && part[^1] == 's'
                && double.TryParse(part[name.Length..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
                && seconds > 0)
            {
                return seconds < Longest.TotalSeconds ? TimeSpan.FromSeconds(seconds) : Longest;
            }
        }

        return _default;
    }
}
