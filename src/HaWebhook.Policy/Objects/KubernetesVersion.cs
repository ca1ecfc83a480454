using System.Globalization;

namespace HaWebhook.Policy.Objects;

/// <summary>The version of an API server, as far as features come with it.</summary>
/// <param name="Major">The first number.</param>
/// <param name="Minor">The second.</param>
public readonly record struct KubernetesVersion(int Major, int Minor)
{
    /// <summary>Whether it is this version or a later one.</summary>
    public bool IsAtLeast(int major, int minor) => Major > major || (Major == major && Minor >= minor);

    /// <summary>The version as people write it.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}");
}
