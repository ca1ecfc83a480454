namespace HaWebhook.Policy.Objects;

/// <summary>The order in which related objects are told: what is said of several must not depend on the order in which they came.</summary>
internal static class NameOrder
{
    public static IEnumerable<T> InOrder<T>(this IEnumerable<T> objects)
        where T : KubernetesObject =>
        objects
            .OrderBy(item => item.Metadata.Name, StringComparer.Ordinal)
            .ThenBy(item => item.Kind, StringComparer.Ordinal)
            .ThenBy(item => item.ApiVersion, StringComparer.Ordinal);
}
