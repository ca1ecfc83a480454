namespace HaWebhook.Policy.Json;

/// <summary>Reads the replica count of a custom resource at a path such as <c>spec.instances</c> or <c>spec.nodeSets[].count</c>.</summary>
internal static class CountReader
{
    /// <summary>
    /// The count; <paramref name="absent"/> where it is left out. Over a list (<c>[]</c>) the counts are added up: three node sets of one node each,
    /// one a zone, are the usual way to spread three nodes.
    /// </summary>
    public static int Read(ReadOnlyMemory<byte> json, string path, int absent, string prefix)
    {
        var cursor = new JsonCursor(json, prefix);
        cursor.Begin();
        return (int)Math.Min(int.MaxValue, Sum(ref cursor, path.Split('.'), absent) ?? absent);
    }

    private static long? Sum(ref JsonCursor json, ReadOnlySpan<string> steps, int absent)
    {
        if (steps.IsEmpty)
        {
            return json.Int32OrNull() ?? absent;
        }

        if (!json.BeginObject())
        {
            return null;
        }

        var isList = steps[0].EndsWith("[]", StringComparison.Ordinal);
        var name = System.Text.Encoding.UTF8.GetBytes(isList ? steps[0][..^2] : steps[0]);
        long? sum = null;
        ulong seen = 0;
        while (json.NextProperty())
        {
            if (!json.Is(name, ref seen, 0))
            {
                json.Skip();
            }
            else if (!isList)
            {
                sum = Sum(ref json, steps[1..], absent);
            }
            else
            {
                for (var inside = json.BeginArray(); inside && json.NextItem();)
                {
                    sum = (sum ?? 0) + (Sum(ref json, steps[1..], absent) ?? absent);
                }
            }
        }

        return sum;
    }
}
