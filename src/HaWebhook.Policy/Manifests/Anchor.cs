namespace HaWebhook.Policy.Manifests;

/// <summary>A node that has a name. It has no value yet while the collection it names is still open.</summary>
internal sealed class Anchor
{
    public ManifestNode? Node { get; set; }

    public NodeSize Size { get; set; }
}
