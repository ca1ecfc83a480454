namespace HaWebhook.Policy.Manifests;

/// <summary>One value of a manifest, with the place it was written at.</summary>
public abstract class ManifestNode
{
    private protected ManifestNode(int line)
    {
        Line = line;
    }

    /// <summary>The line of the file the value starts on, counted from 1. A value reached through an alias has the line of its anchor.</summary>
    public int Line { get; }
}
