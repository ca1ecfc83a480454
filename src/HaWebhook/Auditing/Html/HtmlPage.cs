using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace HaWebhook.Auditing.Html;

/// <summary>
/// The page without its data: <c>Page/page.html</c> with the style and the scripts in it. Its Content-Security-Policy allows exactly these two, by their
/// hashes, and no request at all.
/// </summary>
/// <param name="BeforeData">What stands before the data, as UTF-8.</param>
/// <param name="AfterData">What stands after it.</param>
internal sealed record HtmlPage(ReadOnlyMemory<byte> BeforeData, ReadOnlyMemory<byte> AfterData)
{
    private const string Folder = "audit-page/";
    private const string DataMark = "{{data}}";

    public static HtmlPage Load()
    {
        var assembly = typeof(HtmlPage).Assembly;

        // The scripts build on each other in the order of their names.
        var scripts = assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Folder, StringComparison.Ordinal) && name.EndsWith(".js", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);
        var script = string.Concat(scripts.Select(name => Read(assembly, name)));
        var style = Read(assembly, Folder + "page.css");
        var page = Read(assembly, Folder + "page.html")
            .Replace("{{style-hash}}", Hash(style), StringComparison.Ordinal)
            .Replace("{{script-hash}}", Hash(script), StringComparison.Ordinal)
            .Replace("{{style}}", style, StringComparison.Ordinal)
            .Replace("{{script}}", script, StringComparison.Ordinal);
        var data = page.IndexOf(DataMark, StringComparison.Ordinal);
        return new(Encoding.UTF8.GetBytes(page[..data]), Encoding.UTF8.GetBytes(page[(data + DataMark.Length)..]));
    }

    private static string Hash(string text) => $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";

    /// <summary>With the line breaks that a browser hashes, whatever the checkout made of them.</summary>
    private static string Read(Assembly assembly, string name)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
