using System.Text.Json;
using HaWebhook.Policy.Manifests;

namespace HaWebhook.Checking.Reports;

/// <summary>Writes a check as YAML: the JSON report, value for value.</summary>
internal sealed class YamlReport : IReport
{
    private static readonly BlockStyle _style = new();

    public void Write(CheckResult result, Stream output)
    {
        using var json = new MemoryStream();
        new JsonReport().Write(result, json);
        using var document = JsonDocument.Parse(json.GetBuffer().AsMemory(0, (int)json.Length));
        using var writer = new StreamWriter(output, leaveOpen: true) { NewLine = "\n" };
        foreach (var line in document.RootElement.EnumerateObject().SelectMany(member => BlockYaml.Lines(member.Name, member.Value, _style)))
        {
            writer.WriteLine(line);
        }
    }
}
