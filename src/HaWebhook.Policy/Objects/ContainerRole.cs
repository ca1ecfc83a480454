namespace HaWebhook.Policy.Objects;

/// <summary>Which of a pod's lists a container stands in.</summary>
public enum ContainerRole
{
    /// <summary><c>containers</c>: runs as long as the pod does.</summary>
    Regular,

    /// <summary><c>initContainers</c>: runs to its end before the regular ones start, or beside them as a sidecar.</summary>
    Init,

    /// <summary><c>ephemeralContainers</c>: added by a person to a pod that runs.</summary>
    Ephemeral,
}
