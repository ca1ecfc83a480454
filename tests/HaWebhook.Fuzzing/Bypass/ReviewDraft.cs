using HaWebhook.Fuzzing.Running;
using HaWebhook.Fuzzing.Trees;

namespace HaWebhook.Fuzzing.Bypass;

/// <summary>A review while it is mutated.</summary>
internal sealed class ReviewDraft(ViolatingReview original)
{
    public ViolatingReview Original => original;

    public Tree Root { get; } = original.Review.Copy();

    /// <summary>In which style it will be written.</summary>
    public WritingStyle Style { get; private set; }

    /// <summary>The seed of where it is written so.</summary>
    public ulong StyleSeed { get; private set; }

    /// <summary>What encodes it in the end; none for UTF-8.</summary>
    public Func<byte[], byte[]>? Encode { get; set; }

    /// <summary>Whether it is something that no API server sends, and so may be refused as malformed. What one can send must be denied.</summary>
    public bool MayBeRefused { get; set; }

    /// <summary>Whether it was a create, and is an update of nothing that is known.</summary>
    public bool IsMadeUpdate { get; set; }

    /// <summary>Has it written in a style, beside those that it has.</summary>
    public void Write(WritingStyle style, ref FuzzRandom random) => (Style, StyleSeed) = (Style | style, random.Next());

    public Tree Request => Root.Edit("request");

    public Tree Subject => Request.Edit("object");

    public Tree Metadata => Subject.Edit("metadata");

    /// <summary>The metadata of the pod template.</summary>
    public Tree TemplateMetadata => Subject.Edit("spec").Edit("template").Edit("metadata");
}
