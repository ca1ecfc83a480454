namespace HaWebhook.Policy.Objects;

/// <summary>Finds the volumes that hold a system's data in a container.</summary>
internal static class DataMounts
{
    /// <summary>Whether some volume is mounted where the system keeps its data.</summary>
    public static bool Cover(Container container, QuorumSystem system)
    {
        foreach (var directory in system.DataDirectories)
        {
            if (Over(container, directory) is not null)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The mount that holds a directory: at it, or else the nearest above it; null where that is the container's own layer.</summary>
    public static VolumeMount? Over(Container container, string directory)
    {
        VolumeMount? nearest = null;
        foreach (var mount in container.VolumeMounts)
        {
            if (Holds(mount.MountPath, directory) && (nearest is null || mount.MountPath.Length > nearest.MountPath.Length))
            {
                nearest = mount;
            }
        }

        return nearest;
    }

    /// <summary>Whether one path is the other or above it.</summary>
    public static bool Holds(string path, string directory)
    {
        var above = path.AsSpan().TrimEnd('/');
        return above.Length > 0
            && directory.AsSpan().StartsWith(above, StringComparison.Ordinal)
            && (directory.Length == above.Length || directory[above.Length] == '/');
    }
}
