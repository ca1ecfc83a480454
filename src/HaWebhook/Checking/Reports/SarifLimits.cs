using System.IO.Compression;

namespace HaWebhook.Checking.Reports;

/// <summary>What a service takes of a SARIF file. It refuses a larger one as a whole.</summary>
/// <param name="Results">The most results in a run.</param>
/// <param name="Shown">The most of these that it shows.</param>
/// <param name="CompressedBytes">The largest file, compressed with gzip, in bytes.</param>
internal sealed record SarifLimits(int Results, int Shown, long CompressedBytes)
{
    /// <summary>GitHub's (GitHub Docs, "SARIF support for code scanning"): 25,000 results, of which 5,000 are shown, and 10 MB.</summary>
    public static SarifLimits GitHub { get; } = new(25_000, 5_000, 10_000_000);

    /// <summary>The share of this file, from 0 to 1, that would be small enough; 1 where all of it is.</summary>
    public double Fitting(MemoryStream file)
    {
        // Compressed text is never larger in any way that matters.
        if (file.Length <= CompressedBytes)
        {
            return 1;
        }

        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(file.GetBuffer(), 0, (int)file.Length);
        }

        return Math.Min(1, (double)CompressedBytes / compressed.Length);
    }
}
