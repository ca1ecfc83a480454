namespace HaWebhook.Policy.Manifests;

/// <summary>Ends the reading of one document; the reader turns it into a <see cref="ManifestError"/>.</summary>
internal sealed class ManifestException : Exception
{
    /// <summary>An error of meaning: the text could be read.</summary>
    public ManifestException(int line, string message)
        : base(message)
    {
        Line = line;
    }

    /// <summary>An error of syntax: reading stopped at this place.</summary>
    public ManifestException(int line, int column, string message)
        : base(message)
    {
        Line = line;
        Column = column;
    }

    public int Line { get; }

    /// <summary>None for an error of meaning.</summary>
    public int? Column { get; }

    /// <summary>Whether more of the text could be read than before the other error.</summary>
    public bool IsBeyond(ManifestException other)
    {
        return Line > other.Line || (Line == other.Line && (Column ?? int.MaxValue) > (other.Column ?? int.MaxValue));
    }
}
