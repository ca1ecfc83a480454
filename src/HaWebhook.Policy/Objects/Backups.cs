namespace HaWebhook.Policy.Objects;

/// <summary>What is known of a cluster's backups.</summary>
public sealed record Backups
{
    /// <summary>Nothing that backs up is served, or it cannot be seen.</summary>
    public static readonly Backups None = new();

    /// <summary>Velero's Schedules of the whole cluster; null where they are not served, or cannot be read.</summary>
    public IReadOnlyList<BackupSchedule>? Schedules { get; init; }

    /// <summary>The claims, by namespace and name, of which there is a VolumeSnapshot that is ready; null where they are not served, or cannot be read.</summary>
    public IReadOnlySet<(string Namespace, string Claim)>? Snapshots { get; init; }

    /// <summary>What is served but could not be read, such as <c>schedules.velero.io</c>; empty where all is known.</summary>
    public IReadOnlyList<string> Unread { get; init; } = [];

    /// <summary>Whether anything is served that backs up.</summary>
    public bool IsServed => Schedules is not null || Snapshots is not null || Unread.Count > 0;
}

/// <summary>A Schedule of Velero, as far as it tells which claims it backs up.</summary>
public sealed record BackupSchedule
{
    private static readonly string[] _claims = ["persistentvolumeclaims", "persistentvolumeclaim", "pvc"];

    /// <summary>Its namespace, which is Velero's own.</summary>
    public required string Namespace { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary><c>spec.paused</c>, or a phase of <c>FailedValidation</c>: it makes no backups.</summary>
    public bool IsIdle { get; init; }

    /// <summary>
    /// Whether it leaves the data of volumes out: <c>snapshotVolumes: false</c> without <c>defaultVolumesToFsBackup</c>. Absent means that it does not.
    /// </summary>
    public bool LeavesVolumesOut { get; init; }

    /// <summary>Namespaces, with <c>*</c> for any characters; empty for all.</summary>
    public IReadOnlyList<string> IncludedNamespaces { get; init; } = [];

    /// <summary>Namespaces that are left out, likewise.</summary>
    public IReadOnlyList<string> ExcludedNamespaces { get; init; } = [];

    /// <summary>Resources, by name; empty for all, as is <c>*</c>.</summary>
    public IReadOnlyList<string> IncludedResources { get; init; } = [];

    /// <summary>Resources that are left out.</summary>
    public IReadOnlyList<string> ExcludedResources { get; init; } = [];

    /// <summary>Selects the objects by their labels, of which one has to match; empty for all objects.</summary>
    public IReadOnlyList<LabelSelector> Selectors { get; init; } = [];

    /// <summary>Whether it backs up a claim.</summary>
    /// <param name="namespaceName">The claim's namespace.</param>
    /// <param name="labels">The claim's labels.</param>
    public bool Covers(string namespaceName, IReadOnlyDictionary<string, string> labels) =>
        !IsIdle
        && !LeavesVolumesOut
        && (IncludedNamespaces.Count == 0 || IncludedNamespaces.Any(pattern => Matches(pattern, namespaceName)))
        && !ExcludedNamespaces.Any(pattern => Matches(pattern, namespaceName))
        && (IncludedResources.Count == 0 || IncludedResources.Any(IsClaims))
        && !ExcludedResources.Any(IsClaims)
        && (Selectors.Count == 0 || Selectors.Any(selector => selector.Matches(labels)));

    /// <summary>Whether a name is one of a pattern: what stands before the first asterisk, after the last, and in between in this order.</summary>
    private static bool Matches(string pattern, string name)
    {
        if (pattern.Split('*') is not [var first, .. var middle, var last])
        {
            return pattern == name;
        }

        if (!name.StartsWith(first, StringComparison.Ordinal) || !name.EndsWith(last, StringComparison.Ordinal) || name.Length < first.Length + last.Length)
        {
            return false;
        }

        var (from, end) = (first.Length, name.Length - last.Length);
        foreach (var part in middle)
        {
            var at = name.IndexOf(part, from, end - from, StringComparison.Ordinal);
            if (at < 0)
            {
                return false;
            }

            from = at + part.Length;
        }

        return true;
    }

    private static bool IsClaims(string resource) => resource == "*" || _claims.Contains(resource, StringComparer.OrdinalIgnoreCase);
}
