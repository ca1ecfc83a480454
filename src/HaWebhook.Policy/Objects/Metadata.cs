namespace HaWebhook.Policy.Objects;

/// <summary>The part of an object's metadata that rules read.</summary>
public sealed record Metadata
{
    // Before Empty, which is made of it: static fields are set in the order of the text.
    internal static readonly IReadOnlyDictionary<string, string> NoStrings =
        System.Collections.ObjectModel.ReadOnlyDictionary<string, string>.Empty;

    /// <summary>Metadata with nothing set.</summary>
    public static readonly Metadata Empty = new();

    /// <summary>Object name; empty where the API server has yet to make one from <see cref="GenerateName"/>.</summary>
    public string Name { get; init; } = "";

    /// <summary>Prefix of a name that the API server makes; empty where none is given.</summary>
    public string GenerateName { get; init; } = "";

    /// <summary>Namespace; empty for objects of the cluster and for manifests that leave it out.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>The object's uid; empty before the API server gave it one.</summary>
    public string Uid { get; init; } = "";

    /// <summary>Labels; never null.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = NoStrings;

    /// <summary>The annotations that mean something here: those of <see cref="HaAnnotations"/> and the kubelet's mirror mark.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = NoStrings;

    /// <summary>Owner references; empty where there are none.</summary>
    public IReadOnlyList<OwnerReference> Owners { get; init; } = [];

    /// <summary>The owner that manages this object, if any; Kubernetes allows at most one.</summary>
    public OwnerReference? Controller
    {
        get
        {
            foreach (var owner in Owners)
            {
                if (owner.IsController)
                {
                    return owner;
                }
            }

            return null;
        }
    }
}
