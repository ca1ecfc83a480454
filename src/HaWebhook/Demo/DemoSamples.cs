using HaWebhook.Checking;

namespace HaWebhook.Demo;

/// <summary>The samples that are part of the executable.</summary>
internal static class DemoSamples
{
    private const string Prefix = "samples/";

    public static IReadOnlyList<ManifestFile> Read()
    {
        var assembly = typeof(DemoSamples).Assembly;
        return
        [
            .. from name in assembly.GetManifestResourceNames()
               where name.StartsWith(Prefix, StringComparison.Ordinal)
               orderby name == Prefix + "single-points-of-failure.yaml", name
               select new ManifestFile(name, ReadText(assembly.GetManifestResourceStream(name)!), null),
        ];
    }

    private static string ReadText(Stream stream)
    {
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
