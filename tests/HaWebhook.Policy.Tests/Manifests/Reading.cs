using System.Text;
using HaWebhook.Policy.Manifests;

namespace HaWebhook.Policy.Tests.Manifests;

/// <summary>Short ways to ask the reader.</summary>
internal static class Reading
{
    public static ManifestNode Root(string text)
    {
        var document = Assert.Single(ManifestReader.Read(text));
        Assert.Null(document.Error);
        return document.Root!;
    }

    public static string Json(string text)
    {
        return Json(Root(text));
    }

    public static string Json(ManifestNode node)
    {
        return Encoding.UTF8.GetString(ManifestJson.ToJson(node));
    }

    /// <summary>The error of the only document as "line: message".</summary>
    public static string Error(string text)
    {
        var document = Assert.Single(ManifestReader.Read(text));
        Assert.Null(document.Root);
        return $"{document.Error!.Line}: {document.Error.Message}";
    }

    /// <summary>Every document as "line: JSON" or "line: error in line: message".</summary>
    public static string[] Documents(string text)
    {
        return [.. ManifestReader.Read(text).Select(Describe)];
    }

    private static string Describe(ManifestDocument document)
    {
        return document.Root is { } root
            ? $"{document.Line}: {Json(root)}"
            : $"{document.Line}: error in {document.Error!.Line}: {document.Error.Message}";
    }
}
