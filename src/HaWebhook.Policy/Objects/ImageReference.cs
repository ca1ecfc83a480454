using System.Buffers;

namespace HaWebhook.Policy.Objects;

/// <summary>A container image as it is written: <c>[host[:port]/]path[:tag][@digest]</c> (the reference grammar of OCI Distribution).</summary>
internal readonly ref struct ImageReference
{
    private const int LongestTag = 128;

    private static readonly SearchValues<char> _nameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-/:[]");

    private static readonly SearchValues<char> _tagCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    private static readonly SearchValues<char> _digestCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-+:");

    private ImageReference(ReadOnlySpan<char> name, ReadOnlySpan<char> tag, ReadOnlySpan<char> digest)
    {
        Name = name;
        Tag = tag;
        Digest = digest;
    }

    /// <summary>Host, port and path.</summary>
    public ReadOnlySpan<char> Name { get; }

    /// <summary>The tag; empty where absent.</summary>
    public ReadOnlySpan<char> Tag { get; }

    /// <summary>The digest, for instance <c>sha256:...</c>; empty where absent.</summary>
    public ReadOnlySpan<char> Digest { get; }

    /// <summary>
    /// Takes a reference apart. Refuses only what no container runtime takes, placeholders of templates among it; what it
    /// lets pass may still be refused.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, out ImageReference reference)
    {
        reference = default;
        ReadOnlySpan<char> name = text, tag = default, digest = default;
        if (text.IndexOf('@') is >= 0 and var at)
        {
            name = text[..at];
            digest = text[(at + 1)..];
            if (digest.IndexOf(':') is not (> 0 and var separator) || separator == digest.Length - 1 || digest.ContainsAnyExcept(_digestCharacters))
            {
                return false;
            }
        }

        // A colon before a slash belongs to the registry's port.
        if (name.LastIndexOf(':') is >= 0 and var colon && colon > name.LastIndexOf('/'))
        {
            tag = name[(colon + 1)..];
            name = name[..colon];
            if (tag.Length is 0 or > LongestTag || tag.ContainsAnyExcept(_tagCharacters))
            {
                return false;
            }
        }

        if (name.IsEmpty || name[0] == '/' || name[^1] == '/'
            || name.Contains("//", StringComparison.Ordinal)
            || name.ContainsAnyExcept(_nameCharacters))
        {
            return false;
        }

        reference = new(name, tag, digest);
        return true;
    }
}
