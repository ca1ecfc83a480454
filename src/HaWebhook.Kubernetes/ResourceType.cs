namespace HaWebhook.Kubernetes;

/// <summary>A kind of object by the names under which an API server serves it.</summary>
/// <param name="Group">The API group, such as apps; empty for the core group.</param>
/// <param name="Version">The version, such as v1.</param>
/// <param name="Plural">The name in URLs, such as deployments.</param>
/// <param name="IsNamespaced">Whether its objects live in namespaces.</param>
public sealed record ResourceType(string Group, string Version, string Plural, bool IsNamespaced = true)
{
    /// <summary>The name that kubectl and RBAC messages use, such as deployments.apps.</summary>
    public override string ToString() => Group.Length == 0 ? Plural : $"{Plural}.{Group}";

    /// <summary>Where the group and version are served, without a slash in front.</summary>
    internal string GroupVersionPath => Group.Length == 0 ? $"api/{Segment(Version)}" : $"apis/{Segment(Group)}/{Segment(Version)}";

    /// <summary>Where the objects of a namespace are served, or with null those of all namespaces.</summary>
    /// <exception cref="ArgumentException">The kind has no namespaces, or the name is none that a path can hold.</exception>
    internal string CollectionPath(string? namespaceName)
    {
        if (namespaceName is null)
        {
            return $"{GroupVersionPath}/{Segment(Plural)}";
        }

        return IsNamespaced
            ? $"{GroupVersionPath}/namespaces/{Segment(namespaceName)}/{Segment(Plural)}"
            : throw new ArgumentException($"{this} have no namespaces", nameof(namespaceName));
    }

    /// <summary>Where one object, or a subresource of it, is served.</summary>
    /// <exception cref="ArgumentException">A namespace is missing or too much, or a name is none that a path can hold.</exception>
    internal string ObjectPath(string? namespaceName, string name, string? subresource = null)
    {
        if (IsNamespaced && namespaceName is null)
        {
            throw new ArgumentException($"{this} have namespaces", nameof(namespaceName));
        }

        var path = $"{CollectionPath(namespaceName)}/{Segment(name)}";
        return subresource is null ? path : $"{path}/{Segment(subresource)}";
    }

    /// <summary>Names come from reviews too, so from anybody: none may lead to another path.</summary>
    private static string Segment(string name)
    {
        return name is "" or "." or ".." ? throw new ArgumentException($"'{name}' is not a name", nameof(name)) : Uri.EscapeDataString(name);
    }
}
