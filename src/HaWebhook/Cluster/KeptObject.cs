using System.IO.Compression;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Cluster;

/// <summary>What is kept of an object of the cluster.</summary>
/// <param name="Uid">The object's uid.</param>
/// <param name="Subject">
/// What rules look at in related objects; null where a controller of Kubernetes made the object, which is then known by its uid alone: its owner
/// stands for it.
/// </param>
/// <param name="Compressed">
/// The object's JSON, for judging it whole when its namespace gets a stricter mode; empty where that is never asked. Compressed, because it is
/// by far the most of what is kept, and hardly ever read.
/// </param>
internal sealed record KeptObject(string Uid, KubernetesObject? Subject, byte[] Compressed)
{
    /// <summary>Whether it is the same object, and nothing in it has changed that anybody looks at.</summary>
    public bool IsSameAs(KeptObject other) => Uid == other.Uid
        && (Subject is null ? other.Subject is null : Compressed.Length > 0 && Compressed.AsSpan().SequenceEqual(other.Compressed));

    /// <summary>The object's JSON in UTF-8; empty where none is kept.</summary>
    public byte[] Json() => Decompress(Compressed);

    /// <summary>What <see cref="Compress"/> was given; empty where that is empty.</summary>
    public static byte[] Decompress(byte[] compressed)
    {
        if (compressed.Length == 0)
        {
            return [];
        }

        using var from = new DeflateStream(new MemoryStream(compressed), CompressionMode.Decompress);
        using var to = new MemoryStream();
        from.CopyTo(to);
        return to.ToArray();
    }

    /// <summary>Compresses an object's JSON.</summary>
    public static byte[] Compress(ReadOnlySpan<byte> json)
    {
        using var to = new MemoryStream();
        using (var compressing = new DeflateStream(to, CompressionLevel.Fastest, leaveOpen: true))
        {
            compressing.Write(json);
        }

        return to.ToArray();
    }
}
