namespace HaWebhook.Policy;

/// <summary>Finds what somebody probably meant.</summary>
public static class NearestName
{
    /// <summary>
    /// The known name that takes the fewest typing errors to become the given one; null where none is near, or has anything in common with it.
    /// </summary>
    public static string? Of(string given, IEnumerable<string> known)
    {
        var (nearest, distance) = known
            .Select(name => (Name: name, Distance: Distance(given, name)))
            .OrderBy(candidate => candidate.Distance)
            .FirstOrDefault();
        return nearest is not null && distance <= Math.Max(2, nearest.Length / 3)
            && distance < Math.Max(given.Length, nearest.Length)
            ? nearest
            : null;
    }

    /// <summary>The sentence to add to an error about an unknown name; empty where nothing is near.</summary>
    public static string Hint(string given, IEnumerable<string> known) => Of(given, known) is { } nearest ? $"; did you mean {nearest}?" : "";

    /// <summary>Levenshtein's distance, without regard to case. Names longer than any known one need no exact figure.</summary>
    private static int Distance(string left, string right)
    {
        const int longest = 64;
        if (left.Length > longest)
        {
            return left.Length;
        }

        var previous = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var current = new int[right.Length + 1];
            current[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var substitution = char.ToUpperInvariant(left[i - 1]) == char.ToUpperInvariant(right[j - 1]) ? 0 : 1;
                current[j] = Math.Min(Math.Min(current[j - 1], previous[j]) + 1, previous[j - 1] + substitution);
            }

            previous = current;
        }

        return previous[right.Length];
    }
}
